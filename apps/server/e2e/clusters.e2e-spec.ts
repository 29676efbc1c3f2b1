import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from './support/start-server.js';

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
});

afterAll(() => server?.stop());

describe('clusters', () => {
  it('are listed with their version and what is in them', async () => {
    const { body } = await server.call('get', '/api/v1/clusters').expect(200);
    expect(body.items).toMatchObject([
      {
        server: 'https://kubernetes.default.svc',
        name: 'in-cluster',
        serverVersion: expect.stringMatching(/^v1\.36\./),
        connectionState: { status: 'Successful' },
        info: { applicationsCount: 0 },
      },
    ]);
  });

  it('are found by name and by address', async () => {
    await server.call('get', '/api/v1/clusters/in-cluster').expect(200);
    const address = encodeURIComponent('https://kubernetes.default.svc');
    await server.call('get', `/api/v1/clusters/${address}`).expect(200);
  });

  it('that are not there are said not to be', async () => {
    const { body } = await server.call('get', '/api/v1/clusters/__proto__').expect(404);
    expect(body).toMatchObject({ error: 'cluster_not_found', message: expect.stringContaining('__proto__') });
  });

  it('are shown to nobody without a token', async () => {
    await fetch(`${server.url}/api/v1/clusters`).then(({ status }) => expect(status).toBe(401));
  });
});
