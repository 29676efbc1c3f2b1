import { jsonEqual } from '../registry/json-equal.js';
import { resourceKey, type ResourceInfo } from '../registry/resource.js';
import type { Store } from '../store/store.js';
import { objectName, type StoredObject } from '../store/stored-object.js';
import { present, remember, shownAs } from './present.js';

/** The objects of a store in the versions of the resources they are asked for; each is kept in one. */
export class VersionedObjects {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** The object as the resource shows it. */
  find(resource: ResourceInfo, namespace: string | undefined, name: string): StoredObject | undefined {
    const found = this.stored(resource, namespace, name);
    return found && resource.converter ? present(found, resource) : found;
  }

  /** The object in the version it is stored in. */
  stored(resource: ResourceInfo, namespace: string | undefined, name: string): StoredObject | undefined {
    return this.#store.get(resourceKey(resource), objectName(namespace, name));
  }

  /** True when writing the object would change nothing: neither itself nor the version it is stored in. */
  isStored(resource: ResourceInfo, object: StoredObject, old: StoredObject): boolean {
    const { namespace, name = '' } = old.metadata;
    const stored = this.stored(resource, namespace, name) ?? old;
    if (resource.converter && stored.apiVersion !== resource.converter.storage) return false;
    const before = stored.apiVersion === object.apiVersion ? stored : old;
    return jsonEqual(withoutFieldTimes(object), withoutFieldTimes(before));
  }

  /** Writes an object in the version its kind is stored in, and answers it as it was given. */
  commit(resource: ResourceInfo, object: StoredObject): StoredObject {
    const key = resourceKey(resource);
    const { converter } = resource;
    if (!converter || converter.storage === object.apiVersion) return this.#store.commit(key, object);
    const [stored = object] = converter.convert([object], converter.storage);
    // What readers will be shown is asked for first: a write can't be taken back.
    const [shown = object] = shownAs([stored], resource);
    const written = this.#store.commit(key, stored);
    const { resourceVersion } = written.metadata;
    const metadata = { ...shown.metadata, ...(resourceVersion !== undefined && { resourceVersion }) };
    remember(written, resource, { ...shown, metadata });
    return present(written, resource);
  }

  /** Takes an object out of the store; answers the last of it, in the version it was given in. */
  remove(resource: ResourceInfo, object: StoredObject): StoredObject {
    const name = objectName(object.metadata.namespace, object.metadata.name ?? '');
    const removed = this.#store.remove(resourceKey(resource), name) ?? object;
    if (removed.apiVersion === object.apiVersion) return removed;
    const { resourceVersion } = removed.metadata;
    return {
      ...object,
      metadata: { ...object.metadata, ...(resourceVersion !== undefined && { resourceVersion }) },
    };
  }
}

/** Who changed what when is no change by itself: a write that only moves those times is none. */
function withoutFieldTimes(object: StoredObject): StoredObject {
  const { managedFields } = object.metadata;
  if (!managedFields) return object;
  return {
    ...object,
    metadata: { ...object.metadata, managedFields: managedFields.map((entry) => ({ ...entry, time: '' })) },
  };
}
