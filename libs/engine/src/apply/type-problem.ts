import { goText, goTypeOf, isJsonObject, type JsonValue } from '@lotse/manifests';
import type { FieldType } from '../registry/field-type.js';
import { elementOf } from './list-elements.js';
import { shownElement } from './shown-element.js';

/** Levels of a configuration that are looked at; what is deeper is refused by whoever decodes it. */
const DEEPEST = 256;
/** Strings that Kubernetes' appliers take any scalar for. */
const UNTYPED_FORMATS = new Set(['byte', 'date-time', 'int-or-string']);

/**
 * The first value of a configuration that is of another type than its field, in the words of the library that reads configurations
 * (structured-merge-diff typed/helpers.go); undefined when all fit. Null fits everywhere.
 */
export function typeProblem(value: JsonValue, type: FieldType, path = '', depth = 0): string | undefined {
  if (value === null || depth > DEEPEST) return undefined;
  const expected = misfit(value, type);
  if (expected !== undefined) return `${path}: ${expected}`;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      const element = type.atomic ? undefined : elementOf(item, type);
      const at = element === undefined ? `[${index}]` : shownElement(element);
      const problem = typeProblem(item, type.items(), `${path}${at}`, depth + 1);
      if (problem !== undefined) return problem;
    }
    return undefined;
  }
  if (!isJsonObject(value)) return undefined;
  for (const key of Object.keys(value)) {
    const field = type.field(key);
    const problem = field && typeProblem(value[key] ?? null, field, `${path}.${key}`, depth + 1);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function misfit(value: JsonValue, type: FieldType): string | undefined {
  switch (type.kind) {
    case 'any':
      return undefined;
    case 'list':
      return Array.isArray(value) ? undefined : `expected list, got ${shown(value)}`;
    case 'map':
      return isJsonObject(value) ? undefined : `expected map, got ${shown(value)}`;
    case 'scalar':
      return scalarMisfit(value, type);
    default:
      return type.kind satisfies never;
  }
}

function scalarMisfit(value: JsonValue, { scalar, format }: FieldType): string | undefined {
  switch (scalar) {
    case 'integer':
    case 'number':
      return typeof value === 'number'
        ? undefined
        : `expected numeric (int or float), got ${goTypeOf(value)}`;
    case 'boolean':
      return typeof value === 'boolean' ? undefined : `expected boolean, got ${shown(value)}`;
    case 'string':
      if (UNTYPED_FORMATS.has(format ?? '')) return anyScalar(value);
      return typeof value === 'string'
        ? undefined
        : `expected string, got &value.valueUnstructured{Value:${literal(value)}}`;
    case 'bytes':
    case 'quantity':
    case 'int-or-string':
      return anyScalar(value);
    case undefined:
      return undefined;
    default:
      return scalar satisfies never;
  }
}

const anyScalar = (value: JsonValue): string | undefined =>
  typeof value === 'object' ? `expected any scalar, got ${shown(value)}` : undefined;

/** A value inside of what holds it, as Go prints that. */
const shown = (value: JsonValue): string => `&{${goText(value)}}`;

/** A value as one would write it in Go. */
function literal(value: JsonValue, depth = 0): string {
  if (value === null || depth > DEEPEST) return 'interface {}(nil)';
  if (Array.isArray(value))
    return `[]interface {}{${value.map((one) => literal(one, depth + 1)).join(', ')}}`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const entries = Object.keys(value)
    .toSorted()
    .map((key) => `${JSON.stringify(key)}:${literal(value[key] ?? null, depth + 1)}`);
  return `map[string]interface {}{${entries.join(', ')}}`;
}
