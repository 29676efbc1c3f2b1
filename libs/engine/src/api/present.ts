import { isJsonObject, type JsonValue } from '@lotse/manifests';
import { decodeObject } from '../registry/decode-object.js';
import { fieldTypeOf } from '../registry/field-type.js';
import type { ResourceInfo } from '../registry/resource.js';
import { conversionOf } from './conversion/conversions.js';
import type { StoredObject } from '../store/stored-object.js';

/** By the object and by what it is shown as: the resource of a definition is another one when its schema has changed. */
const presented = new WeakMap<StoredObject, WeakMap<ResourceInfo, StoredObject>>();

/**
 * The stored object as the version that was asked for shows it: a custom one converted, and with the defaults of today's schema.
 * The answer for an object is remembered, so its bytes are made once per version. Throws AdmissionPending while a webhook has to be
 * waited for.
 */
export function present(object: StoredObject, resource: ResourceInfo): StoredObject {
  const isOwn = object.apiVersion === apiVersionOf(resource) && object.kind === resource.kind;
  if (isOwn && !resource.custom) return object;
  const found = presented.get(object)?.get(resource);
  if (found) return found;
  const [shown = object] = shownAs([object], resource);
  remember(object, resource, shown);
  return shown;
}

/** The same for many, so that a webhook is asked about all of them at once. */
export function presentAll(
  objects: readonly StoredObject[],
  resource: ResourceInfo,
): readonly StoredObject[] {
  if (resource.converter?.isRemote) {
    const unknown = objects.filter((object) => !presented.get(object)?.has(resource));
    const shown = shownAs(unknown, resource);
    unknown.forEach((object, index) => remember(object, resource, shown[index] ?? object));
  }
  return objects.map((object) => present(object, resource));
}

/** Says how an object is shown, when that is known already. */
export function remember(object: StoredObject, resource: ResourceInfo, shown: StoredObject): void {
  let versions = presented.get(object);
  if (!versions) presented.set(object, (versions = new WeakMap()));
  versions.set(resource, shown);
}

/** Objects of a write as its resource shows them, which nobody will ask for again. */
export function shownAs(objects: readonly StoredObject[], resource: ResourceInfo): readonly StoredObject[] {
  const { converter, custom, kind, strategy } = resource;
  const apiVersion = apiVersionOf(resource);
  const conversion = conversionOf(resource);
  const isOwn = (object: StoredObject): boolean => object.apiVersion === apiVersion && object.kind === kind;
  const converted = converter
    ? converter.convert(objects, apiVersion)
    : objects.map((object) =>
        isOwn(object) ? object : (conversion?.fromStorage(object) ?? { ...object, apiVersion, kind }),
      );
  if (!custom) return converted;
  return converted.map((object, index) => {
    const known = object === objects[index] ? object : pruned(object, resource);
    return strategy.defaults?.(known) ?? known;
  });
}

/** What another version brings along that this one does not know is left out. */
function pruned(object: StoredObject, resource: ResourceInfo): StoredObject {
  const { metadata } = object;
  const decoded = decodeObject(object, fieldTypeOf(resource), resource);
  return isJsonObject(decoded as JsonValue) ? { ...(decoded as StoredObject), metadata } : object;
}

const apiVersionOf = ({ group, version }: ResourceInfo): string => (group ? `${group}/${version}` : version);
