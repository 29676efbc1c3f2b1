import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestServer, startPlatform } from './support/start-server.js';

let server: TestServer;

beforeAll(async () => {
  server = await startPlatform();
});

afterAll(async () => {
  await server.stop();
});

const path = (url: string): string => `/api/v1/repositories/${encodeURIComponent(url)}`;

describe('a registered repository', () => {
  it("is not taken over by who may only change another project's", async () => {
    const repo = 'https://git.invalid/theirs';
    await server
      .call('post', '/api/v1/repositories')
      .send({ repo, project: 'theirs', username: 'bot', password: 'kept-secret' })
      .expect(200);
    await server.call('post', '/api/v1/account').send({ name: 'mia', password: 'mia-password' }).expect(200);
    await server
      .call('put', '/api/v1/settings/rbac')
      .send({ csv: 'p, mia, repositories, *, mine/*, allow', default: '' })
      .expect(200);
    const { body } = await request(server.localUrl)
      .post('/api/v1/session')
      .send({ username: 'mia', password: 'mia-password' })
      .expect(200);
    await request(server.localUrl)
      .post('/api/v1/repositories?upsert=true')
      .set('Authorization', `Bearer ${(body as { token: string }).token}`)
      .send({ repo: `${repo}.git`, project: 'mine' })
      .expect(403);
    const { body: kept } = await server.call('get', path(repo)).expect(200);
    expect(kept).toMatchObject({ project: 'theirs', username: 'bot', hasPassword: true });
  });

  it('is not replaced by credentials for what lies below the same address, nor these by it', async () => {
    const team = 'https://git.invalid/team';
    await server.call('post', '/api/v1/repositories').send({ repo: team, username: 'a' }).expect(200);
    const refused = await server
      .call('post', '/api/v1/repocreds?upsert=true')
      .send({ url: team, username: 'b' })
      .expect(409);
    expect(refused.body).toMatchObject({ message: expect.stringContaining(team) as string });
    const { body } = await server.call('get', path(team)).expect(200);
    expect(body).toMatchObject({ registered: true, username: 'a' });
  });
});
