import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestServer, startPlatform } from './support/start-server.js';

let server: TestServer;

beforeAll(async () => {
  server = await startPlatform({ LOTSE_HOST: '0.0.0.0' });
});

afterAll(() => server.stop());

async function tokenOf(name: string, csv: string): Promise<string> {
  await server
    .call('post', '/api/v1/account')
    .send({ name, password: `${name}-password` })
    .expect(200);
  await server.call('put', '/api/v1/settings/rbac').send({ csv, default: '' }).expect(200);
  const { body } = await request(server.localUrl)
    .post('/api/v1/session')
    .send({ username: name, password: `${name}-password` })
    .expect(200);
  return (body as { token: string }).token;
}

describe('metrics of a server on a network', () => {
  it('are for who shows a token that may see all applications', async () => {
    await request(server.localUrl).get('/metrics').expect(401);
    await request(server.localUrl).get('/metrics').set('Authorization', 'Bearer lotse_wrong').expect(401);
    const { text } = await server.call('get', '/metrics').expect(200);
    expect(text).toContain('process_cpu_seconds_total');
    const one = await tokenOf('one', 'p, one, applications, get, a/*, allow');
    await request(server.localUrl).get('/metrics').set('Authorization', `Bearer ${one}`).expect(403);
    const all = await tokenOf('all', 'p, all, applications, get, */*, allow');
    await request(server.localUrl).get('/metrics').set('Authorization', `Bearer ${all}`).expect(200);
  });
});

describe('metrics of a server that only this machine reaches', () => {
  it('are open, as Prometheus expects them', async () => {
    const local = await startPlatform();
    await request(local.localUrl).get('/metrics').expect(200);
    await local.stop();
  });
});
