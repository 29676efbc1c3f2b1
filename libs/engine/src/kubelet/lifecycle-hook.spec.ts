import { expect, it } from 'vitest';
import { Pods } from '../clients/resource-type.js';
import { createCluster, type Cluster } from '../cluster.js';
import type { Container } from '../types/index.js';

const run = ({ client }: Cluster, name: string, container: Partial<Container>) =>
  client.create(Pods, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default' },
    spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'busybox:1.37', ...container }] },
  });

it('has a pod tell another one that it ends', () => {
  const cluster = createCluster({ nodes: 1, controllers: [] });
  run(cluster, 'server', { image: 'registry.k8s.io/e2e-test-images/agnhost:2.53', args: ['nettest'] });
  cluster.advance('10s');
  const { podIP = '' } = cluster.client.get(Pods, 'default', 'server').status ?? {};
  const command = ['wget', '-O-', '--post-data={"Source": "a=b"}', `http://${podIP}:8080/write`];
  run(cluster, 'client', { command: ['sleep', '600'], lifecycle: { preStop: { exec: { command } } } });
  cluster.advance('10s');
  cluster.client.delete(Pods, 'default', 'client');
  cluster.advance('1s');
  const found = cluster.runtime.http(podIP, 8080, { method: 'GET', url: '/read', headers: {} });
  expect(found.kind === 'answer' && JSON.parse(String(found.answer.body))).toMatchObject({
    Hostname: 'server',
    Received: { 'a=b': 1 },
  });
});

it('has a program become root unless its container forbids it', () => {
  const cluster = createCluster({ nodes: 1, controllers: [] });
  const image = 'registry.k8s.io/e2e-test-images/nonewprivs:1.4';
  run(cluster, 'may', { image, securityContext: { runAsUser: 1000 } });
  run(cluster, 'may-not', { image, securityContext: { runAsUser: 1000, allowPrivilegeEscalation: false } });
  cluster.advance('10s');
  const said = (pod: string) =>
    cluster.runtime.logs({ namespace: 'default', pod, container: 'main' })?.lines.map(({ text }) => text);
  expect(said('may')).toEqual(['Effective uid: 0']);
  expect(said('may-not')).toEqual(['Effective uid: 1000']);
});
