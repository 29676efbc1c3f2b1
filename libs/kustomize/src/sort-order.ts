import type { Kustomization } from './kustomization.js';
import { compareBytes } from './go-json.js';
import { kustomizeError } from './kustomize-error.js';
import type { Resource } from './resource.js';
import type { ResourceId } from './resource-id.js';

const ORDER_FIRST = [
  'Namespace',
  'ResourceQuota',
  'StorageClass',
  'CustomResourceDefinition',
  'ServiceAccount',
  'PodSecurityPolicy',
  'Role',
  'ClusterRole',
  'RoleBinding',
  'ClusterRoleBinding',
  'ConfigMap',
  'Secret',
  'Endpoints',
  'Service',
  'LimitRange',
  'PriorityClass',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'Deployment',
  'StatefulSet',
  'CronJob',
  'PodDisruptionBudget',
] as const;
const ORDER_LAST = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'] as const;

function ranksOf(first: readonly string[], last: readonly string[]): ReadonlyMap<string, number> {
  return new Map([
    ...first.map((kind, index): [string, number] => [kind, index - first.length]),
    ...last.map((kind, index): [string, number] => [kind, index + 1]),
  ]);
}

const LEGACY_RANKS = ranksOf(ORDER_FIRST, ORDER_LAST);

/** Where a kind stands in the default order; 0 for kinds it does not name. */
export function legacyRank(kind: string): number {
  return LEGACY_RANKS.get(kind) ?? 0;
}

/** Orders what is printed: as `sortOptions` says, else by the given default. */
export function sortResources(
  resources: readonly Resource[],
  options: Kustomization['sortOptions'],
  reorder: 'legacy' | 'none',
): Resource[] {
  const order = options ? (options.order ?? '') : reorder === 'legacy' ? 'legacy' : 'fifo';
  if (order !== 'fifo' && order !== 'legacy')
    throw kustomizeError('sort-order', "the field 'sortOptions.order' must be one of [fifo, legacy]", {
      field: 'sortOptions.order',
    });
  if (order === 'fifo') {
    if (options?.legacySortOptions)
      throw kustomizeError(
        'sort-order',
        "the field 'sortOptions.legacySortOptions' is set but the selected sort order is 'fifo', not 'legacy'",
        {
          field: 'sortOptions.legacySortOptions',
        },
      );
    return [...resources];
  }
  const first = options?.legacySortOptions ? (options.legacySortOptions.orderFirst ?? []) : ORDER_FIRST;
  const last = options?.legacySortOptions ? (options.legacySortOptions.orderLast ?? []) : ORDER_LAST;
  const ranks = ranksOf(first, last);
  const keyed = resources.map((resource) => ({
    resource,
    rank: ranks.get(resource.kind) ?? 0,
    kind: kindKey(resource.id),
    id: idText(resource.id),
  }));
  keyed.sort((a, b) => {
    if (a.rank !== b.rank) return a.rank - b.rank;
    if (a.kind === b.kind) return compareBytes(a.id, b.id);
    // Namespaces of other groups (there are some) come before those of the core group.
    const bothNamespaces = a.resource.kind === 'Namespace' && b.resource.kind === 'Namespace';
    return bothNamespaces ? compareBytes(b.kind, a.kind) : compareBytes(a.kind, b.kind);
  });
  return keyed.map(({ resource }) => resource);
}

function kindKey({ group, version, kind }: ResourceId): string {
  return `${group || '~G'}_${version || '~V'}_${kind || '~K'}`;
}

function idText(id: ResourceId): string {
  return `${id.kind || '[noKind]'}.${id.version || '[noVer]'}.${id.group || '[noGrp]'}|${id.namespace || '~X'}|${id.name || '~N'}`;
}
