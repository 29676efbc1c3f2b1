import { getOwn, isJsonObject, setOwn, type JsonObject, type JsonValue } from '@lotse/manifests';
import { kustomizeError } from './kustomize-error.js';
import { didYouMean } from './nearest.js';

/** What a field of a configuration file may hold. */
export type Shape =
  | 'string'
  | 'boolean'
  | 'integer'
  | 'any'
  | { readonly list: Shape }
  | { readonly map: Shape }
  | { readonly fields: Readonly<Record<string, Shape>> };

/** How strict a configuration is read. */
export interface ShapeOptions {
  readonly file: string;
  /** Unknown fields are refused, and numbers are no text. */
  readonly strict: boolean;
  /** Unknown fields are refused though numbers may be text. */
  readonly knownOnly?: boolean;
}

/**
 * Reads a configuration as Go reads JSON into a struct: field names match in any case, null means left out, types must fit.
 * Not strict is what plugin configurations get: unknown fields are passed over, numbers and booleans become text.
 */
export function readShape(
  value: JsonValue,
  shape: Shape,
  options: ShapeOptions,
  path = '',
): JsonValue | undefined {
  if (value === null) return undefined;
  if (typeof shape === 'string') return readScalar(value, shape, options, path);
  if ('list' in shape) {
    if (!Array.isArray(value)) throw mismatch(value, 'a list', options, path);
    return value.map(
      (item, index) => readShape(item, shape.list, options, `${path}[${index}]`) ?? emptyOf(shape.list),
    );
  }
  if (!isJsonObject(value)) throw mismatch(value, 'a map', options, path);
  const result: JsonObject = {};
  if ('map' in shape) {
    for (const key of Object.keys(value)) {
      const item = readShape(value[key] ?? null, shape.map, options, `${path}.${key}`);
      setOwn(result, key, item ?? emptyOf(shape.map));
    }
    return result;
  }
  // Go gets the keys sorted: of `Resources` and `resources` the second one counts.
  for (const key of Object.keys(value).sort()) {
    const name = fieldName(shape.fields, key);
    const at = path === '' ? key : `${path}.${key}`;
    if (name === undefined) {
      if (options.strict || options.knownOnly)
        throw kustomizeError(
          'unknown-field',
          `invalid Kustomization in ${options.file}: unknown field "${at}"${didYouMean(key, Object.keys(shape.fields))}`,
          {
            file: options.file,
            field: at,
          },
        );
      continue;
    }
    const child = getOwn(shape.fields, name);
    const item = child === undefined ? undefined : readShape(value[key] ?? null, child, options, at);
    if (item !== undefined) result[name] = item;
  }
  return result;
}

function fieldName(fields: Readonly<Record<string, Shape>>, key: string): string | undefined {
  if (Object.hasOwn(fields, key)) return key;
  const lower = key.toLowerCase();
  return Object.keys(fields).find((name) => name.toLowerCase() === lower);
}

function readScalar(
  value: JsonValue,
  shape: 'string' | 'boolean' | 'integer' | 'any',
  options: ShapeOptions,
  path: string,
): JsonValue {
  switch (shape) {
    case 'any':
      return value;
    case 'string':
      if (typeof value === 'string') return value;
      if (!options.strict && (typeof value === 'number' || typeof value === 'boolean')) return String(value);
      throw mismatch(value, 'text; put it in quotes', options, path);
    case 'boolean':
      if (typeof value === 'boolean') return value;
      throw mismatch(value, 'true or false', options, path);
    case 'integer':
      if (typeof value === 'number' && Number.isInteger(value)) return value;
      throw mismatch(value, 'a whole number', options, path);
  }
}

function emptyOf(shape: Shape): JsonValue {
  if (shape === 'string') return '';
  if (shape === 'boolean') return false;
  if (shape === 'integer') return 0;
  if (shape === 'any') return null;
  return 'list' in shape ? [] : {};
}

function mismatch(value: JsonValue, expected: string, options: ShapeOptions, path: string): Error {
  const found = Array.isArray(value) ? 'a list' : isJsonObject(value) ? 'a map' : JSON.stringify(value);
  return kustomizeError(
    'invalid-field',
    `invalid Kustomization in ${options.file}: ${path || 'the file'} is ${found}, expected ${expected}`,
    {
      file: options.file,
      field: path,
    },
  );
}
