import { applyFieldSpec, type FieldSpec } from '../field-spec.js';
import { kustomizeError } from '../kustomize-error.js';
import { isSelected } from '../resource-id.js';
import type { ResourceSet } from '../resource-set.js';

/** Sets the number of replicas of the resources that have or had that name. */
export function setReplicas(
  set: ResourceSet,
  name: string,
  count: number,
  specs: readonly FieldSpec[],
): void {
  let found = false;
  for (const spec of specs)
    for (const resource of set.matchingAnyId((id) => id.name === name && isSelected(id, spec))) {
      found = true;
      applyFieldSpec(resource.value, spec, () => count, 'scalar');
    }
  if (found) return;
  const kinds = specs.map((spec) => spec.kind ?? 'any kind').join(', ');
  const near = set.list
    .filter((resource) => specs.some((spec) => isSelected(resource.id, spec)))
    .map((resource) => resource.name);
  throw kustomizeError(
    'no-target',
    `replicas: resource with name ${name} does not match a config with the following kinds: ${kinds}${near.length === 0 ? '' : `; there is ${near.slice(0, 3).join(', ')}`}`,
    { field: 'replicas', object: name },
  );
}
