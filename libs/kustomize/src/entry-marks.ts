import { setOwn } from '@lotse/manifests';
import { copySchemas } from './comment-schemas.js';

/** How the text of an entry was written, when not plain. */
export type TextStyle = 'single' | 'double' | 'literal' | 'folded';

type AnyMap = Record<string, unknown>;
type Holder = object;

const styles = new WeakMap<Holder, Map<string, TextStyle>>();
const flows = new WeakSet<Holder>();
const otherKeys = new WeakMap<Holder, Map<string, string>>();
const notes = new WeakMap<Holder, Map<string, EntryNotes>>();
const orders = new WeakMap<Holder, readonly string[]>();
const shared = new WeakMap<AnyMap, Map<string, SharedEntry>>();

/**
 * Entries that one step wrote as the same node: what changes one of them later changes all. A label that `commonLabels` put
 * into metadata and selectors stays one label when a patch or an overlay sets it anew.
 */
export class SharedEntry {
  readonly places: { readonly map: AnyMap; readonly key: string }[] = [];
}

/** How the entry was written; undefined for plain text and for everything that is no text. */
export function textStyle(map: Holder, key: string): TextStyle | undefined {
  return styles.get(map)?.get(key);
}

/** Remembers how an entry was written. */
export function setTextStyle(map: Holder, key: string, style: TextStyle | undefined): void {
  if (!Object.isExtensible(map)) throw new TypeError('marks of a shared value cannot change');
  const known = styles.get(map);
  if (style === undefined) known?.delete(key);
  else if (known) known.set(key, style);
  else styles.set(map, new Map([[key, style]]));
}

/** Sets a text as generators write data: several lines as a block. */
export function setDataText(map: AnyMap, key: string, text: string): void {
  setOwn<unknown>(map, key, text);
  if (text.includes('\n')) setTextStyle(map, key, 'literal');
}

/** Gives a copy of a map the styles and key marks of the original; it shares no entries. */
export function copyMarks(from: Holder, to: Holder): void {
  const known = styles.get(from);
  if (known) styles.set(to, new Map(known));
  const keys = otherKeys.get(from);
  if (keys) otherKeys.set(to, new Map(keys));
  copySchemas(from, to);
}

/** Makes an entry one of several that change together. */
export function shareEntry(entry: SharedEntry, map: AnyMap, key: string): void {
  entry.places.push({ map, key });
  const known = shared.get(map);
  if (known) known.set(key, entry);
  else shared.set(map, new Map([[key, entry]]));
}

/** Sets an entry that is there, and all that are shared with it. */
export function assignEntry(map: AnyMap, key: string, value: unknown): void {
  const entry = shared.get(map)?.get(key);
  if (!entry) return setOwn(map, key, value);
  for (const place of entry.places)
    if (shared.get(place.map)?.get(place.key) === entry) setOwn(place.map, place.key, value);
}

/** Takes an entry away; what was shared with it stays. */
export function removeEntry(map: AnyMap, key: string): void {
  shared.get(map)?.delete(key);
  styles.get(map)?.delete(key);
  delete map[key];
}

/** Remembers that a list or map was written in brackets. */
export function markFlow(value: Holder): void {
  flows.add(value);
}

/** True for lists and maps that were written in brackets. */
export function isFlow(value: unknown): boolean {
  return typeof value === 'object' && value !== null && flows.has(value);
}

/** Comments of an entry. */
export interface EntryNotes {
  /** Lines above it; `deeper` when they are indented further, because they end what stands before. */
  readonly above: readonly { readonly text: string; readonly deeper: boolean }[];
  /** What follows on its line. */
  readonly trailing: string | undefined;
}

/** Remembers the comments of an entry. */
export function setEntryNotes(value: Holder, key: string, entry: EntryNotes): void {
  const known = notes.get(value);
  if (known) known.set(key, entry);
  else notes.set(value, new Map([[key, entry]]));
}

/** The comments of an entry. */
export function entryNotes(value: Holder, key: string): EntryNotes | undefined {
  return notes.get(value)?.get(key);
}

/** Remembers the order of keys as written, which JavaScript changes for keys that are numbers. */
export function setEntryOrder(map: AnyMap, keys: readonly string[]): void {
  orders.set(map, keys);
}

/** Keys in the order they were written, added ones last. */
export function entryOrder(map: AnyMap): string[] {
  const written = (orders.get(map) ?? []).filter((key) => Object.hasOwn(map, key));
  const known = new Set(written);
  return [...written, ...Object.keys(map).filter((key) => !known.has(key))];
}

/** Remembers that a key was read as a number, a boolean or null, and where: it can be patched away, but not printed. */
export function markOtherKey(map: AnyMap, key: string, where: string): void {
  const known = otherKeys.get(map);
  if (known) known.set(key, where);
  else otherKeys.set(map, new Map([[key, where]]));
}

/** Where a key comes from that is no text; undefined for text. */
export function otherKey(map: AnyMap, key: string): string | undefined {
  return otherKeys.get(map)?.get(key);
}

/** A key of the map that is no text, and where it comes from. */
export function firstOtherKey(map: AnyMap): readonly [key: string, where: string] | undefined {
  const known = otherKeys.get(map);
  if (!known) return undefined;
  for (const entry of known) if (Object.hasOwn(map, entry[0])) return entry;
  return undefined;
}
