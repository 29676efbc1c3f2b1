import { expect, it } from 'vitest';
import { mastersOnly } from '../../auth/authorizer.js';
import { createCluster } from '../../cluster.js';
import { Namespaces, PodDisruptionBudgets, Pods } from '../../clients/resource-type.js';
import { isStream } from '../api-request.js';
import { ApiServer } from '../api-server.js';

function start() {
  const cluster = createCluster({ controllers: [] });
  const { client } = cluster;
  if (!cluster.store.get('/namespaces', '/default'))
    client.create(Namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } });
  const metadata = { name: 'web', namespace: 'default', labels: { app: 'web' } };
  const pod = client.create(Pods, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata,
    spec: { containers: [{ name: 'web', image: 'nginx' }] },
  });
  client.updateStatus(Pods, {
    ...pod,
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
  });
  const budget = client.create(PodDisruptionBudgets, {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'web', namespace: 'default' },
    spec: { minAvailable: 0, selector: { matchLabels: { app: 'web' } } },
  });
  const status = { disruptionsAllowed: 1, currentHealthy: 1, desiredHealthy: 0, expectedPods: 1 };
  client.updateStatus(PodDisruptionBudgets, { ...budget, status: { ...status, observedGeneration: 1 } });
  const api = new ApiServer({
    ...cluster,
    random: { next: () => 0 },
    authenticators: [{ authenticate: () => ({ user: 'admin', groups: ['system:masters'] }) }],
    authorizer: mastersOnly,
  });
  const evict = (preconditions: object): number => {
    const response = api.handle({
      method: 'POST',
      path: '/api/v1/namespaces/default/pods/web/eviction',
      query: new URLSearchParams(),
      header: (name) => (name === 'content-type' ? 'application/json' : undefined),
      headers: () => [],
      headerNames: () => [],
      body: Buffer.from(JSON.stringify({ metadata: { name: 'web' }, deleteOptions: { preconditions } })),
    });
    expect(isStream(response)).toBe(false);
    return response.status;
  };
  return { client, evict };
}

it('evicts the pod at the version the client has seen', () => {
  const { client, evict } = start();
  const { resourceVersion } = client.get(Pods, 'default', 'web').metadata;
  expect(evict({ resourceVersion })).toBe(201);
});

it('leaves pod and budget alone when another pod was meant', () => {
  const { client, evict } = start();
  const before = client.get(Pods, 'default', 'web');
  expect(evict({ uid: 'another' })).toBe(409);
  expect(client.get(Pods, 'default', 'web')).toBe(before);
  expect(client.get(PodDisruptionBudgets, 'default', 'web').status?.disruptionsAllowed).toBe(1);
});
