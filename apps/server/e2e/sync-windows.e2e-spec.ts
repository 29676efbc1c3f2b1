import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Delivery } from './support/delivery.js';
import type { GitHost } from './support/git-host.js';
import type { TestServer } from './support/start-server.js';

let server: TestServer;
let host: GitHost;
let delivery: Delivery;

beforeAll(async () => {
  delivery = await Delivery.start();
  ({ host, server } = delivery);
  host.create('web', {
    'app/config.json': JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'web' } }),
  });
});

afterAll(() => delivery?.stop());

/** Open at every moment. */
const always = { schedule: '0 * * * *', duration: '2h', applications: ['*'] };

const asProject = (name: string, syncWindows: readonly object[]): object => ({
  project: {
    metadata: { name },
    spec: {
      sourceRepos: ['*'],
      destinations: [{ server: '*', namespace: '*' }],
      clusterResourceWhitelist: [{ group: '*', kind: '*' }],
      syncWindows,
    },
  },
});

async function setup(name: string, windows: readonly object[]): Promise<void> {
  await server.call('post', '/api/v1/projects').send(asProject(name, windows)).expect(200);
  const manifest = delivery.manifest(name, { repository: 'web', automated: {} }) as { spec: object };
  await server
    .call('post', '/api/v1/applications')
    .send({ ...manifest, spec: { ...manifest.spec, project: name } })
    .expect(200);
}

describe('a sync window', () => {
  it('holds automation and people until the project lets them', async () => {
    await setup('held', [{ ...always, kind: 'deny' }]);
    const { status } = await delivery.until('held', ({ status: now }) => (now?.conditions ?? []).length > 0);
    expect(status?.conditions).toEqual([
      expect.objectContaining({
        type: 'SyncWindowWarning',
        message: expect.stringMatching(/deny window .* open/),
      }),
    ]);
    expect(status?.operationState).toBeUndefined();
    const { body } = await server.call('post', '/api/v1/applications/held/sync').send({}).expect(403);
    expect(body).toMatchObject({ error: 'sync_window_denied' });
    const windows = await server.call('get', '/api/v1/applications/held/syncwindows').expect(200);
    expect(windows.body).toMatchObject({
      canSync: false,
      canAutoSync: false,
      activeWindows: [{ kind: 'deny' }],
    });

    await server.call('put', '/api/v1/projects/held').send(asProject('held', [])).expect(200);
    const synced = await delivery.until('held', ({ status: now }) => now?.sync?.status === 'Synced');
    expect(synced.status?.conditions ?? []).toEqual([]);
  });

  it('lets people sync when it says so', async () => {
    await setup('manual', [{ ...always, kind: 'deny', manualSync: true }]);
    await delivery.until('manual', ({ status }) => (status?.conditions ?? []).length > 0);
    await delivery.sync('manual');
    const { phase } = await delivery.untilOperation('manual');
    expect(phase).toBe('Succeeded');
  });

  it('holds an operation that was written past the API', async () => {
    await setup('direct', [{ ...always, kind: 'deny' }]);
    const live = delivery.object('argoproj.io', 'Application', 'argocd', 'direct');
    if (!live) throw new Error('no application');
    await delivery.client.replace({ ...live, operation: { sync: {} } });
    const held = await delivery.until(
      'direct',
      ({ status }) => status?.operationState?.message?.includes('blocked by') === true,
    );
    expect(held.status?.operationState?.phase).toBe('Running');
    await server.call('delete', '/api/v1/applications/direct/operation').expect(200);
    expect(await delivery.untilOperation('direct')).toMatchObject({ phase: 'Failed' });
  });

  it.each([
    { ...always, kind: 'perhaps' },
    { ...always, kind: 'deny', schedule: 'at noon' },
    { ...always, kind: 'deny', duration: 'long' },
    { ...always, kind: 'deny', timeZone: 'Mars/Olympus' },
  ])('that can not be used is refused: %j', async (window) => {
    const { body } = await server
      .call('post', '/api/v1/projects')
      .send(asProject('wrong', [window]))
      .expect(400);
    expect(JSON.stringify(body)).toContain('syncWindows');
  });
});
