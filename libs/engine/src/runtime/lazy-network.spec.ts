import { expect, it } from 'vitest';
import { createCluster } from '../cluster.js';
import { Pods } from '../clients/resource-type.js';

function guestbook() {
  const cluster = createCluster({ nodes: 1, controllers: [] });
  cluster.client.create(Pods, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'book', namespace: 'default' },
    spec: {
      containers: [
        {
          name: 'main',
          image: 'registry.k8s.io/e2e-test-images/agnhost:2.57',
          args: ['guestbook', '--http-port', '6379'],
        },
      ],
    },
  });
  cluster.advance('10s');
  const ip = cluster.client.get(Pods, 'default', 'book').status?.podIP ?? '';
  const ask = (url: string): string | undefined => {
    const found = cluster.runtime.fetch('default', ip, 6379, { method: 'GET', url, headers: {} });
    return found.kind === 'answer' ? String(found.answer.body).trim() : undefined;
  };
  return { ip, ask };
}

it('ends what servers that follow themselves tell each other', () => {
  const { ip, ask } = guestbook();
  for (const host of [ip, 'localhost', '127.0.0.1']) ask(`/register?host=${host}`);
  expect(ask('/set?key=a&value=b')).toBe('{"message":"Updated"}');
  expect(ask('/get?key=a')).toBe('{"data":"b"}');
});

it('has a guestbook forget the oldest of too much', () => {
  const { ask } = guestbook();
  for (let key = 0; key <= 100; key++) ask(`/set?key=${key}&value=${'x'.repeat(5000)}`);
  expect(ask('/get?key=0')).toBe('{"data":""}');
  expect(ask('/get?key=100')).toBe(JSON.stringify({ data: 'x'.repeat(4096) }));
});
