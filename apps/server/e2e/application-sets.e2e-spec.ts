import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClusterHost } from '../src/cluster/cluster-host.js';
import { startServer, type TestServer } from './support/start-server.js';

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
});

afterAll(() => server?.stop());

describe('application sets', () => {
  it('are listed, shown and deleted as they were applied', async () => {
    const { client } = server.app.get(ClusterHost, { strict: false });
    await client.create({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'ApplicationSet',
      metadata: { name: 'teams', namespace: 'argocd' },
      spec: {
        generators: [{ list: { elements: [{ team: 'a' }] } }],
        template: { metadata: { name: '{{team}}' }, spec: { project: 'default' } },
      },
    });
    const list = await server.call('get', '/api/v1/applicationsets').expect(200);
    expect(list.body.items).toMatchObject([{ metadata: { name: 'teams' } }]);
    const one = await server.call('get', '/api/v1/applicationsets/teams').expect(200);
    expect(one.body.spec.generators).toHaveLength(1);
    await server.call('delete', '/api/v1/applicationsets/teams').expect(200);
    await server.call('get', '/api/v1/applicationsets/teams').expect(404);
  });

  it('are shown to nobody without a token', async () => {
    const { status } = await fetch(`${server.url}/api/v1/applicationsets`);
    expect(status).toBe(401);
  });
});
