import { isJsonObject, type JsonObject, type JsonValue } from '@lotse/manifests';
import type { Resource } from './schema-document.js';
import type { SchemaProblem } from './schema-errors.js';
import type { SchemaTrail } from './schema-trail.js';

/** Properties and items of one value that no schema has looked at yet. */
export interface Unevaluated {
  readonly properties: Set<string>;
  readonly items: Set<number>;
}

/** One value under one schema. */
export interface Check {
  readonly schema: JsonObject;
  readonly resource: Resource;
  readonly value: JsonValue;
  readonly path: readonly string[];
  readonly unevaluated: Unevaluated;
  readonly depth: number;
  /** Resources entered on the way, for dynamic references. */
  readonly scope: readonly Resource[];
  readonly problems: SchemaProblem[];
  readonly trail: SchemaTrail;
}

/** Checks values under schemas found inside the current one. */
export interface SubschemaChecker {
  /** A part of the value. */
  part(check: Check, schema: JsonValue, value: JsonValue, token: string): SchemaProblem | undefined;
  /** The same value; what the schema looks at counts as looked at when it allows the value. */
  self(check: Check, schema: JsonValue): SchemaProblem | undefined;
}

/** JSON equality: 1 and 1.0 are the same, the order of keys does not matter. */
export function equals(a: JsonValue, b: JsonValue): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => equals(item, b[index] ?? null));
  }
  if (!isJsonObject(a) || !isJsonObject(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && equals(a[key] ?? null, b[key] ?? null));
}
