import type { Registry, ResourceInfo } from '@lotse/engine';
import { isJsonObject, type KubeObject } from '@lotse/manifests';

const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

/** Serves the kinds of definitions that the engine doesn't serve by itself, without their schemas. */
export function serveKinds(registry: Registry, definitions: readonly KubeObject[]): void {
  for (const { spec } of definitions) {
    if (!isJsonObject(spec) || !isJsonObject(spec['names'])) continue;
    const { kind, plural, singular, shortNames } = spec['names'];
    const group = String(spec['group']);
    if (registry.find(group, 'v1alpha1', String(plural))) continue;
    const info: ResourceInfo = {
      group,
      version: 'v1alpha1',
      resource: String(plural),
      kind: String(kind),
      singular: String(singular),
      namespaced: true,
      verbs: VERBS,
      shortNames: Array.isArray(shortNames) ? shortNames.map(String) : [],
      categories: [],
      subresources: [],
      strategy: {},
    };
    registry.add(info);
  }
}
