import { isJsonObject, type JsonObject } from '@lotse/manifests';
import type { DeletionOptions, PatchKind } from '../clients/client.js';
import { invalidValue, notSupported, required, forbiddenField, tooLong } from '../registry/field-errors.js';
import { badRequest, invalid, type ApiError, type FieldError } from './api-error.js';
import type { ApiRequest } from './api-request.js';
import { jsonType } from './check-object.js';
import { notRegistered } from './kind-mismatch.js';
import { contentTypeOf, readBody } from './read-body.js';
import { isTrue } from './request-info.js';

/** What the parameters of a write are called in its refusal. */
export type OptionsKind = 'CreateOptions' | 'UpdateOptions' | 'PatchOptions' | 'DeleteOptions';

/** Longest name of a field manager, in bytes (apimachinery meta/v1/validation). */
const LONGEST_MANAGER = 128;
const FIELD_VALIDATIONS = ['', 'Ignore', 'Strict', 'Warn'];
const POLICIES = ['Foreground', 'Background', 'Orphan'] as const;

type Policy = (typeof POLICIES)[number];

/**
 * Refuses parameters of a create, update or patch that mean nothing (apimachinery meta/v1/validation). `patch` is the kind of
 * patch, for patches.
 */
export function checkWriteParameters(
  kind: OptionsKind,
  query: URLSearchParams,
  patch?: PatchKind | 'apply',
): void {
  const errors: FieldError[] = [];
  const manager = query.get('fieldManager') ?? '';
  if (patch === 'apply' && manager === '')
    errors.push(required('fieldManager', 'is required for apply patch'));
  if (patch !== undefined && patch !== 'apply' && query.has('force'))
    errors.push(forbiddenField('force', 'may not be specified for non-apply patch'));
  if (Buffer.byteLength(manager) > LONGEST_MANAGER) errors.push(tooLong('fieldManager', LONGEST_MANAGER));
  errors.push(...unprintable(manager), ...dryRunErrors(query.getAll('dryRun')));
  const validation = query.get('fieldValidation') ?? '';
  if (!FIELD_VALIDATIONS.includes(validation))
    errors.push(notSupported('fieldValidation', validation, FIELD_VALIDATIONS));
  refuse(kind, errors);
}

function unprintable(manager: string): FieldError[] {
  const errors: FieldError[] = [];
  let position = 0;
  for (const character of manager) {
    if (character !== ' ' && /[\p{C}\p{Z}]/u.test(character)) {
      const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
      errors.push(
        invalidValue('fieldManager', manager, `invalid character U+${code} (at position ${position})`),
      );
    }
    position += Buffer.byteLength(character);
  }
  return errors;
}

function dryRunErrors(values: readonly string[]): FieldError[] {
  return values.every((value) => value === 'All') ? [] : [notSupported('dryRun', values, ['All'])];
}

function refuse(kind: OptionsKind, errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', resource: '', kind }, '', errors);
}

/** True for `dryRun=All`. Throws for other values. */
export function readDryRun(values: readonly string[], kind: OptionsKind = 'CreateOptions'): boolean {
  refuse(kind, dryRunErrors(values));
  return values.length > 0;
}

/**
 * How a delete is meant: as its body (DeleteOptions) says or, where there is none, its query. Throws for values that are not
 * known or not of their type.
 */
export function readDeletionOptions(request: ApiRequest): DeletionOptions {
  const given = request.body.length > 0 ? readOptionsBody(request) : readOptionsQuery(request.query);
  const { propagationPolicy: policy, orphanDependents: orphan } = given;
  refuse('DeleteOptions', [...propagationErrors(policy, orphan), ...dryRunErrors(given.dryRun)]);
  const propagationPolicy = policy ?? (orphan === undefined ? undefined : orphan ? 'Orphan' : 'Background');
  return {
    ...(given.gracePeriodSeconds !== undefined && { gracePeriodSeconds: given.gracePeriodSeconds }),
    ...(propagationPolicy !== undefined && isPolicy(propagationPolicy) && { propagationPolicy }),
    ...(given.preconditions && { preconditions: given.preconditions }),
    dryRun: given.dryRun.length > 0,
  };
}

/** Throws for options of a delete that are known but say nothing that can be done with what depends on the object. */
export function checkPropagation({ propagationPolicy, orphanDependents }: JsonObject): void {
  const orphan = typeof orphanDependents === 'boolean' ? orphanDependents : undefined;
  const policy = typeof propagationPolicy === 'string' ? propagationPolicy : undefined;
  refuse('DeleteOptions', propagationErrors(policy, orphan));
}

function propagationErrors(policy: string | undefined, orphan: boolean | undefined): FieldError[] {
  const errors: FieldError[] = [];
  if (orphan !== undefined && policy !== undefined)
    errors.push(
      invalidValue(
        'propagationPolicy',
        policy,
        'orphanDependents and deletionPropagation cannot be both set',
      ),
    );
  const isKnown = policy === undefined || isPolicy(policy);
  if (!isKnown) errors.push(notSupported('propagationPolicy', policy, [...POLICIES, 'nil']));
  return errors;
}

interface GivenOptions {
  readonly gracePeriodSeconds?: number | undefined;
  readonly propagationPolicy?: string | undefined;
  readonly orphanDependents?: boolean | undefined;
  readonly preconditions?: JsonObject | undefined;
  readonly dryRun: readonly string[];
}

const isPolicy = (text: string): text is Policy => (POLICIES as readonly string[]).includes(text);

function readOptionsBody(request: ApiRequest): GivenOptions {
  const { value: body } = readBody(request.body, contentTypeOf(request.header('content-type')), null);
  const { kind, apiVersion } = body;
  if (typeof kind === 'string' && kind !== '' && kind !== 'DeleteOptions')
    throw badRequest(notRegistered(kind, typeof apiVersion === 'string' ? apiVersion : ''));
  const field = (name: string): unknown =>
    Object.hasOwn(body, name) ? (body[name] ?? undefined) : undefined;
  const wrong = (name: string, type: string): ApiError =>
    badRequest(
      `json: cannot unmarshal ${jsonType(field(name))} into Go struct field DeleteOptions.${name} of type ${type}`,
    );
  const grace = field('gracePeriodSeconds');
  if (grace !== undefined && !Number.isInteger(grace)) {
    if (typeof grace !== 'number') throw wrong('gracePeriodSeconds', 'int64');
    throw badRequest(
      `json: cannot unmarshal number ${grace} into Go struct field DeleteOptions.gracePeriodSeconds of type int64`,
    );
  }
  const policy = field('propagationPolicy');
  if (policy !== undefined && typeof policy !== 'string')
    throw wrong('propagationPolicy', 'v1.DeletionPropagation');
  const orphan = field('orphanDependents');
  if (orphan !== undefined && typeof orphan !== 'boolean') throw wrong('orphanDependents', 'bool');
  const preconditions = field('preconditions');
  if (preconditions !== undefined && !isJsonObject(preconditions))
    throw wrong('preconditions', 'v1.Preconditions');
  const dryRun = field('dryRun') ?? [];
  if (!Array.isArray(dryRun)) throw wrong('dryRun', '[]string');
  return {
    gracePeriodSeconds: grace as number | undefined,
    propagationPolicy: policy,
    orphanDependents: orphan,
    preconditions,
    dryRun: dryRun.map(String),
  };
}

function readOptionsQuery(query: URLSearchParams): GivenOptions {
  const grace = query.get('gracePeriodSeconds');
  if (grace !== null && !/^[-+]?\d{1,15}$/.test(grace))
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(grace)}: invalid syntax`);
  const orphan = query.get('orphanDependents');
  const preconditions: JsonObject = {};
  for (const name of ['uid', 'resourceVersion']) {
    const value = query.get(name);
    if (value !== null) preconditions[name] = value;
  }
  return {
    gracePeriodSeconds: grace === null ? undefined : Number(grace),
    propagationPolicy: query.get('propagationPolicy') ?? undefined,
    orphanDependents: orphan === null ? undefined : isTrue(orphan),
    ...(Object.keys(preconditions).length > 0 && { preconditions }),
    dryRun: query.getAll('dryRun'),
  };
}
