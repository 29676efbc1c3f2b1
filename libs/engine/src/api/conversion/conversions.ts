import type { Registry } from '../../registry/registry.js';
import type { ResourceInfo } from '../../registry/resource.js';
import { autoscalingV1 } from './autoscaling-v1.js';
import type { Conversion } from './conversion.js';
import { eventsV1 } from './events-v1.js';
import { retiredConversions } from './retired-versions.js';

const conversions: Readonly<Record<string, Conversion>> = {
  'autoscaling/v1/horizontalpodautoscalers': autoscalingV1,
  'events.k8s.io/v1/events': eventsV1,
  ...retiredConversions,
};

/** The conversion of a served version; undefined where objects are stored as they are served. */
export function conversionOf({ group, version, resource }: ResourceInfo): Conversion | undefined {
  const key = `${group}/${version}/${resource}`;
  return Object.hasOwn(conversions, key) ? conversions[key] : undefined;
}

/** The resource that the objects of a served version are stored as. */
export function storageOf(registry: Registry, resource: ResourceInfo): ResourceInfo {
  const storage = conversionOf(resource)?.storage;
  return (storage && registry.find(storage.group, storage.version, storage.resource)) ?? resource;
}
