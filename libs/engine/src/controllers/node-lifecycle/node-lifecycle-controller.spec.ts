import { expect, it } from 'vitest';
import { Nodes, Pods } from '../../clients/resource-type.js';
import { createCluster } from '../../cluster.js';
import { nodeLifecycleController } from './node-lifecycle-controller.js';

it('leaves pods to a kubelet that says itself that its node is not ready, and not to a silent one', () => {
  const cluster = createCluster({ controllers: [nodeLifecycleController] });
  const { client } = cluster;
  client.create(Nodes, {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'a' },
    status: { conditions: [{ type: 'Ready', status: 'False', reason: 'KubeletNotReady' }] },
  });
  const pod = client.create(Pods, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'default' },
    spec: { nodeName: 'a', containers: [{ name: 'main', image: 'a' }] },
  });
  client.updateStatus(Pods, {
    ...pod,
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
  });
  const ready = () => client.get(Pods, 'default', 'web').status?.conditions?.[0]?.status;
  cluster.advance('10s');
  expect(ready()).toBe('True');
  cluster.advance('1m');
  expect(ready()).toBe('False');
});
