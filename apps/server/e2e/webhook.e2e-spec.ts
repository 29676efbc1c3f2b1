import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RepositoryInterests } from '../src/repositories/repository-interests.js';
import { RepositoryEvents } from '../src/repositories/repository-events.js';
import { RepositoryService } from '../src/repositories/repository.service.js';
import { GitHost } from './support/git-host.js';
import { type TestServer, startPlatform } from './support/start-server.js';

let server: TestServer;
let host: GitHost;
let secret: string;
let url: string;

beforeAll(async () => {
  host = await new GitHost().start();
  server = await startPlatform();
  secret = readFileSync(join(server.dataDir, 'webhook-secret'), 'utf8').trim();
  host.create('pushed', { a: '1' });
  host.create('other', { a: '1' });
  url = host.url('pushed');
  const interests = server.app.get(RepositoryInterests);
  interests.set('one', [{ url, revision: 'main' }]);
  interests.set('two', [{ url: host.url('other'), revision: 'main' }]);
  await server.app.get(RepositoryService).resolve(url, 'main');
});

afterAll(async () => {
  await server.stop();
  await host.stop();
});

const hmac = (body: string): string => createHmac('sha256', secret).update(body).digest('hex');
const send = (body: string, headers: Record<string, string>): request.Test =>
  request(server.url)
    .post('/api/webhook')
    .set({ 'Content-Type': 'application/json', ...headers })
    .send(body);
const signed = (body: unknown): request.Test => {
  const text = JSON.stringify(body);
  return send(text, { 'X-GitHub-Event': 'push', 'X-Hub-Signature-256': `sha256=${hmac(text)}` });
};

describe('a webhook', () => {
  it('makes the repository it names be asked at once, and no other', async () => {
    const moved = new Promise((resolve) => server.app.get(RepositoryEvents).once('moved', resolve));
    host.commit('pushed', { a: '2' });
    const before = host.seen.length;
    await signed({ repository: { clone_url: `${url}.git` } }).expect(202, { refreshed: 1 });
    expect(await moved).toMatchObject({ refs: ['HEAD', 'refs/heads/main'] });
    expect(host.seen.slice(before).every(({ path }) => path.startsWith('/pushed/'))).toBe(true);
  });

  it.each([
    [
      'GitLab',
      (text: string) => ({ 'X-Gitlab-Event': 'Push Hook', 'X-Gitlab-Token': text === '' ? '' : secret }),
      { project: { git_http_url: '$url' } },
    ],
    [
      'Gitea',
      (text: string) => ({
        'X-Gitea-Event': 'push',
        'X-GitHub-Event': 'push',
        'X-Gitea-Signature': hmac(text),
      }),
      { repository: { clone_url: '$url' } },
    ],
    ['anything else', (text: string) => ({ 'X-Hub-Signature-256': `sha256=${hmac(text)}` }), { url: '$url' }],
  ])('is understood from %s', async (_sender, headers, body) => {
    const text = JSON.stringify(body).replace('$url', url);
    await send(text, headers(text)).expect(202, { refreshed: 1 });
  });

  it.each([
    ['no signature', {}],
    ['a forged signature', { 'X-GitHub-Event': 'push', 'X-Hub-Signature-256': `sha256=${'0'.repeat(64)}` }],
    ['an old signature', { 'X-GitHub-Event': 'push', 'X-Hub-Signature': 'sha1=0000' }],
    ['a wrong GitLab token', { 'X-Gitlab-Event': 'Push Hook', 'X-Gitlab-Token': 'guess' }],
    ['an empty GitLab token', { 'X-Gitlab-Event': 'Push Hook', 'X-Gitlab-Token': '' }],
    ['a wrong Gitea signature', { 'X-Gitea-Event': 'push', 'X-Gitea-Signature': 'x' }],
  ])('is refused with %s', async (_what, headers) => {
    await send(JSON.stringify({ repository: { clone_url: url } }), headers).expect(401);
  });

  it('does nothing the second time it comes', async () => {
    const text = JSON.stringify({ repository: { clone_url: url } });
    const deliver = (): request.Test =>
      send(text, {
        'X-GitHub-Event': 'push',
        'X-GitHub-Delivery': 'd-1',
        'X-Hub-Signature-256': `sha256=${hmac(text)}`,
      });
    await deliver().expect(202, { refreshed: 1 });
    await deliver().expect(202, { refreshed: 0 });
  });

  it.each([
    {},
    null,
    [],
    'text',
    1,
    { repository: null },
    { repository: [] },
    { repository: { clone_url: null } },
    { repository: { clone_url: { a: 1 } } },
    { project: 7, url: [] },
    { repository: { clone_url: 'ext::sh -c x' } },
    { repository: { clone_url: 'https://elsewhere.example/x' } },
  ])('survives the signed body %j', async (body) => {
    const { status } = await signed(body);
    expect([202, 400]).toContain(status);
  });

  it('is not read when it is too large', async () => {
    const text = JSON.stringify({ filler: 'x'.repeat(2 * 1024 * 1024) });
    await send(text, { 'X-GitHub-Event': 'push', 'X-Hub-Signature-256': `sha256=${hmac(text)}` }).expect(413);
  });
});
