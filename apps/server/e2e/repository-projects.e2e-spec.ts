import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RepositoryInterests } from '../src/repositories/repository-interests.js';
import { RepositoryService } from '../src/repositories/repository.service.js';
import { GitHost } from './support/git-host.js';
import { type TestServer, startPlatform } from './support/start-server.js';

const DENIED = { code: 'repository_denied' };
let server: TestServer;
let host: GitHost;
let repositories: RepositoryService;
/** Passwords that open each repository. */
const doors = new Map<string, readonly string[]>();

beforeAll(async () => {
  server = await startPlatform();
  repositories = server.app.get(RepositoryService);
});

afterAll(() => server.stop());

beforeEach(async () => {
  host = await new GitHost().start();
  host.intercept = ({ headers, url = '' }, response) => {
    const shown = Buffer.from(headers.authorization?.slice('Basic '.length) ?? '', 'base64').toString();
    const name = url.split('/')[1] ?? '';
    if (doors.get(name)?.includes(shown.slice(shown.indexOf(':') + 1))) return false;
    response.writeHead(401).end();
    return true;
  };
});

afterEach(() => host.stop());

async function register(name: string, project: string, password: string): Promise<void> {
  await server
    .call('post', '/api/v1/repositories')
    .send({ repo: host.url(name), project, username: 'bot', password })
    .expect(200);
}

describe('credentials of a project', () => {
  it("open a repository to that project's applications, and to nobody else", async () => {
    const commit = host.create('theirs', { 'a.yaml': 'a: 1' });
    doors.set('theirs', ['alpha-secret']);
    await register('theirs', 'alpha', 'alpha-secret');
    const url = host.url('theirs');
    const alpha = { url, project: 'alpha' };
    expect(await repositories.resolve(alpha, 'main')).toMatchObject({ commit });
    await repositories.locate(alpha, commit);
    for (const other of [{ url, project: 'beta' }, url]) {
      await expect(repositories.resolve(other, 'main')).rejects.toMatchObject(DENIED);
      // what alpha has fetched is not to be had by who knows its id either
      await expect(repositories.locate(other, commit)).rejects.toMatchObject(DENIED);
      await expect(repositories.tree(other, commit)).rejects.toMatchObject(DENIED);
      await expect(repositories.metadata(other, commit)).rejects.toMatchObject(DENIED);
    }
  });

  it('of one address may differ, and each project sees its own mirror', async () => {
    const commit = host.create('both', { 'a.yaml': 'a: 1' });
    doors.set('both', ['alpha-secret', 'beta-secret']);
    for (const [url, project] of [
      [host.url('both'), 'alpha'],
      [host.url(''), 'beta'],
    ] as const)
      await server
        .call('post', '/api/v1/repocreds')
        .send({ url, project, username: 'bot', password: `${project}-secret` })
        .expect(200);
    const url = host.url('both');
    const folders = new Set<string>();
    for (const project of ['alpha', 'beta']) {
      host.seen.length = 0;
      folders.add((await repositories.locate({ url, project }, commit)).gitDir);
      const shown = host.seen.map(({ authorization = '' }) =>
        Buffer.from(authorization.slice('Basic '.length), 'base64').toString(),
      );
      expect(new Set(shown)).toEqual(new Set([`bot:${project}-secret`]));
    }
    expect(folders.size).toBe(2);
    await expect(repositories.locate(url, commit)).rejects.toMatchObject(DENIED);
  });

  it("close the door to others when they were everybody's before", async () => {
    const commit = host.create('moved', { 'a.yaml': 'a: 1' });
    doors.set('moved', ['secret']);
    await register('moved', '', 'secret');
    const url = host.url('moved');
    const beta = { url, project: 'beta' };
    await repositories.locate(beta, commit);
    await server
      .call('put', `/api/v1/repositories/${encodeURIComponent(url)}`)
      .send({ repo: url, project: 'alpha', username: 'bot' })
      .expect(200);
    await expect(repositories.locate(beta, commit)).rejects.toMatchObject(DENIED);
    await repositories.locate({ url, project: 'alpha' }, commit);
  });

  it('make a poll ask once for them and once for everybody else', async () => {
    host.create('shared', { 'a.yaml': 'a: 1' });
    doors.set('shared', ['secret', '']);
    await register('shared', 'alpha', 'secret');
    const url = host.url('shared');
    const interests = server.app.get(RepositoryInterests);
    for (const [owner, project] of [
      ['one', 'alpha'],
      ['two', 'alpha'],
      ['three', 'beta'],
      ['four', 'gamma'],
    ] as const)
      interests.set(owner, [{ url, revision: 'main', project }]);
    const before = host.counts.refs;
    await repositories.poll(url);
    expect(host.counts.refs - before).toBe(2);
    for (const owner of ['one', 'two', 'three', 'four']) interests.remove(owner);
  });
});
