import { getOwn, isJsonObject, parseYaml, setOwn } from '@lotse/manifests';
import { splitPath } from '../field-spec.js';
import type { Selector } from '../kustomization.js';
import { SELECTOR } from '../kustomization-shape.js';
import { kustomizeError } from '../kustomize-error.js';
import type { Loader } from '../loader.js';
import type { Resource } from '../resource.js';
import type { ResourceSet } from '../resource-set.js';
import { selectResources } from '../selector.js';
import { readShape } from '../shape.js';
import { own } from '../shared-values.js';
import { isMap, isNull, isScalar, textOf, type ValueMap } from '../values.js';
import { applyNamespace } from './namespace.js';

/** Where a value is added. */
export interface ValueTarget {
  readonly selector?: Selector;
  readonly fieldPath?: string;
  /** From 1 on: the value becomes that part of a file path that is there. */
  readonly filePathPosition?: number;
}

/** Adds a value to fields; without one it is the name of the kustomization's folder. */
export function addValues(
  set: ResourceSet,
  {
    value = '',
    targets = [],
    targetFilePath,
  }: { value?: string; targets?: readonly ValueTarget[]; targetFilePath?: string },
  loader: Loader,
): void {
  const text = value.trim() || loader.root.slice(loader.root.lastIndexOf('/') + 1);
  const all = [...targets, ...(targetFilePath ? readTargets(loader, targetFilePath) : [])];
  if (all.length === 0)
    throw kustomizeError('plugin', 'ValueAddTransformer must specify at least one target');
  for (const { selector, fieldPath = '', filePathPosition = 0 } of all) {
    if (fieldPath === '') throw kustomizeError('plugin', 'ValueAddTransformer: fieldPath cannot be empty');
    if (filePathPosition < 0)
      throw kustomizeError('plugin', `value of FilePathPosition (${filePathPosition}) cannot be negative`);
    for (const resource of selector ? selectResources(set, selector) : set.list)
      if (fieldPath === 'metadata/namespace') applyNamespace(resource, text, { specs: [] });
      else addValue(resource, fieldPath, filePathPosition, text);
  }
  set.touch();
}

function readTargets(loader: Loader, path: string): ValueTarget[] {
  const document = parseYaml(loader.read(path), { file: path, duplicateKeys: 'last' });
  const fields = {
    targets: { list: { fields: { selector: SELECTOR, fieldPath: 'string', filePathPosition: 'integer' } } },
  } as const;
  const read = readShape(isJsonObject(document) ? document : {}, { fields }, { file: path, strict: false });
  return ((read as { targets?: ValueTarget[] } | undefined)?.targets ?? []).map((target) => target);
}

function addValue(resource: Resource, fieldPath: string, position: number, text: string): void {
  const parts = splitPath(fieldPath);
  const last = parts.pop() ?? '';
  let at: ValueMap = resource.value;
  for (const part of parts) {
    let child = getOwn(at, part);
    if (child === undefined || isNull(child)) {
      child = {};
      setOwn(at, part, child);
    }
    if (!isMap(child))
      throw kustomizeError(
        'plugin',
        `ValueAddTransformer: ${fieldPath} leads through something that is no map`,
        { field: fieldPath },
      );
    const owned = own(child);
    if (owned !== child) setOwn(at, part, owned);
    at = owned;
  }
  const old = getOwn(at, last) ?? null;
  if (!isScalar(old))
    throw kustomizeError('plugin', `ValueAddTransformer: ${fieldPath} is no scalar`, { field: fieldPath });
  setOwn(at, last, position > 0 ? insertPathPart(textOf(old), position - 1, text) : text);
}

/** Puts a part into a file path; a leading slash stays. */
function insertPathPart(path: string, position: number, part: string): string {
  const absolute = path.startsWith('/');
  const parts = path.split('/').filter((item) => item !== '');
  parts.splice(Math.min(position, parts.length), 0, part);
  return (absolute ? '/' : '') + parts.join('/');
}
