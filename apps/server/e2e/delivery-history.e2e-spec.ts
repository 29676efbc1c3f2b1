import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Delivery } from './support/delivery.js';
import type { GitHost } from './support/git-host.js';
import { metric } from './support/metric.js';
import type { TestServer } from './support/start-server.js';

let host: GitHost;
let server: TestServer;
let delivery: Delivery;

beforeAll(async () => {
  delivery = await Delivery.start();
  ({ host, server } = delivery);
});

afterAll(() => delivery?.stop());

const config = (value: string): string =>
  JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' }, data: { value } });
const value = (name: string): string | undefined =>
  (delivery.object('', 'ConfigMap', name, 'c')?.['data'] as { value?: string } | undefined)?.value;

describe('history and rollback', () => {
  it('keeps every deployment and goes back to one with the repository gone; automation holds until released', async () => {
    const first = host.create('back', { 'app/c.json': config('one') });
    await delivery.create('back', { automated: { selfHeal: true } });
    await delivery.untilTrue(
      () => value('back'),
      (now) => now === 'one',
    );
    await delivery.untilOperation('back');
    const second = host.commit('back', { 'app/c.json': config('two') }, 'Say two');
    await delivery.refresh('back');
    await delivery.until('back', ({ status, operation }) => !operation && status?.history?.length === 2);

    const { body } = await server.call('get', '/api/v1/applications/back/history').expect(200);
    expect(body.items).toMatchObject([
      {
        id: 2,
        revision: second,
        author: 'Ada <ada@example.org>',
        message: 'Say two',
        phase: 'Succeeded',
        initiatedBy: { automated: true },
      },
      {
        id: 1,
        revision: first,
        result: [{ kind: 'Namespace' }, { kind: 'ConfigMap', name: 'c', status: 'Synced' }],
      },
    ]);
    const manifests = await server.call('get', '/api/v1/applications/back/history/1/manifests').expect(200);
    expect(JSON.parse(manifests.body.manifests[0])).toMatchObject({
      kind: 'ConfigMap',
      data: { value: 'one' },
    });

    host.intercept = (_request, response) => {
      response.writeHead(500).end();
      return true;
    };
    await server.call('post', '/api/v1/applications/back/rollback').send({ id: 1 }).expect(200);
    await delivery.untilTrue(
      () => value('back'),
      (now) => now === 'one',
    );
    const held = await delivery.until(
      'back',
      ({ status, operation }) => !operation && status?.history?.length === 3,
    );
    expect(held.status?.rollbackHold).toMatchObject({ historyId: 1, revision: first, by: 'admin' });
    expect(held.status?.operationState?.phase).toBe('Succeeded');
    expect(held.status?.history?.map(({ rollbackTo }) => rollbackTo)).toEqual([undefined, undefined, 1]);
    const after = await server.call('get', '/api/v1/applications/back/history').expect(200);
    const returns = (after.body.items as { rollbackTo?: number }[]).map(({ rollbackTo }) => rollbackTo);
    expect(returns).toEqual([1, undefined, undefined]);

    host.intercept = undefined;
    await delivery.refresh('back');
    await delivery.until('back', ({ status }) => status?.sync?.status === 'OutOfSync');
    expect(value('back')).toBe('one');
    await server.call('delete', '/api/v1/applications/back/hold').expect(200);
    await delivery.untilTrue(
      () => value('back'),
      (now) => now === 'two',
    );
  });

  it('says so when there is no such entry', async () => {
    host.create('none', { 'app/c.json': config('one') });
    await delivery.create('none');
    const { status, body } = await server.call('post', '/api/v1/applications/none/rollback').send({ id: 7 });
    expect([status, body.error]).toEqual([404, 'history_not_found']);
  });
});

describe('five hundred applications of one repository', () => {
  it('take one fetch and one render when a commit touches one of them, and all have the new revision', async () => {
    const count = 500;
    const files = Object.fromEntries(
      Array.from({ length: count }, (_, index) => [`apps/app-${index}/c.json`, config('one')]),
    );
    host.create('many', files);
    for (let index = 0; index < count; index++) {
      await delivery.create(`app-${index}`, { repository: 'many', path: `apps/app-${index}`, automated: {} });
    }
    await delivery.reconciler.settled();
    for (let index = 0; index < count; index++)
      await delivery.until(
        `app-${index}`,
        ({ status, operation }) => !operation && status?.sync?.status === 'Synced',
      );

    const rendersBefore = await metric(server, 'lotse_renders_total');
    const before = host.counts;
    const commit = host.commit('many', { 'apps/app-7/c.json': config('two') });
    const startedAt = performance.now();
    await delivery.refresh('app-7');
    for (let index = 0; index < count; index++)
      await delivery.until(`app-${index}`, ({ status }) => status?.sync?.revision === commit);
    const tookMs = performance.now() - startedAt;
    await delivery.untilTrue(
      () => value('app-7'),
      (now) => now === 'two',
    );
    const after = host.counts;
    expect({
      refs: after.refs - before.refs,
      uploads: after.uploads - before.uploads >= 1 && after.uploads - before.uploads <= 2,
    }).toEqual({ refs: expect.any(Number), uploads: true });
    expect(await metric(server, 'lotse_renders_total')).toBe(rendersBefore + 1);
    process.stdout.write(`500 applications had the new revision after ${Math.round(tookMs)} ms\n`);
  });
});
