import { getOwn } from '@lotse/manifests';
import { applyFieldSpec, type FieldSpec } from '../field-spec.js';
import { kustomizeError } from '../kustomize-error.js';
import { formatId, idKey, isClusterScoped } from '../resource-id.js';
import type { Resource } from '../resource.js';
import type { ResourceSet } from '../resource-set.js';
import { ownAll } from '../shared-values.js';
import { isMap, isNullOrEmpty, textOf, type Value } from '../values.js';
import { rememberId } from './names.js';

/** Which subjects of role bindings get the namespace. */
export type SubjectMode = 'defaultOnly' | 'allServiceAccounts' | 'none';

/** How a namespace is set. */
export interface NamespaceOptions {
  readonly specs: readonly FieldSpec[];
  readonly subjects?: SubjectMode;
  /** Resources that have a namespace keep it. */
  readonly unsetOnly?: boolean;
}

/** Puts all resources into a namespace, except what a chart made. Refuses two resources that become the same. */
export function setNamespace(set: ResourceSet, namespace: string, options: NamespaceOptions): void {
  if (namespace === '') return;
  const seen = new Map<string, Resource>();
  const changed = set.list.filter((resource) => !resource.isEmpty && !resource.helmGenerated);
  const untouched = set.list.filter((resource) => resource.isEmpty || resource.helmGenerated);
  for (const resource of untouched) seen.set(idKey(resource.id), resource);
  for (const resource of changed) {
    rememberId(resource);
    applyNamespace(resource, namespace, options);
    const key = idKey(resource.id);
    if (seen.has(key))
      throw kustomizeError(
        'duplicate-resource',
        `namespace transformation produces ID conflict: two resources are ${formatId(resource.id)}`,
        {
          object: `${resource.kind} ${resource.name}`,
          field: 'namespace',
        },
      );
    seen.set(key, resource);
  }
  set.touch();
}

/** Sets the namespace of one resource and of the fields that repeat it. */
export function applyNamespace(resource: Resource, namespace: string, options: NamespaceOptions): void {
  const update = (value: Value): Value =>
    options.unsetOnly && !isNullOrEmpty(value) && textOf(value) !== '' ? value : namespace;
  const { id } = resource;
  if (!isClusterScoped(id))
    applyFieldSpec(resource.value, { path: 'metadata/namespace', create: true }, update, 'scalar');
  const isBinding = id.kind === 'RoleBinding' || id.kind === 'ClusterRoleBinding';
  if (isBinding) setSubjects(resource, options.subjects ?? 'defaultOnly', update);
  for (const spec of options.specs) {
    if (spec.path === 'metadata/namespace') continue;
    if (spec.path === 'metadata/name' && resource.apiVersion !== 'v1') continue;
    if (
      isBinding &&
      (spec.kind === 'RoleBinding' || spec.kind === 'ClusterRoleBinding') &&
      spec.path === 'subjects/namespace'
    )
      continue;
    applyFieldSpec(resource.value, spec, update, 'scalar');
  }
}

function setSubjects(resource: Resource, mode: SubjectMode, update: (value: Value) => Value): void {
  const known = getOwn(resource.value, 'subjects');
  if (mode === 'none' || !Array.isArray(known)) return;
  const subjects = ownAll(known);
  resource.value['subjects'] = subjects;
  for (const subject of subjects) {
    if (!isMap(subject)) continue;
    const chosen =
      mode === 'defaultOnly'
        ? textOf(getOwn(subject, 'name')) === 'default'
        : textOf(getOwn(subject, 'kind')) === 'ServiceAccount';
    if (chosen) subject['namespace'] = update(getOwn(subject, 'namespace') ?? null);
  }
}
