import { chmodSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { RepositoryEvents, type RepositoryMoved } from '../src/repositories/repository-events.js';
import { RepositoryInterests } from '../src/repositories/repository-interests.js';
import type { RepositoryService } from '../src/repositories/repository.service.js';
import { GitFileTree } from '../src/repositories/git/objects/git-file-tree.js';
import { GitHost } from './support/git-host.js';
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
