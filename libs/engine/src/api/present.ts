import type { ResourceInfo } from '../registry/resource.js';
import { conversionOf } from './conversion/conversion.js';
import type { StoredObject } from '../store/stored-object.js';

/** By the object and by what it is shown as: the resource of a definition is another one when its schema has changed. */
const presented = new WeakMap<StoredObject, WeakMap<ResourceInfo, StoredObject>>();

/**
 * The stored object as the version that was asked for shows it: a custom one with the defaults of today's schema. The answer
 * for an object is remembered, so its bytes are made once per version.
 */
export function present(object: StoredObject, resource: ResourceInfo): StoredObject {
  const conversion = conversionOf(resource);
  const apiVersion = resource.group ? `${resource.group}/${resource.version}` : resource.version;
  const isOwn = object.apiVersion === apiVersion && object.kind === resource.kind;
  if (isOwn && !resource.custom) return object;
  let versions = presented.get(object);
  if (!versions) presented.set(object, (versions = new WeakMap()));
  let found = versions.get(resource);
  if (!found) {
    const shown = isOwn
      ? object
      : (conversion?.fromStorage(object) ?? { ...object, apiVersion, kind: resource.kind });
    found = resource.custom ? (resource.strategy.defaults?.(shown) ?? shown) : shown;
    versions.set(resource, found);
  }
  return found;
}
