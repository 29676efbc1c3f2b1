import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DataSource } from 'typeorm';
import { RepositoryEvents, type RepositoryMoved } from '../src/repositories/repository-events.js';
import { RepositoryInterests } from '../src/repositories/repository-interests.js';
import { RepositoryService } from '../src/repositories/repository.service.js';
import { GitFileTree } from '../src/repositories/git/objects/git-file-tree.js';
import { GitHost } from './support/git-host.js';
import { type TestServer, startPlatform } from './support/start-server.js';

let host: GitHost;
let server: TestServer;
let service: RepositoryService;

beforeAll(async () => {
  host = await new GitHost().start();
  server = await startPlatform();
  service = server.app.get(RepositoryService);
});

afterAll(async () => {
  await server.stop();
  await host.stop();
});

afterEach(() => {
  host.intercept = undefined;
});

const textAt = async (url: string, commit: string, path: string): Promise<string> =>
  Buffer.from((await service.tree(url, commit)).read(path) ?? '').toString();

describe('revisions of a repository over smart HTTP', () => {
  it('finds branches, tags, annotated tags, ranges, commits and HEAD, and reads their files', async () => {
    const first = host.create('kinds', { 'app/a.yaml': 'a: 1\n' });
    host.git('kinds', 'tag', 'v1.0.0');
    const second = host.commit('kinds', { 'app/a.yaml': 'a: 2\n' });
    host.git('kinds', 'tag', '-a', 'v1.2.0', '-m', 'Release');
    const third = host.commit('kinds', { 'app/a.yaml': 'a: 3\n' });
    host.git('kinds', 'tag', 'v2.0.0-rc.1');
    const url = host.url('kinds');
    expect((await service.resolve(url, 'HEAD')).commit).toBe(third);
    expect((await service.resolve(url, 'main')).commit).toBe(third);
    expect((await service.resolve(url, 'refs/heads/main')).commit).toBe(third);
    expect((await service.resolve(url, 'v1.0.0')).commit).toBe(first);
    expect((await service.resolve(url, 'v1.2.0')).commit).toBe(second);
    expect((await service.resolve(url, '^1.0.0')).commit).toBe(second);
    expect((await service.resolve(url, '>=1.0.0, <1.1.0')).commit).toBe(first);
    expect((await service.resolve(url, '*')).commit).toBe(second);
    expect((await service.resolve(url, first)).commit).toBe(first);
    expect((await service.resolve(url, second.slice(0, 10))).commit).toBe(second);
    expect(await textAt(url, third, 'app/a.yaml')).toBe('a: 3\n');
    expect(await textAt(url, first, 'app/a.yaml')).toBe('a: 1\n');
    expect(await service.metadata(url, second)).toMatchObject({
      author: 'Ada',
      authorEmail: 'ada@example.org',
      message: 'Change\n',
    });
  });

  it('names near revisions when one is missing', async () => {
    host.create('near', { a: '1' });
    await expect(service.resolve(host.url('near'), 'mai')).rejects.toMatchObject({
      code: 'revision_not_found',
      message: expect.stringContaining('there is main'),
    });
  });

  it.each(['--upload-pack=touch /tmp/x', 'a\nb', '-x'])('refuses the revision %j', async (revision) => {
    await expect(service.resolve(host.url('kinds'), revision)).rejects.toMatchObject({
      code: 'revision_invalid',
    });
  });

  it('fetches what a branch leads to by now when that moved after it was listed', async () => {
    host.create('hurried', { a: '1' });
    const url = host.url('hurried');
    await service.resolve(url, 'main');
    host.git('hurried', 'commit', '--quiet', '--amend', '--allow-empty', '-m', 'Another');
    const { commit: listed } = await service.resolve(url, 'main');
    await service.locate(url, listed).catch(() => undefined);
    const { commit } = await service.resolve(url, 'main', { refresh: true });
    expect(commit).toBe(host.git('hurried', 'rev-parse', 'HEAD'));
    await service.locate(url, commit);
    expect(await textAt(url, commit, 'a')).toBe('1');
  });

  it('asks once for many applications, and fetches only what moved', async () => {
    const commit = host.create('many', { 'one/a.yaml': '1', 'two/b.yaml': '1' });
    const url = host.url('many');
    const before = host.counts;
    await Promise.all(
      Array.from({ length: 200 }, () =>
        service.resolve(url, 'main').then(({ commit: found }) => service.locate(url, found)),
      ),
    );
    // one listing (a question for what the server can, one for its refs) and one fetch
    const cost = (since: typeof before): object => ({
      refs: host.counts.refs - since.refs,
      uploads: host.counts.uploads - since.uploads,
    });
    expect(cost(before)).toEqual({ refs: 1, uploads: 2 });
    const next = host.commit('many', { 'two/b.yaml': '2' });
    const beforeMove = host.counts;
    await service.resolve(url, 'main', { refresh: true });
    await service.locate(url, next);
    expect(cost(beforeMove)).toEqual({ refs: 1, uploads: 2 });
    const oids = await service.pathOids(url, commit, ['one/', 'two/']);
    const moved = await service.pathOids(url, (await service.resolve(url, 'main')).commit, [
      'one/',
      'two/',
      'three',
    ]);
    expect((await service.resolve(url, 'main')).commit).toBe(next);
    expect(moved.get('one/')).toBe(oids.get('one/'));
    expect(moved.get('two/')).not.toBe(oids.get('two/'));
    expect(moved.get('three')).toBeUndefined();
  });

  it('fetches only the difference the second time', async () => {
    const noise = Array.from({ length: 40_000 }, (_, i) => (i * 2_654_435_761).toString(36)).join('\n');
    host.create('grow', { big: noise });
    const url = host.url('grow');
    await service.locate(url, (await service.resolve(url, 'main')).commit);
    const next = host.commit('grow', { small: 'x' });
    await service.poll(url);
    const location = await service.locate(url, (await service.resolve(url, 'main')).commit);
    expect(location.commit).toBe(next);
    const packs = readdirSync(join(location.gitDir, 'objects/pack')).filter((name) => name.endsWith('.pack'));
    const sizes = packs
      .map((name) => readFileSync(join(location.gitDir, 'objects/pack', name)).length)
      .sort((a, b) => a - b);
    expect(packs).toHaveLength(2);
    expect(sizes[0]).toBeLessThan(2_000);
    expect(sizes[1]).toBeGreaterThan(50_000);
  });

  it('tells what moved, and only that', async () => {
    host.create('moves', { a: '1' });
    host.git('moves', 'branch', 'other');
    const url = host.url('moves');
    const interests = server.app.get(RepositoryInterests);
    interests.set('test', [{ url, revision: 'main' }]);
    const news: RepositoryMoved[] = [];
    server.app.get(RepositoryEvents).on('moved', (event) => event.url === url && news.push(event));
    await service.resolve(url, 'main');
    await service.poll(url);
    expect(news).toEqual([]);
    host.commit('moves', { a: '2' });
    expect(await service.poll(url)).toEqual(['HEAD', 'refs/heads/main']);
    expect(news).toMatchObject([{ url, refs: ['HEAD', 'refs/heads/main'] }]);
    interests.remove('test');
  });

  it('reads in another thread what it located here', async () => {
    const commit = host.create('located', { 'deep/er/a.yaml': 'x' });
    const location = await service.locate(host.url('located'), commit);
    const tree = GitFileTree.open(structuredClone(location));
    expect(tree.list('')).toEqual([{ name: 'deep', type: 'folder' }]);
    expect(tree.stat('deep/er')).toBe('folder');
    expect(Buffer.from(tree.read('deep/er/a.yaml') ?? '').toString()).toBe('x');
    expect(tree.read('../../etc/passwd')).toBeUndefined();
    tree.close();
  });
});

describe('a broken world', () => {
  it('makes a damaged mirror anew', async () => {
    const commit = host.create('damaged', { a: 'one', b: 'two' });
    const url = host.url('damaged');
    const { gitDir } = await service.locate(url, commit);
    const [pack = ''] = readdirSync(join(gitDir, 'objects/pack')).filter((name) => name.endsWith('.pack'));
    const path = join(gitDir, 'objects/pack', pack);
    const bytes = readFileSync(path);
    for (let i = 20; i < bytes.length - 20; i++) bytes[i] = (bytes[i] ?? 0) ^ 0xff;
    chmodSync(path, 0o600);
    writeFileSync(path, bytes);
    // what was opened before is read from memory
    service.onApplicationShutdown();
    const again = await service.locate(url, commit);
    expect(again.gitDir).not.toBe(gitDir);
    expect(await textAt(url, commit, 'a')).toBe('one');
  });

  it('makes a mirror anew when a reader says that it is damaged', async () => {
    const commit = host.create('reported', { a: 'one' });
    const url = host.url('reported');
    const { gitDir } = await service.locate(url, commit);
    await service.repair(url);
    const again = await service.locate(url, commit);
    expect(again.gitDir).not.toBe(gitDir);
    expect(await textAt(url, commit, 'a')).toBe('one');
    // What was being read meanwhile can still be read.
    expect(GitFileTree.open({ gitDir, commit }).stat('a')).toBe('file');
  });

  it.each([
    [500, 'repository_unreachable'],
    [429, 'repository_unreachable'],
    [404, 'repository_not_found'],
    [401, 'repository_denied'],
  ])('turns HTTP %i into %s and shows it in the status', async (status, code) => {
    host.create(`status${status}`, { a: '1' });
    host.intercept = (_request, response) => {
      response.writeHead(status).end();
      return true;
    };
    const url = host.url(`status${status}`);
    await expect(service.resolve(url, 'main')).rejects.toMatchObject({ code });
    server.app.get(RepositoryInterests).set('broken', [{ url, revision: 'main' }]);
    const { body } = await server.call('get', `/api/v1/repositories/${encodeURIComponent(url)}`).expect(200);
    expect(body).toMatchObject({
      registered: false,
      connectionState: { status: 'Failed', message: expect.stringContaining(String(status)) },
    });
    server.app.get(RepositoryInterests).remove('broken');
  });

  it('gives up on an answer that is cut off, and on a page that is no repository', async () => {
    host.create('cut', { a: '1' });
    host.intercept = (_request, response) => {
      response
        .writeHead(200, {
          'Content-Type': 'application/x-git-upload-pack-advertisement',
          'Content-Length': '5000',
        })
        .write('001e# service=git-upload-pack\n');
      setTimeout(() => response.destroy(), 20);
      return true;
    };
    await expect(service.resolve(host.url('cut'), 'main')).rejects.toMatchObject({
      code: 'repository_unreachable',
    });
    host.intercept = (_request, response) => {
      response.writeHead(200, { 'Content-Type': 'text/html' }).end('<html>hello</html>');
      return true;
    };
    await expect(service.resolve(host.url('cut'), 'main')).rejects.toMatchObject({
      code: expect.stringMatching(/^repository_/),
    });
  });

  it('follows redirects, without the credentials to another host', async () => {
    host.create('moved', { a: '1' });
    const elsewhere = await new GitHost().start();
    const commit = elsewhere.create('target', { a: '1' });
    host.intercept = (request, response) => {
      response
        .writeHead(302, {
          Location: `${elsewhere.url('target')}${(request.url ?? '').slice('/moved'.length)}`,
        })
        .end();
      return true;
    };
    const url = host.url('moved');
    await server
      .call('post', '/api/v1/repositories')
      .send({ repo: url, username: 'me', password: 'canary-redirect' })
      .expect(200);
    expect((await service.resolve(url, 'main')).commit).toBe(commit);
    expect(elsewhere.seen.map(({ authorization }) => authorization)).not.toContain(expect.anything());
    expect(elsewhere.seen.every(({ authorization }) => authorization === undefined)).toBe(true);
    await elsewhere.stop();
  });
});

describe('repositories on this machine', () => {
  it('are read in place, packed or loose, without a fetch', async () => {
    const first = host.create('place', { 'a.yaml': 'a' });
    const path = host.path('place');
    expect((await service.resolve(path, 'main')).commit).toBe(first);
    expect(await textAt(path, first, 'a.yaml')).toBe('a');
    host.git('place', 'gc', '--quiet');
    const second = host.commit('place', { 'a.yaml': 'b' });
    host.git('place', 'tag', '-a', 'v1', '-m', 'x');
    expect((await service.resolve(path, 'main', { refresh: true })).commit).toMatch(/^[0-9a-f]{40}$/);
    await service.poll(path);
    expect((await service.resolve(path, 'main')).commit).toBe(second);
    expect((await service.resolve(`file://${path}`, 'v1')).commit).toBe(second);
    expect(await textAt(path, first, 'a.yaml')).toBe('a');
  });
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

describe('a server that faces the network', () => {
  let outside: TestServer;

  beforeAll(async () => {
    outside = await startPlatform({ LOTSE_ALLOW_LOCAL_REPOS: 'false' });
  });

  afterAll(async () => {
    await outside.stop();
  });

  it.each([
    'http://127.0.0.1:1/x',
    'http://localhost:1/x',
    'http://[::1]:1/x',
    'http://[::ffff:127.0.0.1]:1/x',
    'http://2130706433:1/x',
    'http://0x7f000001:1/x',
    'http://0177.0.0.1:1/x',
    'http://0:1/x',
    'http://127.1:1/x',
    'http://169.254.169.254/latest/meta-data',
    'http://10.0.0.1/x',
    'http://192.168.1.1/x',
    'http://[fd00::1]/x',
    'http://[fe80::1]/x',
    'http://[64:ff9b::7f00:1]/x',
    'ssh://127.0.0.1/x',
    'git@localhost:x',
    '/etc',
    'file:///etc',
  ])('does not go to %s', async (url) => {
    await expect(outside.app.get(RepositoryService).resolve(url, 'main')).rejects.toMatchObject({
      code: 'repository_url_denied',
    });
  });

  it('does not follow a redirect inside', async () => {
    const { GitHttp } = await import('../src/repositories/git/http/git-http.js');
    const http = new GitHttp({
      credentials: {},
      insecure: false,
      allowInside: false,
      maxBytes: 1_000,
      signal: AbortSignal.timeout(5_000),
    });
    await expect(http.request({ url: 'http://localhost:1/x', method: 'GET' })).rejects.toMatchObject({
      code: 'repository_url_denied',
    });
  });
});

describe('the git executable', () => {
  it('serves the same when it is chosen', async () => {
    const native = await startPlatform({ LOTSE_GIT_DRIVER: 'native' });
    const commit = host.create('native', { 'a.yaml': 'a' });
    host.git('native', 'tag', '-a', 'v1.1.0', '-m', 'x');
    const url = host.url('native');
    const git = native.app.get(RepositoryService);
    expect((await git.resolve(url, 'HEAD')).commit).toBe(commit);
    expect((await git.resolve(url, '~1.1')).commit).toBe(commit);
    expect(Buffer.from((await git.tree(url, commit)).read('a.yaml') ?? '').toString()).toBe('a');
    const next = host.commit('native', { 'a.yaml': 'b' });
    await git.poll(url);
    expect((await git.resolve(url, 'main')).commit).toBe(next);
    expect(Buffer.from((await git.tree(url, next)).read('a.yaml') ?? '').toString()).toBe('b');
    await native.call('post', '/api/v1/repositories').send({ repo: url }).expect(200);
    const { body } = await native.call('get', `/api/v1/repositories/${encodeURIComponent(url)}`);
    expect(body).toMatchObject({ driver: 'native', driverReason: 'chosen by LOTSE_GIT_DRIVER' });
    await native.stop();
  });
});

describe('a repository over ssh', () => {
  it('is fetched by the git executable, with the key in a file only while it is needed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lotse-ssh-'));
    // Stands in for ssh: writes down how it was called, then runs what it was to run on the other side, here.
    writeFileSync(
      join(folder, 'ssh'),
      `#!/bin/sh
printf '%s\\n' "$@" > ${folder}/arguments
while [ $# -gt 0 ]; do case "$1" in -i) cat "$2" > ${folder}/key; stat -c %a "$2" > ${folder}/mode; shift 2;; -F|-o|-p) shift 2;; *) break;; esac; done
shift; exec sh -c "$*"
`,
      { mode: 0o755 },
    );
    const path = process.env['PATH'];
    process.env['PATH'] = `${folder}:${path ?? ''}`;
    try {
      const commit = host.create('over-ssh', { a: 'ssh' });
      const url = `ssh://git@127.0.0.1${host.path('over-ssh')}/.git`;
      await server
        .call('post', '/api/v1/repositories')
        .send({ repo: url, sshPrivateKey: 'canary-key' })
        .expect(200);
      expect((await service.resolve(url, 'main')).commit).toBe(commit);
      expect(await textAt(url, commit, 'a')).toBe('ssh');
      const { body } = await server
        .call('get', `/api/v1/repositories/${encodeURIComponent(url)}`)
        .expect(200);
      expect(body).toMatchObject({
        driver: 'native',
        hasSshPrivateKey: true,
        connectionState: { status: 'Successful' },
      });
      const asked = readFileSync(join(folder, 'arguments'), 'utf8').split('\n');
      expect(asked).toEqual(
        expect.arrayContaining([
          'BatchMode=yes',
          'ProxyCommand=none',
          'HostName=127.0.0.1',
          'StrictHostKeyChecking=accept-new',
          'git@127.0.0.1',
        ]),
      );
      expect(asked.join()).not.toContain('canary');
      expect(readFileSync(join(folder, 'key'), 'utf8')).toBe('canary-key\n');
      expect(readFileSync(join(folder, 'mode'), 'utf8').trim()).toBe('600');
      expect(readdirSync(join(server.dataDir, 'ssh')).filter((name) => name.startsWith('key-'))).toEqual([]);
    } finally {
      process.env['PATH'] = path;
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('a server that answers badly', () => {
  it('is not believed when its pack was cut off', async () => {
    host.create(
      'half',
      Object.fromEntries(
        Array.from({ length: 50 }, (_, i) => [`f${i}`, `content ${i} ${'x'.repeat(i * 50)}`]),
      ),
    );
    const url = host.url('half');
    const { commit } = await service.resolve(url, 'main');
    host.intercept = (request, response) => {
      if (!(request.url ?? '').endsWith('/git-upload-pack')) return false;
      // What it says is well formed, and the pack ends in the middle.
      response
        .writeHead(200, { 'Content-Type': 'application/x-git-upload-pack-result' })
        .end('0034shallow 0000000000000000000000000000000000000000\n00000008NAK\n');
      return true;
    };
    await expect(service.locate(url, commit)).rejects.toMatchObject({
      code: expect.stringMatching(/^(repository|git)_/),
    });
    host.intercept = undefined;
    await service.test(url);
    expect(await textAt(url, commit, 'f3')).toContain('content 3');
  });
});
