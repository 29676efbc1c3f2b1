import type { JsonValue } from '@lotse/manifests';

const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

/** JSON with sorted keys: equal values give equal text whatever order their keys were written in. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value as Record<string, JsonValue | undefined>)
    .filter(([, entry]) => entry !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, entry]) => `${JSON.stringify(key)}:${canonicalJson(entry)}`).join(',')}}`;
}

/** A short name for a value (FNV-1a 32 bit, digits in the alphabet of generated names), as in `web-7d4b9c8f6`. */
export function shortHash(value: unknown, collisionCount = 0): string {
  let hash = 2166136261;
  for (const char of `${canonicalJson(value)}${collisionCount || ''}`)
    hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 16777619);
  return Array.from(String(hash >>> 0))
    .map((digit) => ALPHABET.charAt(digit.charCodeAt(0) % ALPHABET.length))
    .join('');
}
