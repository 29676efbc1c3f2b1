import type { JsonValue } from '@lotse/manifests';

/** Prints JSON byte for byte as Go's encoding/json: sorted keys, `<`, `>`, `&` and line separators escaped. */
export function goJson(value: JsonValue | bigint): string {
  if (typeof value === 'string') return goString(value);
  if (Array.isArray(value)) return `[${value.map(goJson).join(',')}]`;
  if (typeof value === 'number') return goNumber(value);
  if (typeof value !== 'object' || value === null) return String(value);
  const keys = Object.keys(value).sort(compareBytes);
  return `{${keys.map((key) => `${goString(key)}:${goJson(value[key] ?? null)}`).join(',')}}`;
}

const ESCAPED: ReadonlyMap<string, string> = new Map([
  ['<', '\\u003c'],
  ['>', '\\u003e'],
  ['&', '\\u0026'],
  ['\u2028', '\\u2028'],
  ['\u2029', '\\u2029'],
]);

function goString(text: string): string {
  return JSON.stringify(text).replace(/[<>&\u2028\u2029]/gu, (char) => ESCAPED.get(char) ?? char);
}

/** Go and JavaScript agree except on the digits of exponents: `1e-07` is `1e-7` in both, `1e+21` too. */
function goNumber(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

/** Orders texts by their UTF-8 bytes, as Go does. */
export function compareBytes(a: string, b: string): number {
  return a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b));
}
