import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RepositoryEvents } from '../src/repositories/repository-events.js';
import { RepositoryInterests } from '../src/repositories/repository-interests.js';
import { RepositoryService } from '../src/repositories/repository.service.js';
import type { GitHost } from './support/git-host.js';
import { startGitPlatform, type GitPlatform } from './support/git-platform.js';
import { metric } from './support/metric.js';
import type { TestServer } from './support/start-server.js';

let platform: GitPlatform;
let host: GitHost;
let server: TestServer;

beforeAll(async () => {
  platform = await startGitPlatform({ LOTSE_POLL_INTERVAL: '1s' });
  ({ host, server } = platform);
});

afterAll(() => platform?.stop());

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('polling', () => {
  it('asks once per interval for 500 followers of a repository, and only for refs while nothing moved', async () => {
    host.create('shared', { a: '1' });
    const url = host.url('shared');
    const service = server.app.get(RepositoryService);
    const interests = server.app.get(RepositoryInterests);
    for (let i = 0; i < 500; i++) interests.set(`app-${i}`, [{ url, revision: i % 2 ? 'main' : 'HEAD' }]);
    const { commit } = await service.resolve(url, 'main');
    await service.locate(url, commit);
    const first = host.seen.length;
    const began = Date.now();
    const unchanged = (): Promise<number> =>
      metric(server, 'lotse_repository_polls_total{outcome="unchanged"}');
    await expect.poll(unchanged).toBeGreaterThanOrEqual(3);
    for (let i = 0; i < 500; i++) interests.remove(`app-${i}`);
    const asked = host.seen.slice(first).filter(({ path }) => path.includes('/info/refs')).length;
    // Never sooner than the interval less its jitter, whatever the number of followers; one may have been on its way.
    expect(asked).toBeLessThanOrEqual((Date.now() - began) / 900 + 2);
    // The listing's one POST and nothing else: no fetch.
    expect(
      host.seen.slice(first).filter(({ path }) => path.endsWith('/git-upload-pack')).length,
    ).toBeLessThanOrEqual(asked);
    expect(await metric(server, 'argocd_git_request_total')).toBeGreaterThanOrEqual(asked);
  });

  it('ends when nobody follows any more', async () => {
    await expect.poll(() => metric(server, 'lotse_repository_polls_total')).toBeGreaterThan(0);
    const before = host.seen.length;
    await wait(2_500);
    // One may have been in the queue.
    expect(host.seen.length - before).toBeLessThanOrEqual(2);
  });

  it('asks a repository that fails less and less often, and says why', async () => {
    host.intercept = (asked, response) => {
      if (!asked.url?.startsWith('/failing/')) return false;
      response.writeHead(503).end();
      return true;
    };
    const url = host.url('failing');
    server.app.get(RepositoryInterests).set('app', [{ url, revision: 'main' }]);
    const began = Date.now();
    await expect(server.app.get(RepositoryService).resolve(url, 'main')).rejects.toThrowError(/503/);
    const asked = (): number => host.seen.filter(({ path }) => path.startsWith('/failing/')).length;
    await expect.poll(asked).toBeGreaterThanOrEqual(3);
    // Pauses of two seconds, then four, then eight, each less its jitter.
    const seconds = (Date.now() - began) / 1_000;
    expect(asked()).toBeLessThanOrEqual(2 + [1.8, 5.4, 12.6, 27].filter((at) => at <= seconds).length);
    const { body } = await server.call('get', `/api/v1/repositories/${encodeURIComponent(url)}`).expect(200);
    expect(body).toMatchObject({
      connectionState: { status: 'Failed', message: expect.stringContaining('503') },
    });
    server.app.get(RepositoryInterests).remove('app');
  });
});

describe('a repository that can not be reached', () => {
  it('is asked once, however many applications want it, and tells them when it is back', async () => {
    const commit = host.create('late', { a: '1' });
    let down = true;
    let asked = 0;
    host.intercept = (seen, response) => {
      if (!down || !seen.url?.startsWith('/late/')) return false;
      asked++;
      response.writeHead(503).end();
      return true;
    };
    const url = host.url('late');
    const service = server.app.get(RepositoryService);
    server.app.get(RepositoryInterests).set('late', [{ url, revision: 'main' }]);
    const failures = await Promise.allSettled(
      Array.from({ length: 100 }, () => service.resolve(url, 'main')),
    );
    expect(failures.every(({ status }) => status === 'rejected')).toBe(true);
    expect(asked).toBe(1);
    const back = new Promise<string>((resolve) =>
      server.app.get(RepositoryEvents).on('moved', (event) => event.url === url && resolve(event.url)),
    );
    down = false;
    await back;
    expect((await service.resolve(url, 'main')).commit).toBe(commit);
    server.app.get(RepositoryInterests).remove('late');
  });
});
