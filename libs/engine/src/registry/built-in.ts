import table from './generated/resources.json' with { type: 'json' };
import type { ResourceInfo, Strategy } from './resource.js';
import { strategies } from './kinds/index.js';

/** Kinds that still are served, and what their users are told. */
const DEPRECATED: Readonly<Record<string, string>> = {
  '/componentstatuses': 'v1 ComponentStatus is deprecated in v1.19+',
  '/endpoints': 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
};

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
    ...deprecation(`${entry.group}/${entry.resource}`),
  }));
}

function deprecation(key: string): { readonly deprecationWarning?: string } {
  const deprecationWarning = Object.hasOwn(DEPRECATED, key) ? DEPRECATED[key] : undefined;
  return deprecationWarning === undefined ? {} : { deprecationWarning };
}
