import { setOwn } from '@lotse/manifests';

/** How the text of an entry was written, when not plain. */
export type TextStyle = 'quoted' | 'literal' | 'folded';

type AnyMap = Record<string, unknown>;

const styles = new WeakMap<AnyMap, Map<string, TextStyle>>();
const shared = new WeakMap<AnyMap, Map<string, SharedEntry>>();

/**
 * Entries that one step wrote as the same node: what changes one of them later changes all. A label that `commonLabels` put
 * into metadata and selectors stays one label when a patch or an overlay sets it anew.
 */
export class SharedEntry {
  readonly places: { readonly map: AnyMap; readonly key: string }[] = [];
}

/** How the entry was written; undefined for plain text and for everything that is no text. */
export function textStyle(map: AnyMap, key: string): TextStyle | undefined {
  return styles.get(map)?.get(key);
}

/** Remembers how an entry was written. */
export function setTextStyle(map: AnyMap, key: string, style: TextStyle | undefined): void {
  const known = styles.get(map);
  if (style === undefined) known?.delete(key);
  else if (known) known.set(key, style);
  else styles.set(map, new Map([[key, style]]));
}

/** Gives a copy of a map the styles of the original; it shares no entries. */
export function copyMarks(from: AnyMap, to: AnyMap): void {
  const known = styles.get(from);
  if (known) styles.set(to, new Map(known));
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
