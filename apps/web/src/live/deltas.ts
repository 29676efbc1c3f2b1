import type { KubeObject, ObjectMeta } from '../api/types.js';

export interface Delta<T = KubeObject> {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  object: T;
}

interface Identified {
  metadata: ObjectMeta;
}

const keyOf = ({ metadata }: Identified) => `${metadata.namespace ?? ''}/${metadata.name}`;

/**
 * The list after a batch of changes, in the list's order with new objects at the end. Returns the same array when
 * nothing changed, so that nothing is drawn again. An older version never replaces a newer one of the same object.
 */
export function applyDeltas<T extends Identified>(
  items: readonly T[],
  deltas: readonly Delta<T>[],
): readonly T[] {
  if (deltas.length === 0) return items;
  const changes = new Map<string, Delta<T>>();
  for (const delta of deltas) {
    const key = keyOf(delta.object);
    const known = changes.get(key);
    if (!known || delta.type === 'DELETED' || known.type === 'DELETED' || isNewer(delta.object, known.object))
      changes.set(key, delta);
  }
  let changed = false;
  const next: T[] = [];
  for (const item of items) {
    const key = keyOf(item);
    const delta = changes.get(key);
    changes.delete(key);
    if (delta?.type === 'DELETED') changed = true;
    else if (delta && (isNewer(delta.object, item) || delta.object.metadata.uid !== item.metadata.uid)) {
      next.push(delta.object);
      changed = true;
    } else next.push(item);
  }
  for (const delta of changes.values()) {
    if (delta.type === 'DELETED') continue;
    next.push(delta.object);
    changed = true;
  }
  return changed ? next : items;
}

/** Resource versions of one store are increasing numbers; anything else is taken as newer, as the watch is in order. */
function isNewer(candidate: Identified, known: Identified): boolean {
  const a = Number(candidate.metadata.resourceVersion);
  const b = Number(known.metadata.resourceVersion);
  return Number.isFinite(a) && Number.isFinite(b) ? a > b : candidate !== known;
}

/** The newest version seen, from which a broken connection can go on. */
export function latestVersion(
  known: string | undefined,
  deltas: readonly Delta<Identified>[],
): string | undefined {
  const versions = [known, ...deltas.map(({ object }) => object.metadata.resourceVersion)].map(Number);
  const newest = Math.max(...versions.filter(Number.isFinite));
  return Number.isFinite(newest) ? String(newest) : known;
}

/** True when an object is an older version of one already known: answers and events may overtake each other. */
export function isStale(candidate: Identified, known: Identified | undefined): boolean {
  if (!known || candidate.metadata.uid !== known.metadata.uid) return false;
  return Number(candidate.metadata.resourceVersion) < Number(known.metadata.resourceVersion);
}
