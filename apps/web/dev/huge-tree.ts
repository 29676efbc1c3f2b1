import type { Application, ResourceStatus, TreeNode } from '../src/api/types.js';
import { uid } from './fake-values.js';

/** A tree of 3,000 nodes below one application. */
export function hugeTree(app: Application): TreeNode[] {
  const nodes: TreeNode[] = [];
  for (let d = 0; d < 60; d += 1) {
    const deployment: TreeNode = {
      group: 'apps',
      version: 'v1',
      kind: 'Deployment',
      name: `service-${String(d).padStart(2, '0')}`,
      namespace: 'huge',
      uid: uid(),
      health: { status: 'Healthy' },
    };
    const set: TreeNode = {
      ...deployment,
      kind: 'ReplicaSet',
      name: `${deployment.name}-abc`,
      uid: uid(),
      parentRefs: [{ uid: deployment.uid, kind: 'Deployment', name: deployment.name }],
    };
    nodes.push(deployment, set);
    for (let p = 0; p < 48; p += 1) {
      const isBad = d % 13 === 0 && p % 17 === 0;
      nodes.push({
        version: 'v1',
        kind: 'Pod',
        name: `${set.name}-${p}`,
        namespace: 'huge',
        uid: uid(),
        parentRefs: [{ uid: set.uid, kind: 'ReplicaSet', name: set.name }],
        health: { status: isBad ? 'Degraded' : 'Healthy' },
        info: [{ name: 'Node', value: `node-${p % 3}` }],
      });
      if (isBad && set.health) {
        deployment.health = { status: 'Degraded' };
        set.health = { status: 'Degraded' };
      }
    }
  }
  if (app.status)
    app.status.resources = nodes
      .filter(({ kind }) => kind === 'Deployment')
      .map(({ uid: _uid, ...ref }) => ({ ...ref, status: 'Synced' }) as ResourceStatus);
  return nodes;
}
