import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GitHost } from './support/git-host.js';
import { Delivery } from './support/delivery.js';
import { type TestServer, startServer } from './support/start-server.js';

let host: GitHost;
let server: TestServer;
let delivery: Delivery;

beforeAll(async () => {
  host = await new GitHost().start();
  server = await startServer();
  delivery = new Delivery(server, host);
});

afterAll(async () => {
  await server?.stop();
  await host?.stop();
});

const web = (image: string, replicas = 1): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - {name: web, image: "${image}"}
---
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector: {app: web}
  ports: [{port: 80}]
`;

describe('a directory of manifests', () => {
  it('goes from a commit to Synced and Healthy, follows commits, and heals drift', async () => {
    host.create('first', { 'app/web.yaml': web('nginx:1.27') });
    await delivery.create('first', { path: 'app', automated: { prune: true, selfHeal: true } });
    await delivery.untilOperation('first');
    const app = await delivery.until(
      'first',
      ({ status }) => status?.sync?.status === 'Synced' && status.health?.status === 'Healthy',
    );
    expect(app.status?.sourceType).toBe('Directory');
    expect(
      app.status?.resources?.map(({ kind, name, status, health }) => [kind, name, status, health?.status]),
    ).toEqual([
      ['Deployment', 'web', 'Synced', 'Healthy'],
      ['Service', 'web', 'Synced', 'Healthy'],
    ]);
    expect(app.status?.history?.[0]).toMatchObject({ id: 1, initiatedBy: { automated: true } });

    const commit = host.commit('first', { 'app/web.yaml': web('nginx:1.28', 2) });
    await delivery.refresh('first');
    const second = await delivery.until(
      'first',
      ({ status }) =>
        status?.sync?.status === 'Synced' &&
        status.sync.revision === commit &&
        status.health?.status === 'Healthy',
    );
    expect(second.status?.summary?.images).toEqual(['nginx:1.28']);

    await delivery.client.patch(
      { group: 'apps', kind: 'Deployment', namespace: 'first', name: 'web' },
      { spec: { replicas: 5 } },
    );
    await delivery.untilTrue(
      () => delivery.object('apps', 'Deployment', 'first', 'web')?.['spec'],
      (spec) => (spec as { replicas: number }).replicas === 2,
    );
  });
});
