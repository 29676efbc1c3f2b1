import { getOwn, setOwn } from '@lotse/manifests';
import { assignEntry } from './entry-marks.js';
import { splitPath } from './field-spec.js';
import { kustomizeError } from './kustomize-error.js';
import { readNestedValues, typedScalar } from './read-values.js';
import { compilePattern } from './selector.js';
import { own } from './shared-values.js';
import { isMap, isNull, isScalar, ScalarText, textOf, type Value, type ValueMap } from './values.js';

/** A place in a manifest that can be read and written. */
export interface FieldSlot {
  get(): Value;
  set(value: Value): void;
}

/** A scalar that was just made: it has no type yet. */
export const CREATED_SCALAR = new ScalarText('null', '', null);

/** What a missing field is made as. */
export type CreateKind = 'scalar' | 'map' | 'sequence';

/** Splits `spec.ports[name=a.b].x`-like paths: dots within brackets belong to the part. */
export function splitFieldPath(path: string): string[] {
  const parts = splitPath(path, '.');
  const result: string[] = [];
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i] ?? '';
    if (!part.startsWith('[') || part.endsWith(']')) {
      result.push(part);
      continue;
    }
    const bracketed = [part];
    while (i < parts.length - 1) {
      const next = parts[++i] ?? '';
      bracketed.push(next);
      if (next.endsWith(']')) break;
    }
    const joined = bracketed.join('.');
    result.push(joined.includes('=') ? joined : joined.replace(/^[[\]]+|[[\]]+$/g, ''));
  }
  return result;
}

/** A part such as `[name=value]`, taken apart; undefined for other parts. */
function listKey(part: string): { field: string; value: string } | undefined {
  const match = /^\[([^=]*)=([\s\S]*)\]$/.exec(part);
  return match ? { field: match[1] ?? '', value: match[2] ?? '' } : undefined;
}

/** Reads one field; undefined when it is missing. List entries are found by `[key=value]`, number, or `-` for the last. */
export function lookupField(
  value: Value,
  parts: readonly string[],
  forWriting = false,
): FieldSlot | undefined {
  let slot: FieldSlot = { get: () => value, set: () => undefined };
  for (const part of parts) {
    const current = forWriting ? ownedValue(slot) : slot.get();
    if (isNull(current)) return undefined;
    const next = stepInto(current, part);
    if (!next) return undefined;
    slot = next;
  }
  return slot;
}

/** The value of a slot; a shared one is copied into it first, so that it can be written to. */
export function ownedValue(slot: FieldSlot): Value {
  const value = slot.get();
  if (!Array.isArray(value) && !isMap(value)) return value;
  const owned = own(value);
  if (owned !== value) slot.set(owned);
  return owned;
}

function stepInto(current: Value, part: string): FieldSlot | undefined {
  const key = listKey(part);
  if (key || part === '-' || /^[0-9]+$/.test(part)) {
    if (Array.isArray(current)) {
      const index = key
        ? current.findIndex(
            (item) =>
              (key.field === ''
                ? textOf(item)
                : isMap(item)
                  ? textOf(getOwn(item, key.field))
                  : undefined) === key.value,
          )
        : part === '-'
          ? current.length - 1
          : Number(part);
      return index >= 0 && index < current.length ? itemSlot(current, index) : undefined;
    }
    if (key || part === '-') {
      if (isMap(current)) return undefined;
      throw kustomizeError(
        'field-path',
        `wrong node kind: expected SequenceNode for ${part} but got ScalarNode`,
        { field: part },
      );
    }
  }
  if (!isMap(current)) {
    throw kustomizeError(
      'field-path',
      `wrong node kind: expected MappingNode but got ${Array.isArray(current) ? 'SequenceNode' : 'ScalarNode'} at ${part}`,
      {
        field: part,
      },
    );
  }
  return getOwn(current, part) === undefined ? undefined : fieldSlot(current, part);
}

function itemSlot(list: Value[], index: number): FieldSlot {
  return {
    get: () => list[index] ?? null,
    set: (value) => {
      list[index] = value;
    },
  };
}

function fieldSlot(map: ValueMap, name: string): FieldSlot {
  return { get: () => getOwn(map, name) ?? null, set: (value) => assignEntry(map, name, value) };
}

/** Places that a replacement may write; more than this is an attack or a mistake. */
const MAX_MATCHES = 100_000;

/** All fields a path matches: `*` takes every entry of a list, `[key=pattern]` those that match the regular expression. */
export function matchFields(
  root: Value,
  parts: readonly string[],
  create: CreateKind | undefined,
): FieldSlot[] {
  const found: FieldSlot[] = [];
  match({ get: () => root, set: () => undefined }, parts, create, found);
  return found;
}

function match(
  slot: FieldSlot,
  parts: readonly string[],
  create: CreateKind | undefined,
  found: FieldSlot[],
): void {
  const [part, ...rest] = parts;
  if (part === undefined) {
    if (found.push(slot) > MAX_MATCHES)
      throw kustomizeError('too-many-fields', `a path matches more than ${MAX_MATCHES} fields`);
    return;
  }
  const value = ownedValue(slot);
  if (/^[0-9]+$/.test(part)) return matchIndex(listOf(value, part), Number(part), rest, create, found);
  const key = listKey(part);
  if (key) return matchEntries(listOf(value, part), key, rest, create, found);
  if (part.startsWith('[') && part.endsWith(']'))
    throw kustomizeError('field-path', `a part in brackets must be [field=value], found ${part}`, {
      field: part,
    });
  if (part === '*') {
    const list = listOf(value, part);
    for (let i = 0; i < list.length; i++) match(itemSlot(list, i), rest, create, found);
    return;
  }
  if (!isMap(value)) {
    if (isNull(value)) return;
    throw kustomizeError(
      'field-path',
      `wrong node kind: expected MappingNode but got ${Array.isArray(value) ? 'SequenceNode' : 'ScalarNode'} at ${part}`,
      {
        field: part,
      },
    );
  }
  if (getOwn(value, part) === undefined) {
    if (create === undefined) return;
    setOwn(value, part, emptyFor(rest[0], create));
  }
  const child = fieldSlot(value, part);
  const inner = child.get();
  if (isScalar(inner) && !isNull(inner) && rest.length > 0) {
    // The text itself is structured: what is found in it is read, but writing there changes only the copy.
    const [document] = readNestedValues(textOf(inner));
    return match({ get: () => document ?? null, set: () => undefined }, rest, create, found);
  }
  match(child, rest, create, found);
}

function listOf(value: Value, part: string): Value[] {
  if (Array.isArray(value)) return value;
  throw kustomizeError(
    'field-path',
    `wrong node kind: expected SequenceNode but got ${isMap(value) ? 'MappingNode' : 'ScalarNode'} at ${part}`,
    {
      field: part,
    },
  );
}

function emptyFor(next: string | undefined, create: CreateKind): Value {
  if (next === undefined) return create === 'map' ? {} : create === 'sequence' ? [] : CREATED_SCALAR;
  return listKey(next) || /^[0-9]+$/.test(next) || next === '-' || next === '*' ? [] : {};
}

function matchIndex(
  list: Value[],
  index: number,
  rest: readonly string[],
  create: CreateKind | undefined,
  found: FieldSlot[],
): void {
  if (list.length === index && create !== undefined) list.push(emptyFor(rest[0], create));
  if (index >= list.length)
    throw kustomizeError('field-path', `index ${index} specified but only ${list.length} elements found`, {
      field: String(index),
    });
  match(itemSlot(list, index), rest, create, found);
}

function matchEntries(
  list: Value[],
  key: { field: string; value: string },
  rest: readonly string[],
  create: CreateKind | undefined,
  found: FieldSlot[],
): void {
  const pattern = compilePattern(key.value);
  const before = found.length;
  const visit = (): void => {
    for (let i = 0; i < list.length; i++) {
      const item = list[i] ?? null;
      if (key.field === '') {
        if (pattern.matcher(printScalar(item)).find()) found.push(itemSlot(list, i));
        continue;
      }
      const value = isMap(item) ? getOwn(item, key.field) : undefined;
      if (value !== undefined && pattern.matcher(printScalar(value)).find())
        match(itemSlot(list, i), rest, create, found);
    }
  };
  visit();
  if (found.length > before || create === undefined) return;
  const made: Value = typedScalar(key.value);
  list.push(key.field === '' ? made : { [key.field]: made });
  visit();
}

/** The text of an entry as it would be printed: quotes stay around text that needs them. */
function printScalar(value: Value): string {
  return textOf(value);
}
