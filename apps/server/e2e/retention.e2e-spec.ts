import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuditService } from '../src/audit/audit.service.js';
import { ManifestRepository } from '../src/rendering/manifest.repository.js';
import { RepositoryService } from '../src/repositories/repository.service.js';
import { RetentionService } from '../src/retention/retention.service.js';
import { Delivery } from './support/delivery.js';
import type { GitHost } from './support/git-host.js';
import type { TestServer } from './support/start-server.js';

let host: GitHost;
let server: TestServer;
let delivery: Delivery;
const YEARS_MS = 3 * 366 * 86_400_000;

beforeAll(async () => {
  delivery = await Delivery.start();
  ({ host, server } = delivery);
});

afterAll(() => delivery?.stop());

const config = (value: string): string =>
  JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' }, data: { value } });
const value = (name: string): string | undefined =>
  (delivery.object('', 'ConfigMap', name, 'c')?.['data'] as { value?: string } | undefined)?.value;
const count = async (table: string): Promise<number> => {
  const rows: { count: string }[] = await server.app
    .get(DataSource)
    .query(`SELECT count(*) AS count FROM ${table}`);
  return Number(rows[0]?.count);
};

describe('old data', () => {
  it('is removed, but nothing that a living application needs, whatever its age', async () => {
    host.create('living', { 'app/c.json': config('one') });
    await delivery.create('living', { automated: {} });
    await delivery.untilTrue(
      () => value('living'),
      (now) => now === 'one',
    );
    await delivery.untilOperation('living');
    host.commit('living', { 'app/c.json': config('two') });
    await delivery.refresh('living');
    await delivery.until('living', ({ status, operation }) => !operation && status?.history?.length === 2);
    const orphan = await new ManifestRepository(server.app.get(DataSource), {
      encrypt: (text: string) => Buffer.from(text),
    } as never).put('[]');
    const commit = host.create('unfollowed', { a: '1' });
    const repositories = server.app.get(RepositoryService);
    await repositories.locate(host.url('unfollowed'), commit);
    const mirrors = (): number => readdirSync(join(server.dataDir, 'repositories')).length;
    expect(mirrors()).toBe(2);

    const before = { audit: await count('audit_log'), history: await count('history_entries') };
    expect([before.history, before.audit > 1]).toEqual([2, true]);
    await server.app.get(RetentionService, { strict: false }).sweep(Date.now() + YEARS_MS);

    expect(await count('history_entries')).toBe(2);
    expect(mirrors()).toBe(1);
    const { text: numbers } = await server.call('get', '/metrics').expect(200);
    expect(numbers).toContain(`repo="${host.url('living')}"`);
    expect(numbers).not.toContain(host.url('unfollowed'));
    expect(await count('audit_log')).toBe(1);
    const left: { digest: string }[] = await server.app
      .get(DataSource)
      .query('SELECT digest FROM rendered_manifests');
    expect(left.map(({ digest }) => digest)).not.toContain(orphan);

    // the chain goes on, a rollback still finds its manifests, and the source is rendered again
    await server.app.get(AuditService).record({ actor: 'a', action: 'b', object: 'c', outcome: 'success' });
    const rows: { linked: boolean }[] = await server.app
      .get(DataSource)
      .query(
        'SELECT previous_hash = lag(hash) OVER (ORDER BY sequence) AS linked FROM audit_log ORDER BY sequence DESC LIMIT 1',
      );
    expect(rows).toEqual([{ linked: true }]);
    await server.call('post', '/api/v1/applications/living/rollback').send({ id: 1 }).expect(200);
    await delivery.untilTrue(
      () => value('living'),
      (now) => now === 'one',
    );
    await delivery.refresh('living');
    await server.app.get(RetentionService, { strict: false }).sweep(Date.now() + YEARS_MS);
    await delivery.refresh('living');
    const { status } = (await server.call('get', '/api/v1/applications/living').expect(200)).body as {
      status: { conditions?: unknown };
    };
    expect(status.conditions).toBeUndefined();
    expect((await repositories.tree(host.url('unfollowed'), commit)).oid('a')).toBeDefined();
  });

  it('of applications that are no more goes with what it points to', async () => {
    host.create('gone', { 'app/c.json': config('gone') });
    await delivery.create('gone', { automated: {} });
    await delivery.untilTrue(
      () => value('gone'),
      (now) => now === 'gone',
    );
    await delivery.untilOperation('gone');
    const entries = await count('history_entries');
    await server.call('delete', '/api/v1/applications/gone?cascade=false').expect(200);
    await server.app.get(RetentionService, { strict: false }).sweep(Date.now());
    expect(await count('history_entries')).toBe(entries);
    await server.app.get(RetentionService, { strict: false }).sweep(Date.now() + YEARS_MS);
    expect(await count('history_entries')).toBe(entries - 1);
  });
});
