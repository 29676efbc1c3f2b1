import { setOwn } from '@lotse/manifests';
import type { FieldType } from './field-type.js';
import { omitsZero } from './omitted-zeros.js';
import { goPlace, goType } from './go-types.js';
import { canonicalMicroTime, canonicalTime, TimeError } from './go-time.js';
import { canonicalQuantity } from './quantity.js';

/** Levels of maps and lists an object may have; the deepest public ones have about forty. */
export const DEEPEST_OBJECT = 256;

/** What decoding found beside the value. */
export interface DecodeFindings {
  /** Fields the type does not know and that were dropped, as `spec.template.foo`. */
  readonly unknown: string[];
}

/** A value that does not fit its field. The message is what Go's JSON decoder says, which users of kubectl know. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';
  /** The same as Go's converter of maps to structs says it, which reads what a strategic merge leaves. */
  readonly converted: string;

  constructor(message: string, converted = message) {
    super(message);
    this.converted = converted;
  }
}

interface DecodeOptions {
  readonly kind: string;
  readonly custom?: boolean;
  /** Whether fields that hold as good as nothing are left out, as Go does when it writes JSON. */
  readonly zeros?: 'dropped' | 'kept';
}

/**
 * Brings what a client sent into the shape of its type: drops nulls and unknown fields, checks types, writes quantities in
 * their canonical form. What needs no change is shared with the input.
 */
export function decodeObject(
  value: unknown,
  type: FieldType,
  { kind, custom = false, zeros = 'dropped' }: DecodeOptions,
  findings?: DecodeFindings,
): unknown {
  return new Decoder(findings, custom, type, zeros === 'dropped').decode(value, type, [], [], kind);
}

class Decoder {
  readonly #findings: DecodeFindings | undefined;
  /** What does not fit a custom resource's own schema is left to its validation, which says it in other words. */
  readonly #custom: boolean;
  readonly #root: FieldType;
  readonly #dropsZeros: boolean;

  constructor(findings: DecodeFindings | undefined, custom: boolean, root: FieldType, dropsZeros: boolean) {
    this.#findings = findings;
    this.#custom = custom;
    this.#root = root;
    this.#dropsZeros = dropsZeros;
  }

  /** `path` is where the value is; `fields` the same without places in lists, as Go shows it. */
  decode(value: unknown, type: FieldType, path: string[], fields: string[], owner: string): unknown {
    if (path.length > DEEPEST_OBJECT) throw new DecodeError(`exceeded max depth of ${DEEPEST_OBJECT}`);
    switch (type.kind) {
      case 'any':
        return value;
      case 'scalar':
        return this.#scalar(value, type, fields, owner);
      case 'list':
        return this.#list(value, type, path, fields, owner);
      case 'map':
        return this.#map(value, type, path, fields, owner);
      default:
        return type.kind satisfies never;
    }
  }

  #map(value: unknown, type: FieldType, path: string[], fields: string[], owner: string): unknown {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return this.#mismatch(value, type, fields, owner);
    const given = value as Record<string, unknown>;
    let changed: Record<string, unknown> | undefined;
    for (const key of Object.keys(given)) {
      const one = given[key];
      const fieldType = type.field(key);
      let next: unknown;
      if (!fieldType) {
        this.#findings?.unknown.push([...path, key].join('.').replaceAll('.[', '['));
      } else if (one === null && type.declares(key)) {
        const kept = this.#custom && path[0] !== 'metadata' && key !== 'metadata';
        next = kept && (fieldType.nullable || fieldType.default === undefined) ? null : undefined;
      } else if (one === null) {
        // Go makes the zero value of what a map holds; its zero list is none.
        next = this.#custom || fieldType.kind === 'list' ? nothingOf(fieldType) : zeroOf(fieldType);
      } else if ((one === '' || one === 0 || one === false) && this.#dropsZeros && omitsZero(type, key)) {
        // A type that does not fit is told all the same.
        this.decode(one, fieldType, path, fields, type.name ?? owner);
        next = undefined;
      } else if (
        !this.#custom &&
        this.#dropsZeros &&
        isOmitted(one, fieldType) &&
        type.declares(key) &&
        !type.required.includes(key)
      ) {
        next = undefined;
      } else if (one !== undefined) {
        path.push(key);
        if (type.declares(key)) fields.push(key);
        next = this.decode(one, fieldType, path, fields, type.name ?? owner);
        if (type.declares(key)) fields.pop();
        path.pop();
      }
      if (next === one && fieldType) continue;
      changed ??= copyOf(given);
      if (next === undefined) delete changed[key];
      else setOwn(changed, key, next);
    }
    return changed ?? given;
  }

  #list(value: unknown, type: FieldType, path: string[], fields: string[], owner: string): unknown {
    if (!Array.isArray(value)) return this.#mismatch(value, type, fields, owner);
    const items = type.items();
    let changed: unknown[] | undefined;
    for (const [index, one] of (value as unknown[]).entries()) {
      path.push(`[${index}]`);
      // Go reads null as the zero value of the item's type.
      const next = this.decode(one === null ? zeroOf(items) : one, items, path, fields, owner);
      path.pop();
      if (next !== one) (changed ??= [...(value as unknown[])])[index] = next;
    }
    return changed ?? value;
  }

  #scalar(value: unknown, type: FieldType, fields: string[], owner: string): unknown {
    switch (type.scalar) {
      case 'string':
      case 'bytes':
        if (typeof value === 'string') {
          if (type.scalar === 'bytes' && !this.#custom && !isBase64(value)) throw notBase64(value);
          return type.format === 'date-time' && TIMES.has(type.name ?? '') ? timeOf(value, type) : value;
        }
        break;
      case 'boolean':
        if (typeof value === 'boolean') return value;
        break;
      case 'integer':
        if (
          typeof value === 'number' &&
          Number.isInteger(value) &&
          (this.#custom || fits(value, type.format))
        )
          return value;
        break;
      case 'number':
        if (typeof value === 'number') return value;
        break;
      case 'int-or-string':
        if (
          typeof value === 'string' ||
          (typeof value === 'number' && (this.#custom || fits(value, 'int32')))
        )
          return value;
        break;
      case 'quantity': {
        const text =
          typeof value === 'string' || typeof value === 'number' ? canonicalQuantity(value) : undefined;
        if (text !== undefined) return text;
        throw new DecodeError(
          "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
        );
      }
      case undefined:
        return value;
      default:
        return type.scalar satisfies never;
    }
    return this.#mismatch(value, type, fields, owner);
  }

  #mismatch(value: unknown, type: FieldType, fields: readonly string[], owner: string): unknown {
    if (this.#custom && fields.length > 0 && fields[0] !== 'metadata') return value;
    throw mismatch(value, type, goPlace(this.#root, fields, type), owner);
  }
}

/** Types of the API that hold a time; a string of that format in a custom resource is only a string. */
const TIMES = new Set(['Time', 'MicroTime']);

function timeOf(text: string, { name }: FieldType): string {
  try {
    return name === 'MicroTime' ? canonicalMicroTime(text) : canonicalTime(text);
  } catch (error) {
    throw error instanceof TimeError ? new DecodeError(error.message) : error;
  }
}

/** Numbers that a field of Go's can hold. Those of 64 bits are as exact as JSON's. */
function fits(value: number, format: string | undefined): boolean {
  const most = format === 'int32' ? 2 ** 31 : 2 ** 63;
  return Number.isInteger(value) && value >= -most && value < most;
}

/** Empty lists and empty free maps are as good as none, and Go writes none of them. Empty structs say something. */
function isOmitted(value: unknown, type: FieldType): boolean {
  if (Array.isArray(value)) return value.length === 0 && type.kind === 'list';
  const free = type.kind === 'map' && type.fieldNames().length === 0;
  return free && typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

function copyOf(given: Record<string, unknown>): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(given)) setOwn(copy, key, given[key]);
  return copy;
}

function nothingOf(type: FieldType): unknown {
  return type.scalar === 'string' ? '' : type.kind === 'any' ? null : undefined;
}

function zeroOf(type: FieldType): unknown {
  switch (type.kind) {
    case 'map':
      return {};
    case 'list':
      return [];
    case 'any':
      return null;
    case 'scalar':
      return type.scalar === 'boolean'
        ? false
        : type.scalar === 'integer' || type.scalar === 'number'
          ? 0
          : type.scalar === 'quantity'
            ? '0'
            : '';
    default:
      return type.kind satisfies never;
  }
}

function mismatch(
  value: unknown,
  type: FieldType,
  place: { readonly path: string; readonly type: string },
  owner: string,
): DecodeError {
  const found =
    typeof value === 'number'
      ? type.scalar === 'integer' || type.scalar === 'int-or-string'
        ? `number ${value}`
        : 'number'
      : typeof value === 'boolean'
        ? 'bool'
        : Array.isArray(value)
          ? 'array'
          : typeof value === 'object'
            ? 'object'
            : 'string';
  return new DecodeError(
    `json: cannot unmarshal ${found} into Go struct field ${owner}.${place.path} of type ${place.type}`,
    unconvertible(value, type),
  );
}

/** Why a value of one kind can't become one of another (apimachinery runtime/converter.go). */
function unconvertible(value: unknown, type: FieldType): string {
  const given = goKind(value);
  if (type.kind === 'list') return `cannot restore slice from ${given}`;
  if (type.kind === 'map')
    return type.fieldNames().length === 0
      ? `cannot restore map from ${given}`
      : `cannot restore struct from: ${given}`;
  const wanted = goType(type);
  // Go turns numbers into text, but not here.
  return wanted === 'string' && typeof value === 'number'
    ? `cannot convert ${given} to string`
    : `unrecognized type: ${wanted}`;
}

function goKind(value: unknown): string {
  if (Array.isArray(value)) return 'slice';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'string' ? 'string' : 'map';
}

function notBase64(text: string): DecodeError {
  const foreign = text.search(/[^A-Za-z0-9+/=\r\n]/);
  return new DecodeError(
    `illegal base64 data at input byte ${foreign >= 0 ? foreign : text.length - (text.length % 4)}`,
  );
}

function isBase64(given: string): boolean {
  const text = given.includes('\n') ? given.replaceAll(/[\r\n]/g, '') : given;
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
}
