import { goPrint } from '../template/printing.js';
import { bytesString } from '../template/go-strings.js';
import { parseGoFloat, parseGoInteger } from '../template/number-literal.js';
import { GoInt, type GoValue, TypedSlice } from '../template/values.js';

const MIN_INT64 = -(1n << 63n);
const MAX_INT64 = (1n << 63n) - 1n;

/** Text of a value: strings and bytes as they are, the rest as `%v` prints it. */
export function toText(value: GoValue): string {
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array) return bytesString(value);
  return goPrint(value);
}

/** Texts of a list's elements without nils; a single value is a list of one. */
export function toTexts(value: GoValue): string[] {
  if (value === null || value === undefined) return [];
  if (value instanceof TypedSlice && value.elementType === 'string') return [...value] as string[];
  if (Array.isArray(value)) return value.filter((item) => item !== null && item !== undefined).map(toText);
  if (value instanceof Uint8Array) return Array.from(value, String);
  return [toText(value)];
}

/** Any value as a 64-bit integer, leniently: what can't be read is 0. Strings may be `0x10`, `010` or `1.0`. */
export function toInt64(value: GoValue): bigint {
  if (value instanceof GoInt) return value.value;
  if (typeof value === 'number') return truncate(value);
  if (typeof value === 'boolean') return value ? 1n : 0n;
  if (typeof value !== 'string') return 0n;
  const integer = parseGoInteger(value.replace(/^([^.]+)\.0+$/, '$1'));
  return integer !== undefined && integer >= MIN_INT64 && integer <= MAX_INT64 ? integer : 0n;
}

function truncate(value: number): bigint {
  if (!Number.isFinite(value)) return MIN_INT64;
  const whole = BigInt(Math.trunc(value));
  return whole > MAX_INT64 || whole < MIN_INT64 ? MIN_INT64 : whole;
}

/** {@link toInt64} as a number, for counts and indexes. */
export function toIndex(value: GoValue): number {
  return Number(toInt64(value));
}

/** Any value as a float, leniently: what can't be read is 0. */
export function toFloat(value: GoValue): number {
  if (typeof value === 'number') return value;
  if (value instanceof GoInt) return Number(value.value);
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'string') {
    const word = /^([+-]?)(inf|infinity|nan)$/i.exec(value);
    if (word) return word[2]?.toLowerCase() === 'nan' ? Number.NaN : word[1] === '-' ? -Infinity : Infinity;
    return parseGoFloat(value) ?? 0;
  }
  return 0;
}

/** The elements of any slice; undefined when the value is none. */
export function elements(value: GoValue): GoValue[] | undefined {
  if (Array.isArray(value)) return value as GoValue[];
  if (value instanceof Uint8Array) return Array.from(value, (byte) => new GoInt(BigInt(byte), 'uint8'));
  return undefined;
}
