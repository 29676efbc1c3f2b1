import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DataSource } from 'typeorm';
import type { RepositoryService } from '../src/repositories/repository.service.js';
import type { GitHost } from './support/git-host.js';
import { startGitPlatform, type GitPlatform } from './support/git-platform.js';
import type { TestServer } from './support/start-server.js';

let platform: GitPlatform;
let host: GitHost;
let server: TestServer;
let service: RepositoryService;

beforeAll(async () => {
  platform = await startGitPlatform();
  ({ host, server, service } = platform);
});

afterAll(() => platform?.stop());

afterEach(() => {
  host.intercept = undefined;
});

describe('the routes', () => {
  it('keep credentials encrypted, never show them, and use them', async () => {
    const commit = host.create('private', { a: '1' });
    const url = host.url('private');
    const expected = `Basic ${Buffer.from('robot:canary-password').toString('base64')}`;
    host.intercept = (request, response) => {
      if (request.headers.authorization === expected) return false;
      response.writeHead(401, { 'WWW-Authenticate': 'Basic' }).end();
      return true;
    };
    const denied = await server
      .call('post', '/api/v1/repositories')
      .send({ repo: url, username: 'robot', password: 'canary-wrong' })
      .expect(200);
    expect(denied.body).toMatchObject({ hasPassword: true, connectionState: { status: 'Failed' } });
    await server
      .call('post', '/api/v1/repositories')
      .send({ repo: url, username: 'robot', password: 'x' })
      .expect(409);
    const fixed = await server
      .call('put', `/api/v1/repositories/${encodeURIComponent(url)}`)
      .send({ repo: url, username: 'robot', password: 'canary-password' })
      .expect(200);
    expect(fixed.body).toMatchObject({ connectionState: { status: 'Successful' }, driver: 'isomorphic' });
    expect((await service.resolve(url, 'main')).commit).toBe(commit);
    // Changing something else keeps the password.
    await server
      .call('put', `/api/v1/repositories/${encodeURIComponent(url)}`)
      .send({ repo: url, username: 'robot', name: 'named' })
      .expect(200);
    const shown = await server.call('get', '/api/v1/repositories').expect(200);
    expect(shown.text).toContain('"name":"named"');
    expect(shown.text).not.toContain('canary');
    const rows: unknown = await server.app.get(DataSource).query('SELECT * FROM repositories');
    expect(JSON.stringify(rows)).not.toContain('canary');
    expect(Buffer.from(JSON.stringify(rows)).includes(Buffer.from('canary-password').toString('hex'))).toBe(
      false,
    );
    expect(JSON.stringify(server.logs)).not.toContain('canary');
    await server.call('delete', `/api/v1/repositories/${encodeURIComponent(url)}`).expect(200);
    await server.call('get', `/api/v1/repositories/${encodeURIComponent(url)}`).expect(404);
  });

  it('use the credentials of a template for what lies below its address', async () => {
    const commit = host.create('team', { a: '1' });
    const base = host.url('');
    const expected = `Basic ${Buffer.from('shared:canary-template').toString('base64')}`;
    host.intercept = (request, response) => {
      if (request.headers.authorization === expected) return false;
      response.writeHead(401).end();
      return true;
    };
    await server
      .call('post', '/api/v1/repocreds')
      .send({ url: base, username: 'shared', password: 'canary-template' })
      .expect(200);
    expect((await service.resolve(host.url('team'), 'main')).commit).toBe(commit);
    const list = await server.call('get', '/api/v1/repocreds').expect(200);
    expect(list.text).not.toContain('canary');
    await server.call('delete', `/api/v1/repocreds/${encodeURIComponent(base)}`).expect(200);
  });

  it('list branches and tags', async () => {
    host.create('picker', { a: '1' });
    host.git('picker', 'branch', 'dev');
    host.git('picker', 'tag', 'v1');
    const url = host.url('picker');
    await server.call('post', '/api/v1/repositories').send({ repo: url }).expect(200);
    const { body } = await server
      .call('get', `/api/v1/repositories/${encodeURIComponent(url)}/refs`)
      .expect(200);
    expect(body).toEqual({ branches: ['dev', 'main'], tags: ['v1'] });
  });

  it.each([
    'ext::sh -c touch% /tmp/pwned',
    'EXT::sh',
    '--upload-pack=touch /tmp/pwned',
    'ssh://-oProxyCommand=touch/x',
    'git@-oProxyCommand=x:repo',
    'ssh://host/-oProxyCommand',
    'javascript:alert(1)',
    'git://example.org/x',
    'ftp://example.org/x',
    'https://user:password@example.org/x',
    'https://exa mple.org/x',
    'https://example.org/x\n--upload-pack',
    '',
  ])('refuse the address %j', async (repo) => {
    const { body } = await server.call('post', '/api/v1/repositories').send({ repo }).expect(400);
    expect(body).toMatchObject({
      error: expect.stringMatching(/_invalid$/),
      message: expect.any(String),
      code: 3,
    });
    expect(JSON.stringify(body)).not.toContain('user:password');
  });

  it('refuse what is not JSON of the right shape, and leave prototypes alone', async () => {
    await server
      .call('post', '/api/v1/repositories')
      .set('Content-Type', 'application/json')
      .send('{"repo": ')
      .expect(400);
    await server
      .call('post', '/api/v1/repositories')
      .send({ repo: { $ne: null } })
      .expect(400);
    await server.call('post', '/api/v1/repositories').send([]).expect(400);
    await server
      .call('post', '/api/v1/repositories')
      .set('Content-Type', 'application/json')
      .send(
        '{"repo":"https://example.org/__proto__","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
      );
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it.each(['get', 'post'] as const)('want to know who asks (%s)', async (method) => {
    await server.call(method, '/api/v1/repositories').set('Authorization', 'Bearer lotse_wrong').expect(401);
  });
});
