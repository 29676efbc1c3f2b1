import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Delivery } from './support/delivery.js';
import { GitHost } from './support/git-host.js';
import { type TestServer, startServer } from './support/start-server.js';

/** More than reconciles, polls or connections that run at the same time. */
const HANGING = 40;
let host: GitHost;
let server: TestServer;
let delivery: Delivery;

beforeAll(async () => {
  host = await new GitHost().start();
  host.intercept = ({ url = '' }) => url.startsWith('/hung');
  server = await startServer({ LOTSE_POLL_INTERVAL: '1s' });
  delivery = new Delivery(server, host);
});

afterAll(async () => {
  await server?.stop();
  host.dropConnections();
  await host?.stop();
});

const config = (value: string): string =>
  JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' }, data: { value } });
const value = (name: string): string | undefined =>
  (delivery.object('', 'ConfigMap', name, 'c')?.['data'] as { value?: string } | undefined)?.value;

describe('Git servers that accept connections and never answer', () => {
  it("don't keep applications of other repositories from being delivered and followed", async () => {
    await Promise.all(
      Array.from({ length: HANGING }, (_, i) =>
        delivery.create(`hung-${i}`, { repository: `hung${i % 20}`, automated: {} }),
      ),
    );
    host.create('fine', { 'app/c.json': config('one') });
    await delivery.create('fine', { automated: {} });
    await delivery.untilTrue(
      () => value('fine'),
      (now) => now === 'one',
    );
    host.commit('fine', { 'app/c.json': config('two') });
    await delivery.untilTrue(
      () => value('fine'),
      (now) => now === 'two',
    );
    expect((await server.call('get', '/readyz')).status).toBe(200);
    const { body } = await server.call('get', '/api/v1/applications').expect(200);
    expect((body as { items: unknown[] }).items).toHaveLength(HANGING + 1);
  });

  it("don't keep the server from stopping in order", async () => {
    await server.stop();
    expect(server.logs.filter(({ level }) => level === 'error')).toEqual([]);
  });
});
