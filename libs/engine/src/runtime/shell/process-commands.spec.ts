import { describe, expect, it } from 'vitest';
import { createCluster } from '../../cluster.js';
import { Pods } from '../../clients/resource-type.js';
import type { PodSpec } from '../../types/index.js';

/** Runs a pod for a while. */
function ran({ ephemeralContainers, ...spec }: Partial<PodSpec>) {
  const cluster = createCluster({ nodes: 1, controllers: [] });
  cluster.client.create(Pods, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'one', namespace: 'default' },
    spec: { containers: [{ name: 'main', image: 'busybox:1.37' }], ...spec },
  });
  cluster.advance('20s');
  if (ephemeralContainers) {
    const pod = cluster.client.get(Pods, 'default', 'one');
    const debugged = { ...pod, spec: { containers: [], ...pod.spec, ephemeralContainers } };
    cluster.client.update(Pods, debugged, { subresource: 'ephemeralcontainers' });
    cluster.advance('20s');
  }
  const log = (container = 'main') =>
    cluster.runtime.logs({ namespace: 'default', pod: 'one', container })?.lines.map(({ text }) => text);
  return { pod: cluster.client.get(Pods, 'default', 'one'), log };
}

describe('a program that looks at the processes of its container', () => {
  it('shows them and goes on', () => {
    const script = 'ps; echo b';
    const { pod, log } = ran({
      restartPolicy: 'Never',
      containers: [{ name: 'main', image: 'busybox:1.37', command: ['sh', '-c', script] }],
    });
    expect(log()).toEqual([
      'PID   USER     TIME  COMMAND',
      `    1 root      0:00 sh -c ${script}`,
      '    7 root      0:00 ps',
      'b',
    ]);
    expect(pod?.status?.phase).toBe('Succeeded');
  });

  it('ends when it does nothing else', () => {
    for (const args of [
      ['ps', 'aux'],
      ['top', '-b', '-n1'],
    ]) {
      const { pod, log } = ran({
        restartPolicy: 'Never',
        containers: [{ name: 'main', image: 'busybox:1.37', args }],
      });
      expect(pod?.status?.phase).toBe('Succeeded');
      expect(log()?.filter((line) => line.endsWith(args.join(' ')))).toHaveLength(1);
    }
  });

  it('sees those of the container it is told to look at', () => {
    const { pod, log } = ran({
      containers: [{ name: 'main', image: 'busybox:1.37', command: ['sleep', '1000'] }],
      ephemeralContainers: [
        { name: 'debug', image: 'busybox:1.37', targetContainerName: 'main', command: ['ps'] },
      ],
    });
    expect(log('debug')?.slice(1)).toEqual(['    1 root      0:00 sleep 1000', '    7 root      0:00 ps']);
    expect(pod?.status?.ephemeralContainerStatuses?.[0]?.state?.terminated?.exitCode).toBe(0);
  });
});
