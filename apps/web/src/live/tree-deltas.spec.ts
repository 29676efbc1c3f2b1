import { describe, expect, it } from 'vitest';
import type { KubeObject, TreeNode } from '../api/types.js';
import { applyNodeDeltas, isTreeNode } from './tree-deltas.js';

const node = (kind: string, name: string, health = 'Healthy') =>
  ({ kind, name, uid: `${kind}-${name}`, version: 'v1', health: { status: health } }) as TreeNode;
const object = (of: TreeNode) => ({ kind: 'TreeNode', metadata: { name: of.name }, node: of }) as KubeObject;

describe('changes of an application’s tree', () => {
  const nodes = [node('Service', 'a'), node('Deployment', 'a')];

  it('tell objects of the same name apart by their uid', () => {
    const next = applyNodeDeltas(nodes, [
      { type: 'MODIFIED', object: object(node('Deployment', 'a', 'Degraded')) },
      { type: 'ADDED', object: object(node('Pod', 'p')) },
      { type: 'DELETED', object: object(node('Service', 'a')) },
    ]);
    expect(next.map(({ kind, health }) => `${kind} ${health?.status}`)).toEqual([
      'Deployment Degraded',
      'Pod Healthy',
    ]);
  });

  it('leave the nodes alone when none of them is meant', () => {
    const app: KubeObject = { kind: 'Application', metadata: { name: 'a' } };
    expect(isTreeNode(app)).toBe(false);
    expect(applyNodeDeltas(nodes, [{ type: 'MODIFIED', object: app }])).toBe(nodes);
  });

  it('keep only the last word about a node in one batch', () => {
    const p = object(node('Pod', 'p'));
    expect(
      applyNodeDeltas(nodes, [
        { type: 'ADDED', object: p },
        { type: 'DELETED', object: p },
      ]),
    ).toHaveLength(2);
  });
});
