import { expect, it } from 'vitest';
import { Pods } from '../../clients/resource-type.js';
import { createCluster } from '../../cluster.js';

function logOf(script: string): string {
  const cluster = createCluster({ nodes: 1, controllers: [] });
  cluster.client.create(Pods, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'box', namespace: 'default' },
    spec: {
      restartPolicy: 'Never',
      containers: [{ name: 'main', image: 'busybox', command: ['sh', '-c', script] }],
    },
  });
  cluster.advance('30s');
  const log = cluster.runtime.logs({ namespace: 'default', pod: 'box', container: 'main' });
  return [...(log?.lines ?? [])].map(({ text }) => text).join('|');
}

it.each([
  ["printf 'a:b:c\\nnone\\n' | cut -d: -f2", 'b|none'],
  ["printf 'a:b:c\\nnone\\n' | cut -s -d : -f 3,1", 'a:c'],
  ["printf 'a\\tb\\tc\\n' | cut -f2-", 'b\tc'],
  ["printf 'a:b:c:d\\n' | cut -d: -f-2,4 --output-delimiter=+", 'a+b+d'],
  ["printf 'a:b:c\\n' | cut -d: --complement -f2", 'a:c'],
  ["printf 'größer\\n' | cut -c1-4", 'größ'],
  ["printf 'größer\\n' | cut -b1-4", 'grö'],
  ["printf 'x y\\n' > /tmp/f; cut -d' ' -f2 /tmp/f /tmp/f", 'y|y'],
  ['echo a | cut -d: ; echo $?', 'cut: you must specify a list of bytes, characters, or fields|1'],
  ['echo a | cut -f0; echo $?', "cut: invalid byte, character or field list: '0'|1"],
])('%s', (script, printed) => {
  expect(logOf(script)).toBe(printed);
});
