import table from './generated/resources.json' with { type: 'json' };
import type { ResourceInfo, Strategy } from './resource.js';
import { strategies } from './kinds/index.js';

/** The resources Kubernetes serves out of the box, each with its strategy. */
export function builtInResources(): ResourceInfo[] {
  return table.map((entry) => ({
    group: entry.group,
    version: entry.version,
    resource: entry.resource,
    kind: entry.kind,
    singular: entry.singular,
    namespaced: entry.scope === 'Namespaced',
    verbs: entry.verbs,
    shortNames: entry.shortNames ?? [],
    categories: entry.categories ?? [],
    subresources: entry.subresources ?? [],
    strategy: (strategies as Record<string, Strategy>)[`${entry.group}/${entry.resource}`] ?? {},
  }));
}
