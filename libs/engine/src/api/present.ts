import type { ResourceInfo } from '../registry/resource.js';
import { conversionOf } from './conversion/conversion.js';
import type { StoredObject } from '../store/stored-object.js';

const presented = new WeakMap<StoredObject, Map<string, StoredObject>>();

/**
 * The stored object as the version that was asked for shows it. The answer for an object is remembered, so its bytes
 * are made once per version.
 */
export function present(object: StoredObject, resource: ResourceInfo): StoredObject {
  const conversion = conversionOf(resource);
  const apiVersion = resource.group ? `${resource.group}/${resource.version}` : resource.version;
  if (object.apiVersion === apiVersion && object.kind === resource.kind) return object;
  let versions = presented.get(object);
  if (!versions) presented.set(object, (versions = new Map()));
  let found = versions.get(apiVersion);
  if (!found) {
    found = conversion?.fromStorage(object) ?? { ...object, apiVersion, kind: resource.kind };
    versions.set(apiVersion, found);
  }
  return found;
}
