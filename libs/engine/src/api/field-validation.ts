import type { ResourceInfo } from '../registry/resource.js';
import type { StoredObject } from '../store/stored-object.js';
import type { JsonObject } from '@lotse/manifests';
import { listProblem } from '../apply/check-elements.js';
import { typeProblem } from '../apply/type-problem.js';
import { untypedPatch } from '../apply/untyped-patch.js';
import { fieldTypeOf } from '../registry/field-type.js';
import { badRequest } from './api-error.js';
import { decodeGiven } from './decode-given.js';

/** How many findings one answer names (apimachinery's strict decoder stops there too). */
const MOST_FINDINGS = 100;

/** What Go's YAML decoder says before the lines it complains of. */
const OF_YAML = 'yaml: unmarshal errors:\n';

/** Findings as warnings: a line each. */
const asWarnings = (findings: readonly string[]): string[] =>
  findings.flatMap((text) =>
    text.startsWith(OF_YAML)
      ? text
          .slice(OF_YAML.length)
          .split('\n')
          .map((line) => line.trim())
      : [text],
  );

/** What to do about fields that the schema does not know or that stand twice. */
export type FieldValidation = 'Strict' | 'Warn' | 'Ignore';

/** Reads `fieldValidation`; Warn is the default of the API server. */
export function readFieldValidation(parameters: URLSearchParams): FieldValidation {
  const value = parameters.get('fieldValidation') ?? '';
  if (value === '') return 'Warn';
  if (value === 'Strict' || value === 'Warn' || value === 'Ignore') return value;
  throw badRequest(
    `CreateOptions.meta.k8s.io "" is invalid: fieldValidation: Unsupported value: "${value}": supported values: "", "Ignore", "Strict", "Warn"`,
  );
}

/** What a document was found to hold before it was known what it is. */
export interface GivenObject {
  readonly object: StoredObject;
  /** Duplicate fields, as text. */
  readonly duplicates: readonly string[];
  /** The object as the client has sent it, which may not say all that its path does. */
  readonly sent?: StoredObject;
}

/**
 * Looks for fields that are unknown or stand twice: refuses them (Strict), returns them as warnings (Warn), or is silent.
 * Values of the wrong type are refused in any case.
 */
export function validateFields(
  resource: ResourceInfo,
  { object, duplicates }: GivenObject,
  validation: FieldValidation,
): readonly string[] {
  const unknown: string[] = [];
  decodeGiven(resource, object, {}, { unknown });
  const fields = unknown.map((path) => `unknown field ${JSON.stringify(path)}`);
  // YAML is read for keys that stand twice before its fields are looked at.
  const inOrder = duplicates[0]?.startsWith(OF_YAML)
    ? [...duplicates, ...fields]
    : [...fields, ...duplicates];
  const findings = inOrder.slice(0, MOST_FINDINGS);
  if (findings.length === 0 || validation === 'Ignore') return [];
  if (validation === 'Warn') return asWarnings(findings);
  throw badRequest(
    `${resource.kind} in version "${resource.version}" cannot be handled as a ${resource.kind}: strict decoding error: ${findings.join(', ')}`,
  );
}

/**
 * The same for a server-side apply, which says it in other words: a field that the schema does not know can't be owned, so
 * it is refused whatever was asked for (fieldmanager's typed objects).
 */
export function validateApplied(
  resource: ResourceInfo,
  { object, duplicates, sent = object }: GivenObject,
  validation: FieldValidation,
): readonly string[] {
  const type = fieldTypeOf(resource);
  const body = object as unknown as JsonObject;
  const problem = typeProblem(body, type) ?? listProblem(body, type);
  if (problem !== undefined) throw untypedPatch(resource, sent, problem);
  const unknown: string[] = [];
  decodeGiven(resource, object, {}, { unknown });
  const missing = unknown.slice(0, MOST_FINDINGS).map((path) => `.${path}: field not declared in schema`);
  if (missing.length > 0) {
    const said =
      missing.length === 1 ? missing[0] : `errors:\n${missing.map((one) => `  ${one}`).join('\n')}`;
    throw untypedPatch(resource, sent, said ?? '');
  }
  if (duplicates.length === 0 || validation === 'Ignore') return [];
  if (validation === 'Warn') return asWarnings(duplicates);
  throw badRequest(`error strict decoding YAML: error converting YAML to JSON: ${duplicates.join(', ')}`);
}
