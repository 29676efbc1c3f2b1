import { expect, it } from 'vitest';
import { Pods } from '../../clients/resource-type.js';
import { createCluster } from '../../cluster.js';

function ran(script: string, stdin = false) {
  const cluster = createCluster({ nodes: 1, controllers: [] });
  cluster.client.create(Pods, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', namespace: 'default' },
    spec: {
      restartPolicy: 'Never',
      containers: [{ name: 'main', image: 'busybox:1.37', stdin, command: ['sh', '-c', script] }],
    },
  });
  cluster.advance('30s');
  const log = cluster.runtime.logs({ namespace: 'default', pod: 'p', container: 'main' })?.lines ?? [];
  const { phase } = cluster.client.get(Pods, 'default', 'p').status ?? {};
  return [phase, ...log.map(({ text }) => text)];
}

it('reads a line each time, from a pipe or a file', () => {
  expect(ran('printf "a 1\\nb 2 3\\n" | while read name rest; do echo "$name:$rest"; done; exit 3')).toEqual([
    'Failed',
    'a:1',
    'b:2 3',
  ]);
  expect(ran('while read line; do echo "[$line]"; done < /etc/hostname')).toEqual(['Succeeded', '[p]']);
  expect(ran('for i in 1 2; do echo $i; done > /tmp/log; cat /tmp/log')).toEqual(['Succeeded', '1', '2']);
  expect(ran('read x < /dev/null || echo nothing')).toEqual(['Succeeded', 'nothing']);
});

it('waits for what nobody has typed yet', () => {
  expect(ran('while read line; do echo "$line"; done; echo bye', true)).toEqual(['Running']);
});
