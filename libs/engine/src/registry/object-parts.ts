import type { ObjectMeta } from '@lotse/manifests';
import type { StoredObject } from '../store/stored-object.js';
import { jsonEqual } from './json-equal.js';
import type { ResourceInfo } from './resource.js';

/* What generic writes do to the parts every object has: metadata, status, everything else. */

type WithStatus = StoredObject & { status?: unknown };

/** True when status is written through a subresource of its own. */
export function hasStatus(resource: ResourceInfo): boolean {
  return resource.subresources.some(({ name }) => name === 'status');
}

export function withoutStatus(object: StoredObject): StoredObject {
  if (!('status' in object)) return object;
  const { status: _, ...rest } = object as WithStatus;
  return rest;
}

/** Built-in kinds always show a status, an empty one at first, because it is part of their type; custom ones need not. */
export function withEmptyStatus(resource: ResourceInfo, object: StoredObject): StoredObject {
  const isMissing = !resource.custom && hasStatus(resource) && (object as WithStatus).status === undefined;
  return isMissing ? ({ ...object, status: {} } as StoredObject) : object;
}

/** The given object with the status it had before. */
export function withStatusFrom(object: StoredObject, old: StoredObject): StoredObject {
  const { status } = old as WithStatus;
  if ((object as WithStatus).status === status) return object;
  return status === undefined ? withoutStatus(object) : ({ ...object, status } as StoredObject);
}

/** The old object with the status of the given one. */
export function withStatusOf(given: StoredObject, old: StoredObject): StoredObject {
  const { status } = given as WithStatus;
  return (status === undefined ? withoutStatus(old) : { ...old, status }) as StoredObject;
}

/**
 * The old object with the status of the given one, as `/status` writes it: most built-in kinds take labels, annotations,
 * finalizers and owners from there too (most strategies of pkg/registry reset the spec only), custom ones nothing but the status.
 */
export function withStatusWritten(
  resource: ResourceInfo,
  given: StoredObject,
  old: StoredObject,
): StoredObject {
  const written = withStatusOf(given, old);
  const keeps = resource.custom ? 'metadata' : resource.strategy.statusKeeps;
  if (keeps === 'metadata') return written;
  const metadata = metadataWritten(given, old);
  return {
    ...written,
    metadata: keeps === 'labels' ? withPartOf(metadata, old.metadata, 'labels') : metadata,
  };
}

/** The metadata of the old object with what a write to a part of it may say: labels, annotations, finalizers and owners. */
export function metadataWritten(given: StoredObject, old: StoredObject): ObjectMeta {
  const { labels: _, annotations: __, finalizers: ___, ownerReferences: ____, ...kept } = old.metadata;
  const { labels, annotations, finalizers, ownerReferences } = given.metadata;
  return {
    ...kept,
    ...(labels && { labels }),
    ...(annotations && { annotations }),
    ...(finalizers && { finalizers }),
    ...(ownerReferences && { ownerReferences }),
  };
}

/** The old object as a write of its status leaves it, with what became of the status that was given. */
export function withToldStatus<T extends StoredObject & { status?: unknown }>(
  given: T,
  old: T,
  status: T['status'],
): T {
  return { ...old, metadata: metadataWritten(given, old), status };
}

/** The metadata with one part of another's. */
export function withPartOf(
  metadata: ObjectMeta,
  old: ObjectMeta,
  part: 'labels' | 'annotations' | 'ownerReferences',
): ObjectMeta {
  const { [part]: _, ...free } = metadata;
  return old[part] ? { ...free, [part]: old[part] } : free;
}

/** Metadata a client may set, over what it may not. */
export function keptMetadata(given: ObjectMeta, old: ObjectMeta): ObjectMeta {
  const {
    deletionTimestamp: _,
    deletionGracePeriodSeconds: __,
    selfLink: ___,
    generation: ____,
    resourceVersion: _____,
    ...free
  } = given;
  return {
    ...free,
    ...(old.namespace !== undefined && { namespace: old.namespace }),
    ...(old.uid !== undefined && { uid: old.uid }),
    ...(old.creationTimestamp !== undefined && { creationTimestamp: old.creationTimestamp }),
    ...(old.generation !== undefined && { generation: old.generation }),
    ...(old.resourceVersion !== undefined && { resourceVersion: old.resourceVersion }),
    ...(old.deletionTimestamp !== undefined && { deletionTimestamp: old.deletionTimestamp }),
    ...(old.deletionGracePeriodSeconds !== undefined && {
      deletionGracePeriodSeconds: old.deletionGracePeriodSeconds,
    }),
  };
}

/** The same for an update of the whole object, with the end that it wants to give it, for validation to refuse. */
export function updatedMetadata(given: ObjectMeta, old: ObjectMeta): ObjectMeta {
  const kept = keptMetadata(given, old);
  const { deletionTimestamp, deletionGracePeriodSeconds } = given;
  if (old.deletionTimestamp !== undefined || deletionTimestamp === undefined) return kept;
  return {
    ...kept,
    deletionTimestamp,
    ...(deletionGracePeriodSeconds !== undefined && { deletionGracePeriodSeconds }),
  };
}

/** Generation counts changes of everything but metadata and status; where status is no part of its own, of status too. */
export function specChanged(object: StoredObject, old: StoredObject, ownStatus: boolean): boolean {
  const now = object as unknown as Record<string, unknown>;
  const before = old as unknown as Record<string, unknown>;
  for (const key of new Set([...Object.keys(now), ...Object.keys(before)])) {
    if (key === 'metadata' || (key === 'status' && ownStatus)) continue;
    if (!jsonEqual(now[key], before[key])) return true;
  }
  return false;
}

/** Whether an update says anything else in the annotations. */
export function annotationsChanged({ metadata }: StoredObject, old: StoredObject): boolean {
  return !jsonEqual(metadata.annotations ?? {}, old.metadata.annotations ?? {});
}

/** True when nothing is left that asks the object to stay. */
export function isFreeToVanish(resource: ResourceInfo, object: StoredObject): boolean {
  return (
    (object.metadata.finalizers ?? []).length === 0 &&
    (object.metadata.deletionGracePeriodSeconds ?? 0) === 0 &&
    (resource.strategy.mayVanish?.(object) ?? true)
  );
}
