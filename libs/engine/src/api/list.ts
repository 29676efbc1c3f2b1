import { resourceKey, type ResourceInfo } from '../registry/resource.js';
import type { Store } from '../store/store.js';
import { objectName, type ObjectName, type StoredObject } from '../store/stored-object.js';
import { ApiError, badRequest, invalid } from './api-error.js';
import { parseFieldQuery } from './selectors/field-query.js';
import { parseLabelQuery } from './selectors/label-query.js';

/** Up to this size the names of a namespace are sorted for each list; larger ones are found in the order of all. */
const SMALL_NAMESPACE = 1000;

/** What a list asks for. */
export interface ListQuery {
  readonly resource: ResourceInfo;
  /** Empty: all namespaces. */
  readonly namespace: string;
  readonly parameters: URLSearchParams;
}

/** A consistent page of objects. */
export interface ListPage {
  readonly objects: readonly StoredObject[];
  readonly resourceVersion: string;
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

/** Where the next page starts: an opaque token for clients. */
interface ContinueToken {
  readonly v: 'meta.k8s.io/v1';
  /** Revision all pages show; -1 continues with the newest. */
  readonly rv: number;
  /** The last name of the page before. */
  readonly start: ObjectName;
}

/** A test for the label and field selectors of a request; undefined when every object passes. */
export function parseSelectors(
  resource: ResourceInfo,
  parameters: URLSearchParams,
): ((object: StoredObject) => boolean) | undefined {
  const labels = parseLabelQuery(parameters.get('labelSelector'));
  const fields = parseFieldQuery(parameters.get('fieldSelector'), resource);
  if (!labels && !fields) return undefined;
  return (object) => (!labels || labels(object.metadata.labels)) && (!fields || fields.matches(object));
}

/** Lists as the resourceVersion rules of Kubernetes have it; pages of one list show one revision. */
export function listObjects(store: Store, { resource, namespace, parameters }: ListQuery): ListPage {
  const matches = parseSelectors(resource, parameters);
  const limit = readLimit(parameters.get('limit'));
  const token = parameters.get('continue');
  const version = parameters.get('resourceVersion') ?? '';
  const match = parameters.get('resourceVersionMatch') ?? '';
  checkVersionParameters(resource, version, match, token);

  const start = token ? readToken(token) : undefined;
  let revision = store.revision;
  if (start) revision = start.rv < 0 ? store.revision : start.rv;
  else if (version !== '' && version !== '0') {
    const wanted = readVersion(resource, version);
    if (wanted > store.revision) throw tooLargeVersion(wanted, store.revision);
    if (match === 'Exact' || (match === '' && limit > 0)) revision = wanted;
  }

  const all = namesAt(store, resource, namespace, revision, start, parameters.get('fieldSelector'));
  const objects: StoredObject[] = [];
  let index = start ? firstAfter(all.names, start.start) : all.first;
  // "0" means "any version, as cheap as possible"; the limit is not honoured there.
  const pageSize = limit > 0 && version !== '0' ? limit : Infinity;
  for (; index < all.end && objects.length < pageSize; index++) {
    const object = all.get(all.names[index] ?? '/');
    if (object && (!matches || matches(object))) objects.push(object);
  }
  const last = objects.at(-1);
  const more = index < all.end && last !== undefined;
  return {
    objects,
    resourceVersion: String(revision),
    ...(more && {
      continue: writeToken({ v: 'meta.k8s.io/v1', rv: revision, start: nameOf(last) }),
      ...(!matches && { remainingItemCount: all.end - index }),
    }),
  };
}

/** Names in byte order, of which those from `first` to before `end` are asked for. */
interface SortedNames {
  readonly names: readonly ObjectName[];
  readonly first: number;
  readonly end: number;
  readonly get: (name: ObjectName) => StoredObject | undefined;
}

const nameOf = (object: StoredObject): ObjectName =>
  objectName(object.metadata.namespace, object.metadata.name ?? '');

/** The objects of a resource as they were at a revision. */
function namesAt(
  store: Store,
  resource: ResourceInfo,
  namespace: string,
  revision: number,
  start: ContinueToken | undefined,
  fieldSelector: string | null,
): SortedNames {
  const key = resourceKey(resource);
  const table = store.table(key);
  if (revision === store.revision) {
    const get = (name: ObjectName): StoredObject | undefined => table.objects.get(name);
    const single = /^metadata\.name==?([^,\\]+)$/.exec(fieldSelector ?? '')?.[1];
    if (single !== undefined && (namespace !== '' || !resource.namespaced))
      return { names: [objectName(namespace, single)], first: 0, end: 1, get };
    if (namespace !== '') {
      if (table.countBy('namespace', namespace) <= SMALL_NAMESPACE) {
        const names = sorted(Array.from(table.by('namespace', namespace), nameOf));
        return { names, first: 0, end: names.length, get };
      }
      const names = table.sortedNames();
      // `0` is the character after `/`: names of this namespace lie between the two.
      const first = firstAfter(names, `${namespace}/`);
      return { names, first, end: firstAfter(names, `${namespace}0` as ObjectName), get };
    }
    const names = table.sortedNames();
    return { names, first: 0, end: names.length, get };
  }
  const events = store.eventsSince(revision);
  if (!events) throw expired(start);
  const past = new Map<ObjectName, StoredObject>();
  const current = namespace === '' ? table.objects.values() : table.by('namespace', namespace);
  for (const object of current) past.set(nameOf(object), object);
  for (const event of events.toReversed()) {
    if (event.resource !== key) continue;
    if (namespace !== '' && event.object.metadata.namespace !== namespace) continue;
    if (event.previous) past.set(event.name, event.previous);
    else past.delete(event.name);
  }
  const names = sorted([...past.keys()]);
  return { names, first: 0, end: names.length, get: (name) => past.get(name) };
}

function sorted(names: ObjectName[]): ObjectName[] {
  return names.sort((a, b) => (a < b ? -1 : 1));
}

function firstAfter(names: readonly ObjectName[], name: ObjectName): number {
  let low = 0;
  let high = names.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((names[middle] ?? '') <= name) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** 410: the revision a list asks for is no longer kept; a list under way may go on with the newest one. */
function expired(start: ContinueToken | undefined): ApiError {
  if (!start) return new ApiError(410, 'Expired', 'The resourceVersion for the provided list is too old.');
  return new ApiError(
    410,
    'Expired',
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.',
    undefined,
    { continue: writeToken({ ...start, rv: -1 }) },
  );
}

function readLimit(text: string | null): number {
  if (text === null || text === '') return 0;
  if (!/^\d{1,15}$/.test(text)) throw badRequest(`strconv.ParseInt: parsing "${text}": invalid syntax`);
  return Number(text);
}

function checkVersionParameters(
  resource: ResourceInfo,
  version: string,
  match: string,
  token: string | null,
): void {
  const refuse = (
    field: string,
    reason: 'FieldValueForbidden' | 'FieldValueNotSupported',
    message: string,
  ): never => {
    throw invalid({ group: 'meta.k8s.io', resource: resource.resource, kind: 'ListOptions' }, '', [
      { reason, field, message },
    ]);
  };
  if (token && version !== '' && version !== '0')
    throw badRequest('specifying resource version is not allowed when using continue');
  if (match === '') return;
  if (match !== 'Exact' && match !== 'NotOlderThan')
    refuse(
      'resourceVersionMatch',
      'FieldValueNotSupported',
      `Unsupported value: "${match}": supported values: "Exact", "NotOlderThan"`,
    );
  const forbidden = (why: string): never =>
    refuse('resourceVersionMatch', 'FieldValueForbidden', `Forbidden: ${why}`);
  if (version === '') forbidden('resourceVersionMatch is forbidden unless resourceVersion is provided');
  if (token) forbidden('resourceVersionMatch is forbidden when continue is provided');
  if (match === 'Exact' && version === '0')
    forbidden('resourceVersionMatch "Exact" is forbidden for resourceVersion "0"');
}

/** Reads a resourceVersion parameter. Throws Kubernetes' refusal when it is not one. */
export function readVersion(resource: ResourceInfo, text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw invalid({ group: resource.group, resource: resource.resource, kind: resource.kind }, '', [
    {
      reason: 'FieldValueInvalid',
      field: 'resourceVersion',
      message: `Invalid value: "${text}": strconv.ParseUint: parsing "${text}": invalid syntax`,
    },
  ]);
}

/** 504: the client has seen a version that this server does not have (yet). */
export function tooLargeVersion(wanted: number, current: number): ApiError {
  return new ApiError(504, 'Timeout', `Too large resource version: ${wanted}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  });
}

function writeToken(token: ContinueToken): string {
  return Buffer.from(JSON.stringify(token)).toString('base64url');
}

function readToken(text: string): ContinueToken {
  try {
    const token = JSON.parse(Buffer.from(text, 'base64url').toString()) as Partial<ContinueToken>;
    if (token.v === 'meta.k8s.io/v1' && Number.isSafeInteger(token.rv) && typeof token.start === 'string')
      return token as ContinueToken;
  } catch {
    // Falls through to the refusal: any text may stand in a URL.
  }
  throw badRequest('continue key is not valid: the provided token was not issued by this server');
}
