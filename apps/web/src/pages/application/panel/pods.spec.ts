import { describe, expect, it } from 'vitest';
import type { TreeNode } from '../../../api/types.js';
import { containersOf } from './containers-of.js';
import { podsBelow } from './pods-below.js';

const node = (kind: string, name: string, parent?: string, createdAt = '2026-01-01T00:00:00Z') =>
  ({
    kind,
    name,
    uid: name,
    createdAt,
    version: 'v1',
    ...(parent ? { parentRefs: [{ uid: parent, kind: '', name: parent }] } : {}),
  }) as TreeNode;

describe('the pods of an object', () => {
  const deployment = node('Deployment', 'd');
  const nodes = [
    node('Pod', 'old', 'r', '2026-01-01T00:00:00Z'),
    node('Pod', 'new', 'r', '2026-01-02T00:00:00Z'),
    node('ReplicaSet', 'r', 'd'),
    deployment,
    node('Pod', 'stranger', 'x'),
  ];

  it('are found through those who made them, newest first, in whatever order the tree comes', () => {
    expect(podsBelow(deployment, nodes).map(({ name }) => name)).toEqual(['new', 'old']);
  });

  it('of a pod are itself', () => {
    const pod = node('Pod', 'p');
    expect(podsBelow(pod, [pod])).toEqual([pod]);
  });
});

describe('the containers of a pod', () => {
  it('are its own first, then those that prepare it', () => {
    const manifest = JSON.stringify({
      spec: { initContainers: [{ name: 'init' }], containers: [{ name: 'app' }, { name: 'proxy' }] },
    });
    expect(containersOf(manifest)).toEqual(['app', 'proxy', 'init']);
  });

  it('are none when nothing is known', () => {
    expect(containersOf(undefined)).toEqual([]);
    expect(containersOf('garbage')).toEqual([]);
    expect(containersOf('{"spec":{"containers":[{}]}}')).toEqual([]);
  });
});
