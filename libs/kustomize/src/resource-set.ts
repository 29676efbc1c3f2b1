import { kustomizeError } from './kustomize-error.js';
import { closestIds } from './nearest.js';
import type { Resource } from './resource.js';
import { effectiveNamespace, formatId, idKey, type ResourceId, sameId } from './resource-id.js';
import { isMap, isNull, textOf, type ValueMap } from './values.js';
import { getOwn } from '@lotse/manifests';
import { setDataText } from './entry-marks.js';

/** The resources of a build in the order they were added; no two have the same id. */
export class ResourceSet {
  list: Resource[] = [];
  /** Ids of `list`, rebuilt when names may have changed. */
  #keys: Map<string, Resource> | undefined;

  /** Forget the index of ids; to be called after names, namespaces or kinds changed. */
  touch(): void {
    this.#keys = undefined;
  }

  /** Adds a resource; refuses an id that is there already. */
  append(resource: Resource): void {
    this.#keys ??= new Map(this.list.map((item) => [idKey(item.id), item]));
    const key = idKey(resource.id);
    if (this.#keys.has(key))
      throw kustomizeError(
        'duplicate-resource',
        `may not add resource with an already registered id: ${formatId(resource.id)}; remove one of the two or give it another name`,
        { object: `${resource.kind} ${resource.name}` },
      );
    this.#keys.set(key, resource);
    this.list.push(resource);
  }

  /** Adds all resources. */
  appendAll(resources: Iterable<Resource>): void {
    for (const resource of resources) this.append(resource);
  }

  /** Resources that have or had an id the predicate accepts. */
  matchingAnyId(accepts: (id: ResourceId) => boolean): Resource[] {
    return this.list.filter((resource) => !resource.isEmpty && resource.allIds.some(accepts));
  }

  /** The ids in order. */
  ids(): ResourceId[] {
    return this.list.map((resource) => resource.id);
  }

  /** The one resource that has or had this id. */
  byAnyId(id: ResourceId): Resource {
    const matches = this.matchingAnyId((other) => sameId(id, other));
    const [match] = matches;
    if (match && matches.length === 1) return match;
    const hint = closestIds(id, this.ids());
    throw kustomizeError(
      matches.length > 1 ? 'several-targets' : 'no-target',
      `${matches.length > 1 ? 'multiple matches' : 'no matches'} for Id ${formatId(id)}; failed to find unique target for patch ${formatId(id)}${matches.length > 1 ? '' : hint}`,
      { object: `${id.kind} ${id.name}` },
    );
  }

  /** Takes in what a generator made: adds it, or merges or replaces as its behavior says. */
  absorb(resource: Resource): void {
    this.touch();
    const { id } = resource;
    const matches = this.matchingAnyId((other) => sameId(id, other));
    const [old] = matches;
    const place = { object: `${resource.kind} ${resource.name}` };
    if (!old) {
      if (resource.behavior === 'merge' || resource.behavior === 'replace')
        throw kustomizeError(
          'no-target',
          `${formatId(id)} does not exist; cannot merge or replace${closestIds(id, this.ids())}`,
          place,
        );
      this.append(resource);
      return;
    }
    if (matches.length > 1)
      throw kustomizeError(
        'several-targets',
        `several resources could accept the merge of ${formatId(id)}`,
        place,
      );
    if (resource.behavior !== 'merge' && resource.behavior !== 'replace')
      throw kustomizeError(
        'duplicate-resource',
        `${formatId(id)} exists; its generator's behavior must be merge or replace to change it`,
        place,
      );
    const { origin } = old;
    const { behavior } = resource;
    inherit(resource, old);
    if (behavior === 'merge') {
      mergeData(resource, old, 'data');
      mergeData(resource, old, 'binaryData');
      if (origin !== undefined) resource.origin = origin;
    }
    this.list[this.list.indexOf(old)] = resource;
    this.touch();
  }

  /** Drops emptied resources. */
  dropEmpty(): void {
    if (this.list.some((resource) => resource.isEmpty))
      this.list = this.list.filter((resource) => !resource.isEmpty);
    this.touch();
  }
}

/**
 * A test of resources that a reference in `referrer` can mean: cluster-scoped ones, those of its namespace, and those of role
 * subjects.
 */
export function referableFrom(referrer: Resource): (target: Resource) => boolean {
  const namespace = effectiveNamespace(referrer.id);
  if (namespace === CLUSTER) return () => true;
  const subjects = referrer.kind === 'RoleBinding' ? subjectNamespaces(referrer.value) : undefined;
  return (target) => {
    const other = effectiveNamespace(target.id);
    return other === CLUSTER || other === namespace || (subjects?.has(target.namespace) ?? false);
  };
}

const CLUSTER = effectiveNamespace({ group: '', version: 'v1', kind: 'Namespace', name: '', namespace: '' });

function subjectNamespaces(value: ValueMap): Set<string> {
  const subjects = getOwn(value, 'subjects');
  const namespaces = new Set<string>();
  if (Array.isArray(subjects))
    for (const subject of subjects)
      if (isMap(subject) && textOf(getOwn(subject, 'kind')) === 'ServiceAccount')
        namespaces.add(textOf(getOwn(subject, 'namespace')));
  namespaces.delete('');
  return namespaces;
}

/** What a merged or replaced resource keeps of the old one: names, labels, annotations, history. */
function inherit(resource: Resource, old: Resource): void {
  for (const field of ['labels', 'annotations'] as const)
    resource.setMetadataMap(field, new Map([...old.metadataMap(field), ...resource.metadataMap(field)]));
  resource.ensureMetadata()['name'] = old.name;
  resource.setNamespace(old.namespace);
  resource.previous.splice(0, Infinity, ...old.previous);
  resource.prefixes.splice(0, Infinity, ...old.prefixes);
  resource.suffixes.splice(0, Infinity, ...old.suffixes);
  resource.varNames.splice(0, Infinity, ...old.varNames);
  resource.needsHash = resource.needsHash && old.needsHash;
  resource.behavior = old.behavior;
}

function mergeData(resource: Resource, old: Resource, field: 'data' | 'binaryData'): void {
  const merged: ValueMap = {};
  for (const source of [old, resource]) {
    const map = getOwn(source.value, field);
    if (isMap(map))
      for (const key of Object.keys(map)) setDataText(merged, key, isNull(map[key]) ? '' : textOf(map[key]));
  }
  if (Object.keys(merged).length === 0) delete resource.value[field];
  else resource.value[field] = merged;
}
