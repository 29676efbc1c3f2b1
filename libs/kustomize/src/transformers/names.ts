import { applyFieldSpec, type FieldSpec } from '../field-spec.js';
import { hashResource } from '../hash.js';
import { effectiveNamespace, type Gvk, isSelected } from '../resource-id.js';
import type { Resource } from '../resource.js';
import type { ResourceSet } from '../resource-set.js';
import { textOf } from '../values.js';

/** Kinds whose names mean something outside: they get no prefix or suffix. */
const FIXED_NAMES: readonly Partial<Gvk>[] = [
  { kind: 'CustomResourceDefinition' },
  { group: 'apiregistration.k8s.io', kind: 'APIService' },
  { kind: 'Namespace' },
];

/** Remembers the current id of a resource before one of its parts changes. */
export function rememberId(resource: Resource): void {
  resource.storePreviousId(effectiveNamespace(resource.id));
}

/** Puts a prefix before names, or a suffix behind them. */
export function affixNames(
  set: ResourceSet,
  kind: 'prefix' | 'suffix',
  affix: string,
  specs: readonly FieldSpec[],
): void {
  for (const resource of set.list) {
    const id = resource.originalId;
    if (FIXED_NAMES.some((fixed) => isSelected(id, fixed))) continue;
    for (const spec of specs) {
      if (!isSelected(id, spec)) continue;
      if (spec.path === 'metadata/name' && affix !== '') {
        (kind === 'prefix' ? resource.prefixes : resource.suffixes).push(affix);
        rememberId(resource);
      }
      applyFieldSpec(
        resource.value,
        spec,
        (value) => (kind === 'prefix' ? affix + textOf(value) : textOf(value) + affix),
        'scalar',
      );
    }
  }
  set.touch();
}

/** Adds the hash of their content to the names of generated resources. */
export function addHashes(set: ResourceSet): void {
  for (const resource of set.list) {
    if (!resource.needsHash) continue;
    const hash = hashResource(resource.value);
    rememberId(resource);
    resource.ensureMetadata()['name'] = `${resource.name}-${hash}`;
  }
  set.touch();
}
