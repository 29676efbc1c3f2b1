import { setOwn } from '@lotse/manifests';
import { copySchemas } from './comment-schemas.js';
import { copyMarks } from './entry-marks.js';

/**
 * A plain scalar whose text says more than its value: `1.10`, `0777`, `null` as opposed to nothing, a date. Kustomize copies
 * such text as written and gives it a type only when it prints.
 */
export class ScalarText {
  readonly type: 'null' | 'bool' | 'int' | 'float' | 'timestamp' | 'folded';
  readonly text: string;
  readonly value: number | boolean | bigint | string | null;

  constructor(type: ScalarText['type'], text: string, value: ScalarText['value']) {
    this.type = type;
    this.text = text;
    this.value = value;
  }
}

/** A scalar of a manifest; a bare null is a field with nothing after the colon. */
export type Scalar = string | number | boolean | null | bigint | ScalarText;
/** Any part of a manifest. */
export type Value = Scalar | Value[] | ValueMap;
/** A map of a manifest. Keys are data: use `setOwn` and `getOwn` with keys from outside. */
export type ValueMap = { [key: string]: Value };

/** True for maps. */
export function isMap(value: Value | undefined): value is ValueMap {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ScalarText)
  );
}

/** True for everything that is neither a map nor a list. */
export function isScalar(value: Value | undefined): value is Scalar {
  return value !== undefined && !isMap(value) && !Array.isArray(value);
}

/** True for null in any spelling. */
export function isNull(value: Value | undefined): boolean {
  return value === null || (value instanceof ScalarText && value.type === 'null');
}

/** True for what is missing, null, or an empty map or list. */
export function isNullOrEmpty(value: Value | undefined): boolean {
  if (value === undefined || isNull(value)) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isMap(value) && Object.keys(value).length === 0;
}

/** The text of a scalar as written in the manifest; empty for maps, lists and nothing. */
export function textOf(value: Value | undefined): string {
  if (typeof value === 'string') return value;
  if (value instanceof ScalarText) return value.text;
  if (value === undefined || value === null || typeof value === 'object') return '';
  return String(value);
}

/** A copy that shares nothing that can change. */
export function cloneValue<T extends Value>(value: T): T;
export function cloneValue(value: Value): Value {
  if (Array.isArray(value)) {
    const list = value.map((item) => cloneValue(item));
    copySchemas(value, list);
    return list;
  }
  if (!isMap(value)) return value;
  const copy: ValueMap = {};
  for (const key of Object.keys(value)) setOwn(copy, key, cloneValue(value[key] ?? null));
  copyMarks(value, copy);
  return copy;
}
