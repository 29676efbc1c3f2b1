import { statSync } from 'node:fs';
import { join } from 'node:path';
import request from 'supertest';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN } from '../src/auth/admin-account.js';
import { SessionService } from '../src/auth/sessions/session.service.js';
import { type TestServer, startPlatform } from './support/start-server.js';

let server: TestServer;

beforeAll(async () => {
  server = await startPlatform();
});

afterAll(async () => {
  await server.stop();
});

const login = (body: object): request.Test => request(server.url).post('/api/v1/session').send(body);
const cookieOf = (response: request.Response): string =>
  String(response.headers['set-cookie']).split(';')[0] ?? '';

describe('signing in', () => {
  it('gives a token that works as a bearer until it is revoked', async () => {
    const { body } = await login({ username: 'admin', password: server.adminPassword }).expect(200);
    const { token } = body as { token: string };
    const ask = (): request.Test =>
      request(server.url).get('/api/v1/session/userinfo').set('Authorization', `Bearer ${token}`);
    expect((await ask().expect(200)).body).toEqual({
      loggedIn: true,
      username: 'admin',
      iss: 'lotse',
      groups: [],
    });
    await request(server.url).delete('/api/v1/session').set('Authorization', `Bearer ${token}`).expect(200);
    await ask().expect(401);
  });

  it('answers a wrong name and a wrong password alike', async () => {
    const wrongPassword = await login({ username: 'admin', password: 'nonsense' }).expect(401);
    const wrongName = await login({ username: 'nobody-here', password: 'nonsense' }).expect(401);
    expect(wrongName.body).toEqual(wrongPassword.body);
    expect(wrongName.body).toEqual({
      error: 'login_unauthenticated',
      message: expect.stringContaining('name or the password'),
      code: 16,
    });
  });

  it('slows guessing down, without locking out those who know', async () => {
    const tries = [];
    for (let i = 0; i < 8; i++)
      tries.push((await login({ username: 'guessed', password: `wrong-${i}` })).status);
    expect(tries.slice(0, 5)).toEqual([401, 401, 401, 401, 401]);
    expect(tries.slice(5)).toContain(429);
    const refused = await login({ username: 'guessed', password: 'wrong' }).expect(429);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    await login({ username: 'admin', password: server.adminPassword }).expect(200);
  });

  it.each([
    ['nothing', {}],
    ['no password', { username: 'admin' }],
    ['a list as password', { username: 'admin', password: ['x'] }],
    ['an object as name', { username: { $gt: '' }, password: 'x' }],
    ['a password of 2,000 characters', { username: 'admin', password: 'x'.repeat(2_000) }],
    ['a name of 1,000 characters', { username: 'a'.repeat(1_000), password: 'x' }],
    ['a number as link', { oneTimeToken: 1 }],
  ])('refuses a body with %s', async (_what, body) => {
    await login(body).expect(400);
  });

  it('survives a NUL in the name', async () => {
    expect((await login({ username: 'a\u0000b', password: 'x' })).status).toBeLessThan(500);
  });

  it('refuses a page of another site, also for signing in', async () => {
    await login({ username: 'admin', password: server.adminPassword })
      .set('Origin', 'https://evil.example')
      .expect(403);
    await login({ username: 'admin', password: server.adminPassword })
      .set('Sec-Fetch-Site', 'cross-site')
      .expect(403);
    await login({ username: 'admin', password: server.adminPassword }).set('Origin', server.url).expect(200);
  });

  it.each([
    'Bearer',
    'Bearer x',
    'Bearer lotse_x',
    'Basic YWRtaW46YWRtaW4=',
    'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.',
  ])('takes no %j', async (header) => {
    await request(server.url)
      .get('/api/v1/session/userinfo')
      .set('Authorization', header)
      .expect(401)
      .expect('WWW-Authenticate', /Bearer/);
  });
});

describe('the session cookie', () => {
  it('is out of reach of scripts and other sites, and needs the page to be ours for writes', async () => {
    const response = await login({ username: 'admin', password: server.adminPassword }).expect(200);
    expect(String(response.headers['set-cookie'])).toMatch(
      /^lotse-session=\S+; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Lax$/,
    );
    const cookie = cookieOf(response);
    await request(server.url).get('/api/v1/session/userinfo').set('Cookie', cookie).expect(200);
    const write = (): request.Test =>
      request(server.url)
        .post('/api/v1/account')
        .set('Cookie', cookie)
        .send({ name: `by-cookie-${Math.random().toString(36).slice(2)}` });
    await write().set('Origin', 'https://evil.example').expect(403);
    await write().set('Origin', 'null').expect(403);
    await write().set('Sec-Fetch-Site', 'same-site').expect(403);
    await write().set('Origin', server.url).expect(200);
  });

  it('is not a way around a wrong bearer token', async () => {
    const cookie = cookieOf(await login({ username: 'admin', password: server.adminPassword }));
    await request(server.url)
      .get('/api/v1/session/userinfo')
      .set('Cookie', cookie)
      .set('Authorization', 'Bearer lotse_wrong')
      .expect(401);
  });
});

describe('the link of the start', () => {
  it('signs in once', async () => {
    const { token } = await server.app.get(SessionService).issue('link', ADMIN, 60_000);
    await request(server.url)
      .get('/api/v1/session/userinfo')
      .set('Authorization', `Bearer ${token}`)
      .expect(401);
    const first = await request(server.url).get(`/auth/once/${token}`).expect(303).expect('Location', '/');
    await request(server.url).get('/api/v1/session/userinfo').set('Cookie', cookieOf(first)).expect(200);
    const second = await request(server.url).get(`/auth/once/${token}`).expect(303);
    expect(second.headers['location']).toBe('/login?link=used');
    expect(second.headers['set-cookie']).toBeUndefined();
  });

  it('can be handed in by the dashboard instead', async () => {
    const { token } = await server.app.get(SessionService).issue('link', ADMIN, 60_000);
    await login({ oneTimeToken: token }).expect(200);
    await login({ oneTimeToken: token }).expect(401);
  });

  it('ends after its time', async () => {
    const { token } = await server.app.get(SessionService).issue('link', ADMIN, -1);
    await login({ oneTimeToken: token }).expect(401);
  });
});

describe('what is kept', () => {
  it('are digests and hashes, in files only the owner reads', async () => {
    const source = server.app.get(DataSource);
    const rows = JSON.stringify(await source.query('SELECT u.*, c.* FROM users u, credentials c'));
    expect(rows).not.toContain(server.adminPassword);
    expect(rows).not.toContain(server.token);
    expect(rows).toContain('$scrypt$');
    for (const name of ['admin-password', 'encryption-key', 'webhook-secret'])
      expect(statSync(join(server.dataDir, name)).mode & 0o777).toBe(0o600);
    expect(JSON.stringify(server.logs)).not.toContain(server.adminPassword);
  });

  it('audits what was done and what was refused, in a chain that shows changes', async () => {
    await server.call('post', '/api/v1/account').send({ name: 'audited' }).expect(200);
    await login({ username: 'audited', password: 'wrong-password' }).expect(401);
    const { body } = await server.call('get', '/api/v1/audit').expect(200);
    const { items } = body as {
      items: { actor: string; action: string; outcome: string; requestId: string }[];
    };
    expect(items).toContainEqual(
      expect.objectContaining({ actor: 'admin', action: 'POST /api/v1/account', outcome: 'success' }),
    );
    expect(items).toContainEqual(
      expect.objectContaining({ actor: 'audited', action: 'session.create', outcome: 'failure' }),
    );
    const chain: { previous_hash: Buffer; hash: Buffer }[] = await server.app
      .get(DataSource)
      .query('SELECT previous_hash, hash FROM audit_log ORDER BY sequence');
    for (let i = 1; i < chain.length; i++)
      expect(chain[i]?.previous_hash.equals(chain[i - 1]?.hash ?? Buffer.alloc(0))).toBe(true);
  });
});

describe('accounts', () => {
  it('have tokens that are shown once, listed without their value, and end when deleted', async () => {
    await server.call('post', '/api/v1/account').send({ name: 'robot' }).expect(200);
    const made = await server
      .call('post', '/api/v1/account/robot/token')
      .send({ id: 'ci', expiresIn: 3_600 })
      .expect(200);
    const { token, id } = made.body as { token: string; id: string };
    const ask = (): request.Test =>
      request(server.url).get('/api/v1/session/userinfo').set('Authorization', `Bearer ${token}`);
    expect((await ask().expect(200)).body).toMatchObject({ username: 'robot' });
    const shown = await server.call('get', '/api/v1/account/robot').expect(200);
    expect(shown.body).toMatchObject({
      name: 'robot',
      enabled: true,
      capabilities: ['apiKey'],
      tokens: [{ id, label: 'ci' }],
    });
    expect(shown.text).not.toContain(token);
    await server.call('delete', `/api/v1/account/robot/token/${id}`).expect(200);
    await ask().expect(401);
    await server
      .call('delete', '/api/v1/account/robot/token/00000000-0000-0000-0000-000000000000')
      .expect(404);
  });

  it('see and change themselves only, unless the policy says more', async () => {
    await server.call('post', '/api/v1/account').send({ name: 'eve', password: 'eve-password' }).expect(200);
    const { token } = (await login({ username: 'eve', password: 'eve-password' }).expect(200)).body as {
      token: string;
    };
    const asEve = (method: 'get' | 'post' | 'put' | 'delete', path: string): request.Test =>
      request(server.url)[method](path).set('Authorization', `Bearer ${token}`);
    expect((await asEve('get', '/api/v1/account').expect(200)).body).toMatchObject({
      items: [{ name: 'eve' }],
    });
    await asEve('get', '/api/v1/account/admin').expect(403);
    await asEve('post', '/api/v1/account').send({ name: 'mallory' }).expect(403);
    await asEve('put', '/api/v1/account/password')
      .send({ name: 'admin', currentPassword: 'eve-password', newPassword: 'taken-over' })
      .expect(403);
    await asEve('put', '/api/v1/settings/rbac').send({ csv: 'g, eve, role:admin' }).expect(403);
    await asEve('get', '/api/v1/audit').expect(403);
    expect((await asEve('get', '/api/v1/account/can-i/repositories/create/x').expect(200)).body).toEqual({
      value: 'no',
    });
    await asEve('post', '/api/v1/repositories').send({ repo: 'https://example.org/x' }).expect(403);
    await server
      .call('put', '/api/v1/settings/rbac')
      .send({ csv: 'p, eve, repositories, get, *, allow\np, eve, accounts, get, admin, allow' })
      .expect(200);
    await asEve('get', '/api/v1/repositories').expect(200);
    await asEve('get', '/api/v1/account/admin').expect(200);
    await server.call('put', '/api/v1/settings/rbac').send({ csv: 'nonsense' }).expect(400);
    const denied = (await server.call('get', '/api/v1/audit')).body as {
      items: { actor: string; outcome: string }[];
    };
    expect(denied.items).toContainEqual(expect.objectContaining({ actor: 'eve', outcome: 'denied' }));
    await server.call('put', '/api/v1/account/eve').send({ enabled: false }).expect(200);
    await asEve('get', '/api/v1/session/userinfo').expect(401);
    await login({ username: 'eve', password: 'eve-password' }).expect(401);
  });

  it('change their password with the old one, which ends their sessions', async () => {
    await server
      .call('post', '/api/v1/account')
      .send({ name: 'carol', password: 'carol-password' })
      .expect(200);
    const { token } = (await login({ username: 'carol', password: 'carol-password' })).body as {
      token: string;
    };
    const change = (currentPassword: string): request.Test =>
      request(server.url)
        .put('/api/v1/account/password')
        .set('Authorization', `Bearer ${token}`)
        .send({ currentPassword, newPassword: 'another-password' });
    await change('wrong-password').expect(403);
    await change('carol-password').expect(200);
    await request(server.url)
      .get('/api/v1/session/userinfo')
      .set('Authorization', `Bearer ${token}`)
      .expect(401);
    await login({ username: 'carol', password: 'another-password' }).expect(200);
  });

  it('keep admin enabled and in place', async () => {
    await server.call('put', '/api/v1/account/admin').send({ enabled: false }).expect(400);
    await server.call('delete', '/api/v1/account/admin').expect(400);
  });

  it.each(['a b', '../x', 'a,b', '', '__proto__ '])('refuse the name %j', async (name) => {
    await server.call('post', '/api/v1/account').send({ name }).expect(400);
  });

  it('take the name __proto__x and constructor as any other', async () => {
    await server.call('post', '/api/v1/account').send({ name: 'constructor' }).expect(200);
    expect((await server.call('get', '/api/v1/account/can-i/constructor/get/x').expect(200)).body).toEqual({
      value: 'no',
    });
  });
});

describe('every answer', () => {
  it('carries the headers that keep browsers careful', async () => {
    const { headers } = await request(server.url).get('/healthz').expect(200);
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['content-security-policy']).toContain("script-src 'self';");
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
    });
    expect(headers['x-powered-by']).toBeUndefined();
  });

  it('is small for bodies that are too large, too deep, or no JSON', async () => {
    const huge = await server
      .call('post', '/api/v1/repositories')
      .set('Content-Type', 'application/json')
      .send(`{"repo":"${'x'.repeat(4 * 1024 * 1024)}"}`);
    expect(huge.status).toBe(413);
    expect(huge.body).toMatchObject({ error: 'request_too_large', code: 3 });
    const deep = await server
      .call('post', '/api/v1/repositories')
      .set('Content-Type', 'application/json')
      .send(`{"repo":${'['.repeat(50_000)}${']'.repeat(50_000)}}`);
    expect(deep.body).toMatchObject({ error: 'body_too_deep' });
    await server
      .call('post', '/api/v1/repositories')
      .set('Content-Type', 'text/plain')
      .send('{"repo":"https://example.org/x"}')
      .expect(400);
    await server
      .call('post', '/api/v1/account')
      .set('Content-Type', 'application/x-www-form-urlencoded')
      .send('name=form')
      .expect(400);
  });

  it('says 404 in the same form for what is not there', async () => {
    expect((await server.call('get', '/api/v1/nothing').expect(404)).body).toEqual({
      error: 'not_found',
      message: expect.any(String),
      code: 5,
    });
  });

  it.each(['/%', '/api/v1/account/%E0%A4%A', '/api/v1/repositories/%00'])(
    'survives the address %s',
    async (path) => {
      expect((await server.call('get', path)).status).toBeLessThan(500);
    },
  );
});

describe('open routes', () => {
  it('tell health, readiness, version, numbers and the description of the API', async () => {
    await request(server.url).get('/healthz').expect(200, 'ok');
    await request(server.url).get('/readyz').expect(200, 'ok');
    expect((await request(server.url).get('/api/version').expect(200)).body).toMatchObject({
      Version: expect.stringMatching(/^v\d/),
    });
    expect((await request(server.url).get('/metrics').expect(200)).text).toContain(
      'argocd_login_request_total{outcome="failed"}',
    );
    const { body } = await request(server.url).get('/api/openapi.json').expect(200);
    const { paths } = body as { paths: Record<string, unknown> };
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining([
        '/api/v1/session',
        '/api/v1/repositories',
        '/api/v1/account/{name}/token',
        '/api/webhook',
      ]),
    );
    expect(JSON.stringify(body)).toContain('"sshPrivateKey"');
  });
});
