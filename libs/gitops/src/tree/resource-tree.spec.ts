import type { KubeObject } from '@lotse/manifests';
import { describe, expect, it } from 'vitest';
import { resourceTree } from './resource-tree.js';

const object = (kind: string, name: string, rest: object = {}): KubeObject =>
  ({
    apiVersion: kind === 'Pod' ? 'v1' : 'apps/v1',
    kind,
    metadata: { name, namespace: 'n', uid: name, resourceVersion: '1' },
    ...rest,
  }) as KubeObject;
const pod = object('Pod', 'pod', {
  spec: {
    nodeName: 'node-1',
    containers: [
      { name: 'a', image: 'x:1' },
      { name: 'b', image: 'x:1' },
    ],
  },
  status: {
    phase: 'Pending',
    containerStatuses: [
      { ready: false, restartCount: 2, state: { waiting: { reason: 'ImagePullBackOff' } } },
    ],
  },
});

describe('the tree of an application', () => {
  it('goes down from its objects to whatever they own, with what a person wants to know', () => {
    const owned = new Map([
      ['web', [object('ReplicaSet', 'set')]],
      ['set', [pod]],
    ]);
    const nodes = resourceTree([object('Deployment', 'web')], (uid) => owned.get(uid) ?? []);
    expect(nodes.map(({ name, parentRefs }) => [name, parentRefs.map((parent) => parent.name)])).toEqual([
      ['web', []],
      ['set', ['web']],
      ['pod', ['set']],
    ]);
    expect(nodes[2]).toMatchObject({
      images: ['x:1'],
      health: { status: 'Degraded' },
      info: [
        { name: 'Status Reason', value: 'ImagePullBackOff' },
        { name: 'Node', value: 'node-1' },
        { name: 'Containers', value: '0/2' },
        { name: 'Restart Count', value: '2' },
      ],
    });
  });

  it('ends in a circle of owners', () => {
    const [a, b] = [object('ReplicaSet', 'a'), object('ReplicaSet', 'b')];
    expect(resourceTree([a], (uid) => (uid === 'a' ? [b] : [a])).map(({ name }) => name)).toEqual(['a', 'b']);
  });
});
