import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
      .call('post', '/api/v1/applications')
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
