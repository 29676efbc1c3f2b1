import type { DeletionOptions } from '../clients/client.js';
import { conflict, type ApiError } from '../api/api-error.js';
import type { StoredObject } from '../store/stored-object.js';
import { formatTime } from '../time.js';
import { jsonEqual } from './json-equal.js';
import type { ResourceInfo } from './resource.js';

/** Refuses a delete of another object than the client means. */
export function checkPreconditions(
  resource: ResourceInfo,
  old: StoredObject,
  options: DeletionOptions,
): void {
  const { uid, resourceVersion } = options.preconditions ?? {};
  const { metadata } = old;
  const refuse = (what: string, wanted: string, is: string | undefined, why: string): ApiError =>
    conflict(
      // Kubernetes names the kind here, not the resource.
      { ...resource, resource: resource.kind },
      metadata.name ?? '',
      `the ${what} in the precondition (${wanted}) does not match the ${what} in record (${is}). The object might have been ${why}`,
    );
  if (uid !== undefined && uid !== metadata.uid)
    throw refuse('UID', uid, metadata.uid, 'deleted and then recreated');
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion)
    throw refuse('ResourceVersion', resourceVersion, metadata.resourceVersion, 'modified');
}

/**
 * The object as a delete leaves it: with the time of its end, the finalizers that its propagation policy asks for, and what
 * its kind adds. A later delete may only shorten the grace period. The same object when nothing changes (rest/delete.go).
 */
export function markedForDeletion(
  resource: ResourceInfo,
  old: StoredObject,
  options: DeletionOptions,
  nowMs: number,
): StoredObject {
  const { strategy } = resource;
  const finalizers = finalizersFor(resource, old, options);
  const grace = strategy.gracePeriodSeconds?.(old, options.gracePeriodSeconds ?? undefined) ?? 0;
  const { deletionTimestamp, deletionGracePeriodSeconds: before } = old.metadata;
  const shorter = before === undefined || grace < before;
  if (deletionTimestamp && !shorter && jsonEqual(finalizers, old.metadata.finalizers ?? [])) return old;
  const { finalizers: _, ...metadata } = old.metadata;
  const marked: StoredObject = {
    ...old,
    metadata: {
      ...metadata,
      ...(finalizers.length > 0 && { finalizers }),
      ...(metadata.generation !== undefined && {
        generation: metadata.generation + (deletionTimestamp ? 0 : 1),
      }),
      deletionTimestamp: shorter || !deletionTimestamp ? formatTime(nowMs + grace * 1000) : deletionTimestamp,
      deletionGracePeriodSeconds: before === undefined ? grace : Math.min(before, grace),
    },
  };
  return deletionTimestamp ? marked : (strategy.prepareForDelete?.(marked) ?? marked);
}

function finalizersFor(resource: ResourceInfo, old: StoredObject, options: DeletionOptions): string[] {
  const existing = old.metadata.finalizers ?? [];
  const orphans = (options as { orphanDependents?: boolean }).orphanDependents;
  const asked =
    options.propagationPolicy ?? (orphans === undefined ? undefined : orphans ? 'Orphan' : 'Background');
  // Finalizers already there say what an earlier request wanted; the kind's own default comes last.
  if (asked === undefined && (existing.includes('orphan') || existing.includes('foregroundDeletion')))
    return existing;
  const policy = asked ?? resource.strategy.defaultPropagation ?? 'Background';
  const others = existing.filter((one) => one !== 'orphan' && one !== 'foregroundDeletion');
  if (policy === 'Orphan') return [...others, 'orphan'];
  if (policy === 'Foreground') return [...others, 'foregroundDeletion'];
  return others.length === existing.length ? existing : others;
}
