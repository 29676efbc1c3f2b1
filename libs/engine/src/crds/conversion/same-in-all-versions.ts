import type { Converter } from '../../registry/resource.js';

/** Versions that differ in nothing but their name (strategy `None`). */
export function sameInAllVersions(storage: string, resourceOf: Converter['resourceOf']): Converter {
  return {
    storage,
    resourceOf,
    isRemote: false,
    convert: (objects, apiVersion) =>
      objects.map((object) => (object.apiVersion === apiVersion ? object : { ...object, apiVersion })),
  };
}
