import { getOwn, setOwn } from '@lotse/manifests';
import { applyFieldSpec, FieldShapeError, type FieldSpec } from '../field-spec.js';
import type { ImageEntry } from '../kustomization.js';
import type { ResourceSet } from '../resource-set.js';
import { compilePattern } from '../selector.js';
import { own } from '../shared-values.js';
import { isMap, isScalar, textOf, type Value } from '../values.js';

/** Changes name, tag or digest of an image wherever the specs and container lists name it. */
export function setImages(set: ResourceSet, image: ImageEntry, specs: readonly FieldSpec[]): void {
  const update = imageUpdate(image);
  for (const resource of set.list) {
    if (resource.kind !== 'CustomResourceDefinition')
      resource.value = updateContainers(resource.value, update);
    for (const spec of specs)
      applyFieldSpec(resource.value, spec, (value) => {
        if (!isScalar(value)) throw new FieldShapeError('expected text for an image');
        return update(value);
      });
  }
}

/** Walks into every list named `containers` or `initContainers`, wherever it is. */
function updateContainers<T extends Value>(value: T, update: (value: Value) => Value): T;
function updateContainers(value: Value, update: (value: Value) => Value): Value {
  if (Array.isArray(value)) {
    let list = value;
    for (let i = 0; i < list.length; i++) {
      const old = list[i] ?? null;
      const item = updateContainers(old, update);
      if (item !== old) (list = own(list))[i] = item;
    }
    return list;
  }
  if (!isMap(value)) return value;
  let map = value;
  for (const key of Object.keys(map)) {
    const old = map[key] ?? null;
    let child = updateContainers(old, update);
    if ((key === 'containers' || key === 'initContainers') && Array.isArray(child))
      child = updateImages(child, update);
    if (child !== old) setOwn((map = own(map)), key, child);
  }
  return map;
}

function updateImages(containers: Value[], update: (value: Value) => Value): Value[] {
  let list = containers;
  for (let i = 0; i < list.length; i++) {
    const container = list[i] ?? null;
    const image = isMap(container) ? getOwn(container, 'image') : undefined;
    if (!isMap(container) || image === undefined || !isScalar(image) || image === null) continue;
    const changed = update(image);
    if (changed === image) continue;
    const copy = own(container);
    copy['image'] = changed;
    if (copy !== container) (list = own(list))[i] = copy;
  }
  return list;
}

/** The change of one image text. The name of an entry is a regular expression, as in the original. */
export function imageUpdate(image: ImageEntry): (value: Value) => Value {
  const matches = imageMatcher(image.name ?? '');
  return (value) => {
    const text = textOf(value);
    if (!matches(text)) return value;
    const parts = splitImage(text);
    let { tag, digest } = parts;
    if (image.newTag && image.digest) {
      tag = image.newTag;
      digest = image.digest;
    } else if (image.newTag) {
      tag = image.newTag;
      digest = '';
    } else if (image.digest) {
      tag = '';
      digest = image.digest;
    } else if (image.tagSuffix) {
      tag += image.tagSuffix;
      digest = '';
    }
    return `${image.newName || parts.name}${tag === '' ? '' : `:${tag}`}${digest === '' ? '' : `@${digest}`}`;
  };
}

function imageMatcher(name: string): (text: string) => boolean {
  const pattern = compilePattern(`^${name}(:[a-zA-Z0-9_.{}-]*)?(@sha256:[a-zA-Z0-9_.{}-]*)?$`);
  return (text) => pattern.matcher(text).find();
}

/** Name (with registry and port), tag and digest of an image reference. */
export function splitImage(image: string): { name: string; tag: string; digest: string } {
  const slash = Math.max(image.indexOf('/'), 0);
  const at = image.indexOf('@', slash);
  const colon = image.indexOf(':', slash);
  if (at < 0 && colon < 0) return { name: image, tag: '', digest: '' };
  if (at >= 0 && (at < colon || colon < 0))
    return { name: image.slice(0, at), tag: '', digest: image.slice(at + 1) };
  if (at >= 0)
    return { name: image.slice(0, colon), tag: image.slice(colon + 1, at), digest: image.slice(at + 1) };
  return { name: image.slice(0, colon), tag: image.slice(colon + 1), digest: '' };
}
