import type { Application, TreeNode } from '../../../api/types.js';
import { toHealth, worse, type HealthStatus } from '../../../status/health.js';
import { toSync } from '../../../status/sync.js';
import { objectId } from '../object-id.js';
import { sortSiblings } from '../tree/build-tree.js';
import type { TreeItem } from '../tree/tree-item.js';

/**
 * How traffic flows, as a tree: ingresses to services to pods. A pod behind two services hangs below both; services
 * nothing points to begin a line of their own.
 */
export function networkTree(app: Application, nodes: readonly TreeNode[]): TreeItem {
  const pods = nodes.filter(({ kind, networkingInfo }) => kind === 'Pod' && networkingInfo?.labels);
  const services = nodes.filter(({ kind }) => kind === 'Service');
  const entries = nodes.filter(
    ({ kind, networkingInfo }) => kind !== 'Service' && networkingInfo?.targetRefs?.length,
  );
  const reached = new Set<string>();

  const serviceItem = (service: TreeNode, prefix: string): TreeItem => {
    const wanted = Object.entries(service.networkingInfo?.targetLabels ?? {});
    const members =
      wanted.length === 0
        ? []
        : pods.filter(
            (pod) =>
              pod.namespace === service.namespace &&
              wanted.every(([key, value]) => pod.networkingInfo?.labels?.[key] === value),
          );
    const id = `${prefix}${objectId(service)}`;
    return item(
      service,
      id,
      members.map((pod) => item(pod, `${id}>${objectId(pod)}`, [])),
    );
  };

  const roots = entries.map((entry) => {
    const id = objectId(entry);
    const targets = services.filter((service) =>
      entry.networkingInfo?.targetRefs?.some(
        (ref) =>
          ref.kind === 'Service' &&
          ref.name === service.name &&
          (ref.namespace ?? entry.namespace) === service.namespace,
      ),
    );
    for (const target of targets) reached.add(objectId(target));
    return item(
      entry,
      id,
      targets.map((target) => serviceItem(target, `${id}>`)),
    );
  });
  for (const service of services) if (!reached.has(objectId(service))) roots.push(serviceItem(service, ''));

  return {
    id: 'traffic',
    type: 'application',
    kind: 'Application',
    name: app.metadata.name,
    health: toHealth(app.status?.health?.status),
    worst: roots.reduce<HealthStatus>((worst, each) => worse(worst, each.worst), 'Healthy'),
    sync: toSync(app.status?.sync?.status),
    count: 1,
    counts: [],
    node: undefined,
    children: sortSiblings(roots),
  };
}

function item(node: TreeNode, id: string, children: TreeItem[]): TreeItem {
  const health = node.health?.status ? toHealth(node.health.status) : undefined;
  return {
    id,
    type: 'resource',
    kind: node.kind,
    name: node.name,
    health,
    worst: children.reduce((worst, child) => worse(worst, child.worst), health ?? 'Healthy'),
    sync: undefined,
    count: 1,
    counts: [],
    node,
    children: sortSiblings(children),
  };
}
