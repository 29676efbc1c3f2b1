import { parseApiVersion, type OwnerReference } from '@lotse/manifests';
import { isApiError } from '../../api/api-error.js';
import { WorkQueue } from '../../clients/work-queue.js';
import { resourceKey, type ResourceInfo } from '../../registry/resource.js';
import type { ObjectName, ResourceKey, StoredObject } from '../../store/stored-object.js';
import { objectName } from '../../store/stored-object.js';
import type { Controller, ControllerContext } from '../controller.js';
import { untyped } from '../shared/untyped.js';

const NAME = 'generic-garbage-collector';
const FOREGROUND = 'foregroundDeletion';
const ORPHAN = 'orphan';
/** Kept out of the graph, as upstream does (GCIgnoredResources): most objects are events, and hardly any owns one. */
const EVENTS: ResourceKey = '/events';

/** Where an object is kept. */
interface Place {
  readonly resource: ResourceKey;
  readonly name: ObjectName;
}

/**
 * Deletes what has lost its last owner, and finishes foreground and orphaning deletions (pkg/controller/garbagecollector).
 * Knows the ownership graph from the log: uid to place, and owner uid to dependents.
 */
export const garbageCollector: Controller = {
  name: NAME,
  start(context) {
    const graph = new OwnershipGraph();
    const queue = new WorkQueue(
      context.clock,
      (uid) => collect(context, graph, uid),
      (uid, error) =>
        isApiError(error, 'Conflict') || isApiError(error, 'NotFound') || context.onError(NAME, uid, error),
    );
    const track = (resource: ResourceKey, name: ObjectName, object: StoredObject): void => {
      if (resource === EVENTS) return;
      graph.put(resource, name, object);
      const { uid = '', ownerReferences, deletionTimestamp } = object.metadata;
      if (ownerReferences || deletionTimestamp) queue.add(uid);
    };
    const stop = context.store.subscribe((event) => {
      const { uid = '' } = event.object.metadata;
      if (event.type !== 'DELETED') return track(event.resource, event.name, event.object);
      graph.remove(event.previous ?? event.object);
      for (const dependent of graph.dependents(uid)) queue.add(dependent);
      for (const owner of event.object.metadata.ownerReferences ?? []) queue.add(owner.uid);
    });
    for (const resource of context.store.resources()) {
      for (const [name, object] of context.store.table(resource).objects) track(resource, name, object);
    }
    return () => {
      stop();
      queue.stop();
    };
  },
};

class OwnershipGraph {
  readonly #places = new Map<string, Place>();
  readonly #dependents = new Map<string, Set<string>>();
  readonly #owners = new Map<string, readonly string[]>();
  /** Owners whose dependents have been told to go. */
  readonly #begun = new Set<string>();

  put(resource: ResourceKey, name: ObjectName, object: StoredObject): void {
    const { uid = '', ownerReferences } = object.metadata;
    if (!this.#places.has(uid)) this.#places.set(uid, { resource, name });
    const owners = ownerReferences?.map((reference) => reference.uid) ?? [];
    const before = this.#owners.get(uid) ?? [];
    if (before.length === owners.length && before.every((owner, index) => owner === owners[index])) return;
    for (const owner of before) this.#unlink(owner, uid);
    for (const owner of owners) {
      const set = this.#dependents.get(owner);
      if (set) set.add(uid);
      else this.#dependents.set(owner, new Set([uid]));
    }
    if (owners.length > 0) this.#owners.set(uid, owners);
    else this.#owners.delete(uid);
  }

  remove(object: StoredObject): void {
    const { uid = '' } = object.metadata;
    for (const owner of this.#owners.get(uid) ?? []) this.#unlink(owner, uid);
    this.#owners.delete(uid);
    this.#places.delete(uid);
    this.#begun.delete(uid);
  }

  place(uid: string): Place | undefined {
    return this.#places.get(uid);
  }

  /** As they are now: a copy that deletions do not disturb. */
  dependents(uid: string): readonly string[] {
    return [...(this.#dependents.get(uid) ?? [])];
  }

  hasDependent(uid: string, test: (dependent: string) => boolean): boolean {
    for (const dependent of this.#dependents.get(uid) ?? []) if (test(dependent)) return true;
    return false;
  }

  hasBegun(uid: string): boolean {
    return this.#begun.has(uid);
  }

  begun(uid: string): void {
    this.#begun.add(uid);
  }

  #unlink(owner: string, dependent: string): void {
    const set = this.#dependents.get(owner);
    set?.delete(dependent);
    if (set?.size === 0) this.#dependents.delete(owner);
  }
}

/** The object a reference means, wherever it is. */
function lookUpOwner(
  context: ControllerContext,
  graph: OwnershipGraph,
  dependent: StoredObject,
  { uid, kind, name }: OwnerReference,
): StoredObject | undefined {
  if (kind !== 'Event') return lookUp(context, graph, uid)?.object;
  const event = context.store.get(EVENTS, objectName(dependent.metadata.namespace, name));
  return event?.metadata.uid === uid ? event : undefined;
}

function lookUp(
  context: ControllerContext,
  graph: OwnershipGraph,
  uid: string,
): { resource: ResourceInfo; object: StoredObject } | undefined {
  const place = graph.place(uid);
  const object = place && context.store.get(place.resource, place.name);
  const resource = place && context.registry.storage(place.resource);
  return object && resource && object.metadata.uid === uid ? { resource, object } : undefined;
}

function collect(context: ControllerContext, graph: OwnershipGraph, uid: string): void {
  const found = lookUp(context, graph, uid);
  if (!found) return;
  const { resource, object } = found;
  if (object.metadata.deletionTimestamp) {
    finishDeletion(context, graph, resource, object);
    return;
  }
  const references = object.metadata.ownerReferences ?? [];
  if (references.length === 0) return;
  // Nothing outside namespaces can have an owner inside one: what such a reference means nobody knows, so the object stays.
  if (object.metadata.namespace === undefined && references.some((one) => isNamespacedKind(context, one)))
    return;
  const solid: OwnerReference[] = [];
  const waiting: OwnerReference[] = [];
  for (const reference of references) {
    const owner = lookUpOwner(context, graph, object, reference);
    // An owner in another namespace is no owner (invalid reference).
    const isForeign =
      owner?.metadata.namespace !== undefined && owner.metadata.namespace !== object.metadata.namespace;
    if (!owner || isForeign) continue;
    if (owner.metadata.deletionTimestamp && owner.metadata.finalizers?.includes(FOREGROUND))
      waiting.push(reference);
    else solid.push(reference);
  }
  if (solid.length === references.length) return;
  if (solid.length > 0) {
    setOwners(context, resource, object, solid);
    return;
  }
  const policy =
    waiting.length > 0
      ? 'Foreground'
      : object.metadata.finalizers?.includes(ORPHAN)
        ? 'Orphan'
        : object.metadata.finalizers?.includes(FOREGROUND)
          ? 'Foreground'
          : 'Background';
  // An owner that waits for this object while this object waits for it: somebody has to let go.
  const inCircle =
    waiting.length > 0 && graph.hasDependent(uid, (dependent) => awaitsDependents(context, graph, dependent));
  if (inCircle)
    setOwners(
      context,
      resource,
      object,
      references.map((reference) => ({ ...reference, blockOwnerDeletion: false })),
    );
  context.client.delete(untyped(resource), object.metadata.namespace, object.metadata.name ?? '', {
    propagationPolicy: policy,
    preconditions: { uid: object.metadata.uid ?? '' },
  });
}

function isNamespacedKind({ registry }: ControllerContext, { apiVersion, kind }: OwnerReference): boolean {
  const { group } = parseApiVersion(apiVersion);
  const isMeant = (resource: ResourceInfo): boolean => resource.group === group && resource.kind === kind;
  for (const resource of registry.all()) if (isMeant(resource)) return resource.namespaced;
  return false;
}

function awaitsDependents(context: ControllerContext, graph: OwnershipGraph, uid: string): boolean {
  const { deletionTimestamp, finalizers } = lookUp(context, graph, uid)?.object.metadata ?? {};
  return deletionTimestamp !== undefined && (finalizers ?? []).includes(FOREGROUND);
}

/** Foreground: goes when no blocking dependent is left. Orphan: goes when its dependents no longer name it. */
function finishDeletion(
  context: ControllerContext,
  graph: OwnershipGraph,
  resource: ResourceInfo,
  object: StoredObject,
): void {
  const { uid = '', finalizers = [] } = object.metadata;
  if (finalizers.includes(ORPHAN)) {
    for (const dependent of graph.dependents(uid)) {
      const found = lookUp(context, graph, dependent);
      if (found)
        setOwners(
          context,
          found.resource,
          found.object,
          (found.object.metadata.ownerReferences ?? []).filter((reference) => reference.uid !== uid),
        );
    }
    dropFinalizer(context, resource, object, ORPHAN);
    return;
  }
  if (!finalizers.includes(FOREGROUND)) {
    // Dependents of an owner that is going find out when it is gone.
    return;
  }
  // Later ones come by themselves, because their owner is on its way out.
  if (!graph.hasBegun(uid)) {
    for (const dependent of graph.dependents(uid)) {
      if (!lookUp(context, graph, dependent)?.object.metadata.deletionTimestamp)
        collect(context, graph, dependent);
    }
    graph.begun(uid);
  }
  const isBlocked = graph.hasDependent(
    uid,
    (dependent) =>
      lookUp(context, graph, dependent)?.object.metadata.ownerReferences?.some(
        (reference) => reference.uid === uid && reference.blockOwnerDeletion,
      ) ?? false,
  );
  if (!isBlocked) dropFinalizer(context, resource, object, FOREGROUND);
}

function setOwners(
  context: ControllerContext,
  resource: ResourceInfo,
  object: StoredObject,
  owners: readonly OwnerReference[],
): void {
  const { ownerReferences: _, ...metadata } = object.metadata;
  context.client.update(untyped(resource), {
    ...object,
    metadata: { ...metadata, ...(owners.length > 0 && { ownerReferences: [...owners] }) },
  });
}

function dropFinalizer(
  context: ControllerContext,
  resource: ResourceInfo,
  object: StoredObject,
  finalizer: string,
): void {
  const { namespace, name = '' } = object.metadata;
  const current = context.store.get(resourceKey(resource), objectName(namespace, name));
  if (!current || current.metadata.uid !== object.metadata.uid) return;
  const { finalizers: _, ...metadata } = current.metadata;
  const left = (current.metadata.finalizers ?? []).filter((entry) => entry !== finalizer);
  context.client.update(untyped(resource), {
    ...current,
    metadata: { ...metadata, ...(left.length > 0 && { finalizers: left }) },
  });
}
