import type { Application, ResourceStatus, TreeNode } from '../../../api/types.js';
import { isTrouble, severity, toHealth, worse, type HealthStatus } from '../../../status/health.js';
import { toSync } from '../../../status/sync.js';
import { objectId } from '../object-id.js';
import type { TreeItem } from './tree-item.js';

/** Kinds people look for first stand first among healthy siblings. */
const KIND_ORDER = [
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'CronJob',
  'Application',
  'ReplicaSet',
  'Pod',
  'Service',
  'Ingress',
];

/**
 * The ownership tree of an application: what comes from Git hangs below it, what those created hangs below them.
 * Objects that should exist and do not are there too, as Missing. Siblings stand worst first, then by kind and name,
 * never by time, so that boxes keep their places while things change.
 */
export function buildTree(app: Application, nodes: readonly TreeNode[]): TreeItem {
  const resources = new Map((app.status?.resources ?? []).map((resource) => [objectId(resource), resource]));
  const byUid = new Map(nodes.map((node) => [node.uid, node]));
  const children = new Map<string, TreeNode[]>();
  const roots: TreeNode[] = [];
  for (const node of nodes) {
    const parent = node.parentRefs?.find(({ uid }) => byUid.has(uid));
    const siblings = parent ? (children.get(parent.uid) ?? []) : roots;
    siblings.push(node);
    if (parent) children.set(parent.uid, siblings);
  }

  const visited = new Set<string>();
  const toItem = (node: TreeNode): TreeItem => {
    visited.add(node.uid);
    const below = (children.get(node.uid) ?? []).filter(({ uid }) => !visited.has(uid)).map(toItem);
    const resource = resources.get(objectId(node));
    return makeItem(node, resource, node, below);
  };
  const items = roots.map(toItem);
  // Owners that own each other would otherwise vanish together.
  for (const node of nodes) if (!visited.has(node.uid)) items.push(toItem(node));

  const live = new Set(nodes.map(objectId));
  for (const [id, resource] of resources)
    if (!live.has(id) && !resource.hook) items.push(makeItem(resource, resource, undefined, []));

  const health = toHealth(app.status?.health?.status);
  return {
    id: 'application',
    type: 'application',
    kind: 'Application',
    name: app.metadata.name,
    health,
    worst: items.reduce((worst, item) => worse(worst, item.worst), health),
    sync: toSync(app.status?.sync?.status),
    count: 1,
    counts: [],
    node: undefined,
    children: sortSiblings(items),
  };
}

function makeItem(
  ref: TreeNode | ResourceStatus,
  resource: ResourceStatus | undefined,
  node: TreeNode | undefined,
  children: TreeItem[],
): TreeItem {
  const status = node?.health?.status ?? resource?.health?.status;
  const health = status ? toHealth(status) : node ? undefined : 'Missing';
  return {
    id: objectId(ref),
    type: 'resource',
    kind: ref.kind,
    name: ref.name,
    health,
    worst: children.reduce((worst, child) => worse(worst, child.worst), health ?? 'Healthy'),
    // Hooks run and go; they are never in or out of sync.
    sync: resource && !resource.hook ? toSync(resource.status) : undefined,
    count: 1,
    counts: [],
    node,
    children: sortSiblings(children),
  };
}

/** Only real trouble moves a box to the front; a rollout passing through would make everything jump. */
const rank = (health: HealthStatus) => (isTrouble(health) ? severity(health) : 0);

const kindRank = (kind: string) => {
  const index = KIND_ORDER.indexOf(kind);
  return index < 0 ? KIND_ORDER.length : index;
};

export function sortSiblings(items: TreeItem[]): TreeItem[] {
  return items.sort(
    (a, b) =>
      rank(b.worst) - rank(a.worst) ||
      kindRank(a.kind) - kindRank(b.kind) ||
      (a.kind < b.kind ? -1 : a.kind > b.kind ? 1 : 0) ||
      (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
  );
}
