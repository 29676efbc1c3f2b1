import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClusterHost } from '../src/cluster/cluster-host.js';
import { type TestServer, startServer } from './support/start-server.js';

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
});

afterAll(async () => {
  await server.stop();
});

const project = (name: string, spec: object = {}): object => ({ project: { metadata: { name }, spec } });

describe('projects', () => {
  it('start with the default one, which stays', async () => {
    const { body } = await server.call('get', '/api/v1/projects').expect(200);
    expect(body).toMatchObject({ items: [{ kind: 'AppProject', metadata: { name: 'default' } }] });
    await server.call('delete', '/api/v1/projects/default').expect(400);
  });

  it('are made, read, changed and removed', async () => {
    await server
      .call('post', '/api/v1/projects')
      .send(
        project('team', {
          description: 'ours',
          sourceRepos: ['https://example.org/*'],
          unknownField: { kept: true },
        }),
      )
      .expect(200);
    await server.call('post', '/api/v1/projects').send(project('team')).expect(409);
    const read = await server.call('get', '/api/v1/projects/team').expect(200);
    expect(read.body).toMatchObject({
      apiVersion: 'argoproj.io/v1alpha1',
      spec: { description: 'ours', sourceRepos: ['https://example.org/*'] },
    });
    const changed = await server
      .call('put', '/api/v1/projects/team')
      .send(project('team', { description: 'theirs' }))
      .expect(200);
    expect(changed.body).toMatchObject({ spec: { description: 'theirs' } });
    await server
      .call('put', '/api/v1/projects/team')
      .send({ project: { metadata: { name: 'team', resourceVersion: '1' }, spec: {} } })
      .expect(409);
    await server.call('put', '/api/v1/projects/team').send(project('other')).expect(400);
    await server.call('delete', '/api/v1/projects/team').expect(200);
    await server.call('get', '/api/v1/projects/team').expect(404);
  });

  it('stay while applications are in them', async () => {
    await server
      .call('post', '/api/v1/projects')
      .send(project('busy', { sourceRepos: ['*'], destinations: [{ server: '*', namespace: '*' }] }))
      .expect(200);
    await server
      .call('post', '/api/v1/applications?validate=false')
      .send({
        metadata: { name: 'inside' },
        spec: {
          project: 'busy',
          source: { repoURL: '/nowhere', path: '.' },
          destination: { server: 'https://kubernetes.default.svc', namespace: 'x' },
        },
      })
      .expect(({ status }) => expect(status).toBeLessThan(300));
    const { body } = await server.call('delete', '/api/v1/projects/busy').expect(409);
    expect(body).toMatchObject({ error: 'project_conflict', message: expect.stringContaining('inside') });
  });

  it.each([
    {},
    { project: null },
    { project: { metadata: {} } },
    project('Upper'),
    project('a/b'),
    project('../x'),
    project('ok', { sourceRepos: 'x' }),
    project('ok', { roles: [{ name: 'a b' }] }),
  ])('refuse %j', async (body) => {
    await server.call('post', '/api/v1/projects').send(body).expect(400);
  });

  it('give their roles rights inside, and none outside, whatever their policies say', async () => {
    await server
      .call('post', '/api/v1/account')
      .send({ name: 'dora', password: 'dora-password' })
      .expect(200);
    const policies = [
      'p, proj:inner:dev, applications, get, inner/*, allow',
      'p, proj:inner:dev, applications, get, */*, allow',
      'p, proj:inner:dev, accounts, update, *, allow',
      'p, role:readonly, *, *, *, allow',
      'g, dora, role:admin',
      'p, proj:inner:dev, applications, get, inner/x, allow\ng, dora, role:admin',
    ];
    await server
      .call('post', '/api/v1/projects')
      .send(
        project('inner', {
          sourceRepos: ['*'],
          destinations: [{ server: '*', namespace: '*' }],
          roles: [{ name: 'dev', policies, groups: ['dora', 'x, role:admin\ng, dora, role:admin'] }],
        }),
      )
      .expect(200);
    const { body } = await request(server.url)
      .post('/api/v1/session')
      .send({ username: 'dora', password: 'dora-password' })
      .expect(200);
    const can = async (resource: string, action: string, object: string): Promise<unknown> =>
      (
        await request(server.url)
          .get(`/api/v1/account/can-i/${resource}/${action}/${object}`)
          .set('Authorization', `Bearer ${(body as { token: string }).token}`)
      ).body;
    await expect.poll(() => can('applications', 'get', 'inner/web')).toEqual({ value: 'yes' });
    expect(await can('applications', 'get', 'default/web')).toEqual({ value: 'no' });
    expect(await can('accounts', 'update', 'admin')).toEqual({ value: 'no' });
    expect(await can('settings', 'update', 'x')).toEqual({ value: 'no' });
  });
});

describe('a token of a role', () => {
  const as = (token: string, path: string): request.Test =>
    request(server.url).get(path).set('Authorization', `Bearer ${token}`);
  const roles = (...names: string[]): object => ({
    sourceRepos: ['*'],
    destinations: [{ server: '*', namespace: '*' }],
    roles: names.map((name) => ({ name, policies: [`p, proj:ci:${name}, applications, get, ci/*, allow`] })),
  });
  const create = async (role: string, body: object = {}): Promise<string> => {
    const answer = await server
      .call('post', `/api/v1/projects/ci/roles/${role}/token`)
      .send(body)
      .expect(200);
    return (answer.body as { token: string }).token;
  };

  it('has the rights of the role, until it, the role or the project is gone', async () => {
    await server
      .call('post', '/api/v1/projects')
      .send(project('ci', roles('build', 'read')))
      .expect(200);
    const token = await create('build', { id: 'pipeline', expiresIn: 3_600 });
    const { body } = await as(token, '/api/v1/session/userinfo').expect(200);
    expect(body).toMatchObject({ username: 'proj:ci:build' });
    await expect
      .poll(async () => (await as(token, '/api/v1/account/can-i/applications/get/ci/web')).body)
      .toEqual({ value: 'yes' });
    const other = await as(token, '/api/v1/account/can-i/applications/get/default/web');
    expect(other.body).toEqual({ value: 'no' });
    await as(token, '/api/v1/projects/default').expect(403);
    const path = '/api/v1/projects/ci/roles/build/token';
    await server.call('post', path).send({ id: 'pipeline' }).expect(409);
    const listed = await server.call('get', path).expect(200);
    expect(listed.body).toEqual({
      items: [{ id: 'pipeline', iat: expect.any(Number), exp: expect.any(Number) }],
    });

    await server.call('delete', `${path}/id/pipeline`).expect(200);
    await as(token, '/api/v1/session/userinfo').expect(401);
    await server.call('delete', `${path}/id/pipeline`).expect(404);

    const second = await create('build');
    const { items } = (await server.call('get', path)).body as { items: { iat: number }[] };
    await server.call('delete', `${path}/${items[0]?.iat ?? 0}`).expect(200);
    await as(second, '/api/v1/session/userinfo').expect(401);

    const third = await create('read');
    await server
      .call('put', '/api/v1/projects/ci')
      .send(project('ci', roles('build')))
      .expect(200);
    await server
      .call('put', '/api/v1/projects/ci')
      .send(project('ci', roles('build', 'read')))
      .expect(200);
    await as(third, '/api/v1/session/userinfo').expect(401);

    const fourth = await create('read');
    const { client } = server.app.get(ClusterHost);
    const ci = { group: 'argoproj.io', kind: 'AppProject', namespace: 'argocd', name: 'ci' };
    for (const names of [['build'], ['build', 'read']])
      await client.patch(ci, { spec: roles(...names) as Record<string, never> });
    await expect.poll(async () => (await as(fourth, '/api/v1/session/userinfo')).status).toBe(401);
    await server.call('get', '/api/v1/projects/ci/roles/read/token').expect(200, { items: [] });

    const last = await create('build');
    await server.call('delete', '/api/v1/projects/ci').expect(200);
    await expect.poll(async () => (await as(last, '/api/v1/session/userinfo')).status).toBe(401);
  });

  it.each([
    ['/api/v1/projects/default/roles/none/token', {}, 404],
    ['/api/v1/projects/none/roles/x/token', {}, 404],
    ['/api/v1/projects/hostile/roles/x/token', { id: 'a/b' }, 400],
    ['/api/v1/projects/hostile/roles/x/token', { expiresIn: -1 }, 400],
    ['/api/v1/projects/hostile/roles/x/token', { id: 7 }, 400],
  ])('is refused at %s with %j', async (path, body, status) => {
    await server
      .call('post', '/api/v1/projects')
      .send({ ...project('hostile', { roles: [{ name: 'x' }] }), upsert: true })
      .expect(200);
    await server.call('post', path).send(body).expect(status);
  });
});
