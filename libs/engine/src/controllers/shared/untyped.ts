import type { ResourceType } from '../../clients/resource-type.js';
import type { ResourceInfo } from '../../registry/resource.js';
import type { StoredObject } from '../../store/stored-object.js';

/** A resource known only at run time, as the client names it. */
export function untyped(resource: ResourceInfo): ResourceType<StoredObject> {
  const { group, version, resource: plural, kind, namespaced } = resource;
  return { group, version, resource: plural, kind, namespaced };
}
