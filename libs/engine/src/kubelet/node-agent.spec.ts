import { describe, expect, it } from 'vitest';
import { Nodes, Pods, StatefulSets } from '../clients/resource-type.js';
import { VirtualClock } from '../virtual-clock.js';
import { createCluster } from '../cluster.js';
import { cluster, clusterWith, pod, show, transcript } from './testing/kubelet-cluster.js';

describe('a node', () => {
  it('turns away what does not fit, whoever sent it', () => {
    const running = clusterWith({
      nodeName: 'node-1',
      containers: [{ name: 'main', image: 'nginx:1.29', resources: { requests: { cpu: '64' } } }],
    });
    expect(transcript(running, 5)).toMatchInlineSnapshot(`
      [
        "0.0 Pending",
        "1.0 Failed OutOfcpu main=ContainerCreating",
      ]
    `);
    expect(running.client.get(Pods, 'default', 'web').status?.message).toBe(
      "Pod was rejected: Node didn't have enough resource: cpu, requested: 64000, used: 0, capacity: 4000",
    );
  });

  it('is not overrun by a controller that replaces what it turns away', () => {
    const running = createCluster({ nodes: 1 });
    const containers = [{ name: 'main', image: 'nginx:1.29', resources: { requests: { cpu: '64' } } }];
    running.client.create(StatefulSets, {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'large', namespace: 'default' },
      spec: {
        serviceName: 'large',
        selector: { matchLabels: { app: 'large' } },
        template: { metadata: { labels: { app: 'large' } }, spec: { nodeName: 'node-1', containers } },
      },
    });
    let made = 0;
    running.store.subscribe(({ resource, type }) => {
      if (resource === '/pods' && type === 'ADDED' && ++made > 1000) running.stop();
    });
    running.advance('1m');
    expect(made).toBeGreaterThan(10);
    expect(made).toBeLessThan(100);
  });

  it('goes on where it was after the engine was away', () => {
    const before = cluster();
    before.client.create(
      Pods,
      pod({
        containers: [{ name: 'main', image: 'busybox:1.37', command: ['sh', '-c', 'sleep 60; exit 1'] }],
      }),
    );
    before.advance('20s');
    const started = before.client.get(Pods, 'default', 'web');
    before.stop();
    const clock = new VirtualClock(before.clock.now() + 15_000);
    const after = cluster({ snapshot: before.store.snapshot(), clock });
    after.settle();
    expect(after.client.get(Pods, 'default', 'web').status).toEqual(started.status);
    expect(transcript(after, 60)).toMatchInlineSnapshot(`
      [
        "0.0 Running main=Running+",
        "25.0 Running main=Error(1)",
        "25.1 Running main=Running+ x1",
      ]
    `);
    expect(after.client.get(Pods, 'default', 'web').status?.podIP).toBe(started.status?.podIP);
  });

  it('hears nothing of a node that is down, and catches up when it is back', () => {
    const running = clusterWith({
      containers: [{ name: 'main', image: 'busybox:1.37', command: ['sh', '-c', 'sleep 30; exit 1'] }],
    });
    running.advance('10s');
    const annotate = (annotations: Record<string, string>) => {
      const node = running.client.get(Nodes, undefined, 'node-1');
      running.client.update(Nodes, { ...node, metadata: { ...node.metadata, annotations } });
    };
    annotate({ 'lotse.dev/fail': 'node-down' });
    running.advance('60s');
    expect(show(running)).toBe('Running main=Running+');
    annotate({});
    running.settle();
    expect(show(running)).toBe('Running main=Error(1)');
    running.advance('1s');
    expect(show(running)).toBe('Running main=Running+ x1');
  });

  it('reports again when others have given its node up, as after a sleep of the machine', () => {
    const running = clusterWith();
    running.advance('10s');
    const node = running.client.get(Nodes, undefined, 'node-1');
    running.client.updateStatus(Nodes, {
      ...node,
      status: {
        ...node.status,
        conditions: (node.status?.conditions ?? []).map((condition) => ({ ...condition, status: 'Unknown' })),
      },
    });
    running.advance('11s');
    const { conditions } = running.client.get(Nodes, undefined, 'node-1').status ?? {};
    expect(conditions?.map(({ type, status }) => `${type}=${status}`)).toContain('Ready=True');
  });
});
