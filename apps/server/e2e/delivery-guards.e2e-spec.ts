import { get, type ServerResponse } from 'node:http';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { JsonValue } from '@lotse/manifests';
import { ApplicationStore } from '../src/applications/application-store.js';
import { RepositoryService } from '../src/repositories/repository.service.js';
import { OperationRunner } from '../src/sync/operation-runner.js';
import { Delivery } from './support/delivery.js';
import type { GitHost } from './support/git-host.js';
import type { TestServer } from './support/start-server.js';

const config = (name: string, value = '1'): string =>
  JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { value } });
const slowHook = JSON.stringify({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'slow', annotations: { 'argocd.argoproj.io/hook': 'PreSync' } },
  spec: {
    template: {
      spec: {
        restartPolicy: 'Never',
        containers: [{ name: 'run', image: 'busybox:1.37', command: ['sh', '-c', 'sleep 3600'] }],
      },
    },
  },
});

let server: TestServer;
let host: GitHost;
let delivery: Delivery;

beforeAll(async () => {
  delivery = await Delivery.start();
  ({ host, server } = delivery);
});

afterAll(() => delivery?.stop());

/** Keeps back what Git answers about a repository, after it was read there, until it is let go. */
function holdAnswers(repository: string): { held: Promise<void>; release: () => void } {
  let noticed: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (noticed = resolve));
  const waiting: (() => void)[] = [];
  let open = false;
  host.intercept = (request, response) => {
    if (open || request.method !== 'POST' || request.url?.startsWith(`/${repository}/`) !== true)
      return false;
    const end = response.end.bind(response) as (chunk: unknown) => ServerResponse;
    response.end = ((chunk: unknown) => {
      waiting.push(() => end(chunk));
      noticed();
      return response;
    }) as typeof response.end;
    return false;
  };
  const release = (): void => {
    open = true;
    host.intercept = undefined;
    for (const go of waiting.splice(0)) go();
  };
  return { held, release };
}

async function project(name: string, spec: object): Promise<void> {
  await server
    .call('post', '/api/v1/projects')
    .send({ project: { metadata: { name }, spec } })
    .expect(200);
}

function inProject(name: string, projectName: string, options = {}): object {
  const manifest = delivery.manifest(name, options) as { spec: object };
  return { ...manifest, spec: { ...manifest.spec, project: projectName } };
}

describe('an address with a password in it', () => {
  it.each([
    ['spec.source', 'https://bot:canary-secret@git.invalid/x'],
    ['spec.source', 'ssh://bot:canary@secret@git.invalid/x'],
    ['spec.sources', 'https://:canary-secret@git.invalid/x'],
  ])('is refused in %s also when kubectl writes it, and not repeated', async (field, repoURL) => {
    const manifest = delivery.manifest('leaky') as { spec: Record<string, JsonValue> };
    const { source: _, ...spec } = manifest.spec;
    const source = { repoURL, path: '.', targetRevision: 'main' };
    const written = delivery.client.create({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: { name: 'leaky', namespace: 'argocd' },
      spec: {
        ...spec,
        ...(field === 'spec.source' ? { source } : { sources: [source] }),
      },
    });
    const error = await written.then(
      () => undefined,
      (reason: unknown) => reason as Error,
    );
    expect(error).toMatchObject({ code: 422 });
    expect(error?.message).toContain('contains a password');
    expect(JSON.stringify(error) + String(error?.message)).not.toContain('canary');
    expect(JSON.stringify(server.logs)).not.toContain('canary');
  });

  it('may hold a user name', async () => {
    await delivery.client.create({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: { name: 'named', namespace: 'argocd' },
      spec: {
        ...(delivery.manifest('named') as { spec: object }).spec,
        source: { repoURL: 'https://bot@git.invalid/x:y@z', path: '.' },
      },
    });
  });

  it('is masked where an application still holds one', async () => {
    await delivery.create('older', { repository: 'older' });
    const operation = { sync: { source: { repoURL: 'https://bot:canary-secret@git.invalid/x', path: '.' } } };
    const state = { phase: 'Succeeded' as const, startedAt: '2026-01-01T00:00:00Z', operation };
    await server.app
      .get(ApplicationStore, { strict: false })
      .update('older', () => ({ status: { operationState: state } }));
    for (const path of ['/api/v1/applications/older', '/api/v1/applications']) {
      const { text } = await server.call('get', path).expect(200);
      expect(text).toContain('https://bot:***@git.invalid/x');
      expect(text).not.toContain('canary');
    }
  });
});

it('tells by an event that an application where nobody looks is not watched', async () => {
  await delivery.client.create({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name: 'lost', namespace: 'default' },
    spec: { ...(delivery.manifest('lost') as { spec: object }).spec },
  });
  await vi.waitFor(async () => {
    const events = await delivery.client.list({ group: '', kind: 'Event' }, 'default');
    expect(events.filter(({ reason }) => reason === 'NotWatched')).toMatchObject([
      { type: 'Warning', involvedObject: { kind: 'Application', name: 'lost', namespace: 'default' } },
    ]);
  });
});

describe('a project', () => {
  it('keeps its applications from reading and delivering other repositories', async () => {
    host.create('foreign', { 'app/config.json': config('smuggled') });
    await project('narrow', {
      sourceRepos: ['https://allowed.example/*'],
      destinations: [{ server: '*', namespace: '*' }],
      clusterResourceWhitelist: [{ group: '*', kind: '*' }],
    });
    await server
      .call('post', '/api/v1/applications?validate=false')
      .send(inProject('foreign', 'narrow'))
      .expect(200);
    const { body, status } = await server.call('get', '/api/v1/applications/foreign/manifests');
    expect([status, JSON.stringify(body)]).toEqual([
      403,
      expect.stringContaining('not permitted in project'),
    ]);
    await server.call('get', '/api/v1/applications/foreign/revisions/main/metadata').expect(403);
    await delivery.sync('foreign');
    const state = await delivery.untilOperation('foreign');
    expect(state).toMatchObject({
      phase: 'Error',
      message: expect.stringContaining('not permitted in project') as string,
    });
    expect(delivery.object('', 'ConfigMap', 'foreign', 'smuggled')).toBeUndefined();
  });
});

describe('an application that is deleted without its objects', () => {
  it('stops what runs, and leaves nothing to one of the same name', async () => {
    host.create('gone', { 'app/slow.json': slowHook, 'app/after.json': config('after') });
    await delivery.create('gone');
    await delivery.sync('gone');
    await delivery.until(
      'gone',
      ({ status }) => status?.operationState?.message?.includes('completion of hook') === true,
    );
    await server.call('delete', '/api/v1/applications/gone?cascade=false').expect(200);
    host.create('next', { 'app/config.json': config('fresh') });
    await delivery.create('gone', { repository: 'next' });
    await delivery.sync('gone');
    const state = await delivery.untilOperation('gone');
    expect([state.phase, state.message]).toEqual([
      'Succeeded',
      expect.stringContaining('successfully synced'),
    ]);
    expect(delivery.object('', 'ConfigMap', 'gone', 'fresh')).toBeDefined();
    expect(delivery.object('', 'ConfigMap', 'gone', 'after')).toBeUndefined();
    await expect.poll(() => server.app.get(OperationRunner, { strict: false }).isRunning('gone')).toBe(false);
  });
});

describe('two requests at the same moment', () => {
  it('start one operation: a rollback never overwrites a sync that was accepted', async () => {
    host.create('twice', { 'app/config.json': config('one') });
    await delivery.create('twice');
    await delivery.sync('twice');
    await delivery.untilOperation('twice');
    const answers = await Promise.all([
      server.call('post', '/api/v1/applications/twice/rollback').send({ id: 1 }),
      server.call('post', '/api/v1/applications/twice/sync').send({}),
    ]);
    const statuses = answers.map(({ status }) => status);
    expect(statuses).toHaveLength(2);
    expect(new Set(statuses)).toEqual(new Set([200, 409]));
  });
});

describe('a refresh', () => {
  it('waits for its own application alone', async () => {
    host.create('quick', { 'app/config.json': config('quick') });
    host.create('stuck', { 'app/config.json': config('stuck') });
    await delivery.create('quick');
    await delivery.refresh('quick');
    const { held, release } = holdAnswers('stuck');
    try {
      await delivery.create('stuck');
      await held;
      const refreshed = await delivery.refresh('quick');
      expect(refreshed.status?.sync?.status).toBe('OutOfSync');
      expect(delivery.reconciler.comparison('stuck')).toBeUndefined();
    } finally {
      release();
    }
  });

  it('sees a commit that was made while an earlier question was on its way', async () => {
    host.create('moving', { 'app/config.json': config('moving') });
    const repositories = server.app.get(RepositoryService, { strict: false });
    const ask = async (): Promise<string> =>
      (await repositories.resolve(host.url('moving'), 'main', { refresh: true })).commit;
    const { held, release } = holdAnswers('moving');
    const early = ask();
    await held;
    const commit = host.commit('moving', { 'app/config.json': config('moving', '2') });
    const late = ask();
    release();
    expect(await early).not.toBe(commit);
    expect(await late).toBe(commit);
  });

  it('that is asked for by annotation during another look is done after it', async () => {
    host.create('asked', { 'app/config.json': config('asked') });
    await delivery.create('asked');
    await delivery.refresh('asked');
    const { held, release } = holdAnswers('asked');
    const first = delivery.refresh('asked');
    await held;
    const commit = host.commit('asked', { 'app/config.json': config('asked', '2') });
    const store = server.app.get(ApplicationStore, { strict: false });
    await store.update('asked', () => ({ annotations: { 'argocd.argoproj.io/refresh': 'hard' } }));
    release();
    await first;
    const seen = await delivery.until('asked', ({ status }) => status?.sync?.revision === commit);
    expect(seen.metadata.annotations?.['argocd.argoproj.io/refresh']).toBeUndefined();
  });
});

describe('a stream', () => {
  it('ends with the session it was asked for in', async () => {
    const { body } = await request(server.localUrl)
      .post('/api/v1/session')
      .send({ username: 'admin', password: server.adminPassword })
      .expect(200);
    const authorization = `Bearer ${(body as { token: string }).token}`;
    const ended = await new Promise<string>((resolve, reject) => {
      get(`${server.localUrl}/api/v1/stream/applications`, { headers: { authorization } }, (response) => {
        response.on('close', () => resolve('ended')).on('error', () => undefined);
        response.resume();
        request(server.localUrl)
          .delete('/api/v1/session')
          .set('Authorization', authorization)
          .expect(200)
          .catch(reject);
      }).on('error', reject);
    });
    expect(ended).toBe('ended');
  });
});

describe('a password in an address', () => {
  it('is refused, and never shown', async () => {
    const manifest = delivery.manifest('leaky', { source: { repoURL: 'https://ada:hunter2@git.invalid/x' } });
    const { body } = await server.call('post', '/api/v1/applications').send(manifest).expect(400);
    expect(body).toMatchObject({ message: expect.stringContaining('contains a password') as string });
    expect(JSON.stringify(body)).not.toContain('hunter2');
    const past = delivery.client.create({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      ...manifest,
      metadata: { name: 'leaky', namespace: 'argocd' },
    } as never);
    await expect(past).rejects.toMatchObject({ code: 422 });
    const { text } = await request(server.localUrl).get('/metrics').expect(200);
    expect(text).not.toContain('hunter2');
  });
});

describe('a history', () => {
  it('has no entry with an impossible number', async () => {
    host.create('counted', { 'app/config.json': config('counted') });
    await delivery.create('counted');
    await server
      .call('get', '/api/v1/applications/counted/history/99999999999999999999/manifests')
      .expect(404);
  });
});

describe('who may create but not sync', () => {
  it('creates no application that brings an operation with it', async () => {
    await server
      .call('post', '/api/v1/account')
      .send({ name: 'cleo', password: 'cleo-password' })
      .expect(200);
    await server
      .call('put', '/api/v1/settings/rbac')
      .send({
        csv: 'p, cleo, applications, create, */*, allow\np, cleo, applications, get, */*, allow',
        default: '',
      })
      .expect(200);
    const { body } = await request(server.localUrl)
      .post('/api/v1/session')
      .send({ username: 'cleo', password: 'cleo-password' })
      .expect(200);
    const create = (name: string, more: object): request.Test =>
      request(server.localUrl)
        .post('/api/v1/applications')
        .set('Authorization', `Bearer ${(body as { token: string }).token}`)
        .send({ ...delivery.manifest(name, { repository: 'counted' }), ...more });
    await create('eager', { operation: { sync: {} } }).expect(403);
    await create('patient', {}).expect(200);
  });
});
