import { objectKey, type KubeObject } from '@lotse/manifests';
import type { Store, StoreEvent } from '@lotse/engine';
import { trackedBy } from '@lotse/gitops';

/** A change of an object that belongs to an application. */
export interface TrackedChange {
  readonly application: string;
  readonly key: string;
  readonly object: KubeObject;
  readonly previous: KubeObject | undefined;
  readonly deleted: boolean;
}

/**
 * Which live objects belong to which application, and which objects are owned by which. Kept up to date by events;
 * nothing here ever walks over the cluster after the start.
 */
export class LiveIndex {
  readonly #tracked = new Map<string, Map<string, KubeObject>>();
  readonly #owned = new Map<string, Map<string, KubeObject>>();
  readonly #byUid = new Map<string, KubeObject>();
  readonly #listeners = new Set<(change: TrackedChange) => void>();
  readonly #objectListeners = new Map<string, Set<() => void>>();
  readonly #ownerListeners = new Set<(object: KubeObject, deleted: boolean) => void>();

  constructor(store: Store) {
    for (const { object } of store.snapshot().objects) this.#enter(object as KubeObject);
    store.subscribe((event) => this.#apply(event));
  }

  /** Live objects of an application by object key. */
  tracked(application: string): ReadonlyMap<string, KubeObject> {
    return this.#tracked.get(application) ?? new Map();
  }

  /** Objects that name this uid as an owner. */
  owned(uid: string): Iterable<KubeObject> {
    return this.#owned.get(uid)?.values() ?? [];
  }

  /** The object with a uid, if it is tracked, owns or is owned. */
  byUid(uid: string): KubeObject | undefined {
    return this.#byUid.get(uid);
  }

  /** The applications whose tree an object is in: its own, or those of its owners. */
  applicationsOf(object: KubeObject): Set<string> {
    const found = new Set<string>();
    const seen = new Set<string>();
    const climb = (each: KubeObject): void => {
      const own = trackedBy(each);
      if (own !== undefined) found.add(own);
      for (const owner of each.metadata.ownerReferences ?? []) {
        if (seen.has(owner.uid)) continue;
        seen.add(owner.uid);
        const parent = this.#byUid.get(owner.uid);
        if (parent) climb(parent);
      }
    };
    climb(object);
    return found;
  }

  /** Called for each change of a tracked object; two calls when it changes hands. */
  onTrackedChange(listener: (change: TrackedChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Called for every change of an object that is tracked or owned. */
  onTreeChange(listener: (object: KubeObject, deleted: boolean) => void): () => void {
    this.#ownerListeners.add(listener);
    return () => this.#ownerListeners.delete(listener);
  }

  /** Called for each change of the object with this key, tracked or not. */
  onObjectChange(key: string, listener: () => void): () => void {
    let listeners = this.#objectListeners.get(key);
    if (!listeners) this.#objectListeners.set(key, (listeners = new Set()));
    const set = listeners;
    set.add(listener);
    return () => {
      set.delete(listener);
      if (set.size === 0) this.#objectListeners.delete(key);
    };
  }

  #apply(event: StoreEvent): void {
    const object = event.object as KubeObject;
    const previous = event.previous as KubeObject | undefined;
    const deleted = event.type === 'DELETED';
    if (previous) this.#leave(previous);
    if (!deleted) this.#enter(object);
    const key = objectKey(object);
    const now = trackedBy(object);
    const before = previous && trackedBy(previous);
    if (before !== undefined && before !== now)
      this.#tell({ application: before, key, object, previous, deleted: true });
    if (now !== undefined) this.#tell({ application: now, key, object, previous, deleted });
    if (now !== undefined || before !== undefined || object.metadata.ownerReferences?.length) {
      for (const listener of this.#ownerListeners) listener(object, deleted);
    }
    if (this.#objectListeners.size > 0)
      for (const listener of Array.from(this.#objectListeners.get(key) ?? [])) listener();
  }

  #tell(change: TrackedChange): void {
    for (const listener of this.#listeners) listener(change);
  }

  #enter(object: KubeObject): void {
    const application = trackedBy(object);
    const owners = object.metadata.ownerReferences;
    if (application !== undefined) put(this.#tracked, application, objectKey(object), object);
    const uid = object.metadata.uid ?? '';
    if (owners) for (const owner of owners) put(this.#owned, owner.uid, uid, object);
    if (application !== undefined || owners?.length) this.#byUid.set(uid, object);
  }

  #leave(object: KubeObject): void {
    const application = trackedBy(object);
    if (application !== undefined) remove(this.#tracked, application, objectKey(object));
    const uid = object.metadata.uid ?? '';
    for (const owner of object.metadata.ownerReferences ?? []) remove(this.#owned, owner.uid, uid);
    this.#byUid.delete(uid);
  }
}

function put<V>(map: Map<string, Map<string, V>>, outer: string, inner: string, value: V): void {
  const bucket = map.get(outer);
  if (bucket) bucket.set(inner, value);
  else map.set(outer, new Map([[inner, value]]));
}

function remove<V>(map: Map<string, Map<string, V>>, outer: string, inner: string): void {
  const bucket = map.get(outer);
  bucket?.delete(inner);
  if (bucket?.size === 0) map.delete(outer);
}
