import { lookUp, type CelMap, type CelRecord } from './values.js';

/** Fields whose names are no CEL names are written with `__dash__` and the like (apiserver cel/escaping.go). */
const ESCAPES: Record<string, string> = {
  __underscores__: '__',
  __dot__: '.',
  __dash__: '-',
  __slash__: '/',
};
const RESERVED = new Set(
  (
    'true false null in as break const continue else for function if import let loop package namespace return ' +
    'var void while'
  ).split(' '),
);

/** How a field is named in expressions; undefined when it can't be. */
export function escapedField(name: string): string | undefined {
  if (name === '' || /^\d/.test(name)) return undefined;
  if (RESERVED.has(name)) return `__${name}__`;
  if (!/^[A-Za-z0-9_./-]+$/.test(name)) return undefined;
  return name.replaceAll(/__|[.\-/]/g, (part) => {
    if (part === '__') return '__underscores__';
    return part === '.' ? '__dot__' : part === '-' ? '__dash__' : '__slash__';
  });
}

/** True for words that stand as fields both as they are and between underscores. */
export const isReservedField = (name: string): boolean => RESERVED.has(name);

/** The field an expression means by a name; undefined when there is none. */
export function fieldOf(map: CelRecord | CelMap, field: string): unknown {
  const plain = lookUp(map, field);
  if (plain !== undefined || !field.includes('__')) return plain;
  const reserved = /^__([a-z]+)__$/.exec(field)?.[1];
  if (reserved !== undefined && RESERVED.has(reserved)) return lookUp(map, reserved);
  return lookUp(
    map,
    field.replaceAll(/__(?:underscores|dot|dash|slash)__/g, (escape) => ESCAPES[escape] ?? escape),
  );
}
