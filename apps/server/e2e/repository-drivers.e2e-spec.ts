import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RepositoryService } from '../src/repositories/repository.service.js';
import type { GitHost } from './support/git-host.js';
import { startGitPlatform, type GitPlatform } from './support/git-platform.js';
import { type TestServer, startPlatform } from './support/start-server.js';

let platform: GitPlatform;
let host: GitHost;
let server: TestServer;

beforeAll(async () => {
  platform = await startGitPlatform();
  ({ host, server } = platform);
});

afterAll(() => platform?.stop());

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
      const service = server.app.get(RepositoryService);
      expect((await service.resolve(url, 'main')).commit).toBe(commit);
      expect(Buffer.from((await service.tree(url, commit)).read('a') ?? '').toString()).toBe('ssh');
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
