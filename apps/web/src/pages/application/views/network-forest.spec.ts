import { describe, expect, it } from 'vitest';
import type { Application, TreeNode } from '../../../api/types.js';
import { networkTree } from './network-forest.js';
import type { TreeItem } from '../tree/tree-item.js';

const app = { metadata: { name: 'shop' }, spec: { project: '', destination: {} } } as Application;
const node = (kind: string, name: string, networkingInfo: TreeNode['networkingInfo'], namespace = 'ns') =>
  ({
    kind,
    name,
    namespace,
    uid: `${namespace}/${name}`,
    version: 'v1',
    health: { status: 'Healthy' },
    ...(networkingInfo ? { networkingInfo } : {}),
  }) as TreeNode;
const outline = (item: TreeItem, depth = 0): string[] => [
  `${'  '.repeat(depth)}${item.name}`,
  ...item.children.flatMap((child) => outline(child, depth + 1)),
];

describe('the flow of traffic', () => {
  it('goes from ingresses through services to the pods their selectors match', () => {
    const tree = networkTree(app, [
      node('Ingress', 'door', { targetRefs: [{ kind: 'Service', name: 'web', namespace: 'ns' }] }),
      node('Service', 'web', { targetLabels: { app: 'web' } }),
      node('Service', 'metrics', { targetLabels: { app: 'web' } }),
      node('Service', 'external', {}),
      node('Pod', 'web-1', { labels: { app: 'web', x: 'y' } }),
      node('Pod', 'other', { labels: { app: 'other' } }),
      node('Pod', 'web-elsewhere', { labels: { app: 'web' } }, 'else'),
    ]);
    expect(outline(tree)).toEqual([
      'shop',
      '  external',
      '  metrics',
      '    web-1',
      '  door',
      '    web',
      '      web-1',
    ]);
  });

  it('gives a pod behind two services two boxes with different ids', () => {
    const tree = networkTree(app, [
      node('Service', 'a', { targetLabels: { app: 'x' } }),
      node('Service', 'b', { targetLabels: { app: 'x' } }),
      node('Pod', 'p', { labels: { app: 'x' } }),
    ]);
    const ids = tree.children.flatMap(({ children }) => children.map(({ id }) => id));
    expect(new Set(ids).size).toBe(2);
  });
});
