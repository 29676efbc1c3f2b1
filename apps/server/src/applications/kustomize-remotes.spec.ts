import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Application } from '@lotse/gitops';
import type { ClusterHost } from '../cluster/cluster-host.js';
import type { Config } from '../config/config.js';
import type { RepositoryInterests } from '../repositories/repository-interests.js';
import type { RepositoryService } from '../repositories/repository.service.js';
import { KustomizeRemotes } from './kustomize-remotes.js';

const MIB = 1024 * 1024;
const asked: string[] = [];
let server: Server;
let origin = '';

beforeAll(async () => {
  // a path says how many MiB are there
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.end(Buffer.alloc(Number(/^\/(\d+)-/.exec(request.url ?? '')?.[1] ?? 0) * MIB, 0x23));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => server.close());

beforeEach(() => void asked.splice(0));

function remotes(sourceRepos = ['*'], repositories = {} as RepositoryService): KustomizeRemotes {
  const project = { metadata: { name: 'default' }, spec: { sourceRepos } };
  return new KustomizeRemotes(
    { client: { getNow: () => project } } as unknown as ClusterHost,
    repositories,
    { set: () => undefined } as unknown as RepositoryInterests,
    { allowLocalRepositories: true, pollIntervalMs: 3_600_000 } as Config,
  );
}
const git = {
  resolve: () => Promise.resolve({ commit: 'c' }),
  locate: () => Promise.resolve({ gitDir: '/nowhere', commit: 'c' }),
} as unknown as RepositoryService;
const application = { metadata: { name: 'web' }, spec: { project: 'default' } } as Application;

describe('remote bases of kustomizations', () => {
  it('are found by any way to write their address, and by no address of charts', async () => {
    const all = remotes(['*'], git);
    await all.of(application, false).fetchRemotes(['https://git.example.org/team/base?ref=main']);
    expect(all.usersOf('https://git.example.org/team/base.git')).toEqual(['web']);
    for (const charts of ['registry.example.org:5000/team/base', 'oci://git.example.org/team/base', '-x', ''])
      expect(all.usersOf(charts)).toEqual([]);
  });
});

describe('remote files of kustomizations', () => {
  it('are fetched once within a poll interval, and again when somebody asks for that', async () => {
    const all = remotes();
    const address = `${origin}/1-a.yaml`;
    for (const refresh of [false, false, true]) await all.of(application, refresh).fetchRemotes([address]);
    expect(asked).toEqual(['/1-a.yaml', '/1-a.yaml']);
  });

  it('are not kept beyond some size altogether: the oldest go', async () => {
    const all = remotes();
    const fetch = async (name: string): Promise<unknown> =>
      all.of(application, false).fetchRemotes([`${origin}/${name}`]);
    const names = Array.from({ length: 8 }, (_, index) => `9-${index}.yaml`);
    for (const name of names) await fetch(name);
    asked.splice(0);
    await fetch('9-7.yaml');
    expect(asked).toEqual([]);
    await fetch('9-0.yaml');
    expect(asked).toEqual(['/9-0.yaml']);
  });

  it('are refused when one kustomization has too much of them', async () => {
    const addresses = Array.from({ length: 8 }, (_, index) => `${origin}/9-${index}.yaml`);
    const access = remotes().of(application, false);
    await access.fetchRemotes(addresses.slice(0, 4));
    await expect(access.fetchRemotes(addresses.slice(4))).rejects.toMatchObject({
      code: 'render_remotes_refused',
    });
  });

  it('come only from where the project allows, wherever the address seems to begin', async () => {
    const access = remotes([`${origin}/ours/*`]).of(application, false);
    await expect(access.fetchRemotes([`${origin}/ours/../1-theirs.yaml`])).rejects.toMatchObject({
      code: 'project_denied',
    });
    expect(asked).toEqual([]);
  });
});
