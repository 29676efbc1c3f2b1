import { ARGO_GROUP } from '@lotse/gitops';
import { CONTROL_NAMESPACE } from '../cluster/cluster-host.js';
import type { SnapshotObject } from '../cluster/snapshot-parts.js';

/** What every cluster has from its first moment. */
const NAMESPACES: ReadonlySet<string> = new Set([
  'default',
  'kube-system',
  'kube-public',
  'kube-node-lease',
  CONTROL_NAMESPACE,
]);

/** Has anybody made applications or namespaces here? */
export function isClusterUsed(objects: Iterable<SnapshotObject>): boolean {
  for (const { resource, object } of objects) {
    if (resource === `${ARGO_GROUP}/applications` || resource === `${ARGO_GROUP}/applicationsets`)
      return true;
    if (resource === '/namespaces' && !NAMESPACES.has(object.metadata.name ?? '')) return true;
  }
  return false;
}
