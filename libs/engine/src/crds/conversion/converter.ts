import type { ResourceInfo } from '../../registry/resource.js';
import type { StoredObject } from '../../store/stored-object.js';

/** Brings the objects of a definition from one of its versions to another. */
export interface Converter {
  /** The `apiVersion` objects are stored in. */
  readonly storage: string;
  /** How objects of that version are described; undefined when it is not served. */
  resourceOf(apiVersion: string): ResourceInfo | undefined;
  /** True when somebody outside is asked, and so there may be something to wait for. */
  readonly isRemote: boolean;
  /**
   * The objects in that version, in their order; those that are in it already are left alone. Throws AdmissionPending while
   * somebody has to be waited for, and an ApiError when an object can't be converted.
   */
  convert(objects: readonly StoredObject[], apiVersion: string): readonly StoredObject[];
}

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
