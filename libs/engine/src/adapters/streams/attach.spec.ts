import { expect, it } from 'vitest';
import { createCluster } from '../../cluster.js';
import { Pods } from '../../clients/resource-type.js';
import { ExecShell } from '../exec-shell.js';
import { attach } from './attach.js';

it('sends a client that takes nothing only so much of an endless log', async () => {
  const cluster = createCluster({ nodes: 1, controllers: [] });
  const line = 'x'.repeat(4000);
  const pod = cluster.client.create(Pods, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'loud', namespace: 'default' },
    spec: {
      containers: [
        { name: 'main', image: 'busybox:1.37', command: ['sh', '-c', `while true; do echo ${line}; done`] },
      ],
    },
  });
  cluster.advance('10s');
  let sent = 0;
  let isTaking = true;
  const waiting: (() => void)[] = [];
  attach(
    { shell: new ExecShell(cluster), runtime: cluster.runtime },
    pod,
    { namespace: 'default', pod: 'loud', container: 'main', command: [], stdin: false, tty: false },
    {
      stdout: (chunk) => void (sent += chunk.length),
      stderr: () => undefined,
      drained: async () => {
        if (!isTaking) await new Promise<void>((resolve) => waiting.push(resolve));
      },
      finish: () => undefined,
      onStdin: () => undefined,
      onClose: () => undefined,
    },
  );
  const shown = async (): Promise<number> => {
    const before = sent;
    cluster.advance('1m');
    await Promise.resolve();
    return sent - before;
  };
  expect(await shown()).toBeGreaterThan(0);
  isTaking = false;
  for (let minute = 0; minute < 10; minute++) await shown();
  expect(await shown()).toBe(0);
  isTaking = true;
  for (const take of waiting) take();
  await new Promise((resolve) => setImmediate(resolve));
  expect(await shown()).toBeGreaterThan(0);
});
