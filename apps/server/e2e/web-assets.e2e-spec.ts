import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestServer, startPlatform } from './support/start-server.js';

const root = mkdtempSync(join(tmpdir(), 'lotse-web-'));
const script = 'console.log("hello");\n'.repeat(500);
let server: TestServer;

beforeAll(async () => {
  mkdirSync(join(root, 'assets'));
  writeFileSync(join(root, 'index.html'), '<!doctype html><title>Lotse</title>');
  writeFileSync(join(root, 'assets/app-abc123.js'), script);
  symlinkSync('/etc/passwd', join(root, 'assets/passwd'));
  server = await startPlatform({ LOTSE_URL: 'https://lotse.example.org' }, undefined, { webRoot: root });
});

afterAll(async () => {
  await server.stop();
  rmSync(root, { recursive: true, force: true });
});

describe('the dashboard', () => {
  it('is served compressed; hashed files for ever, its page never without asking', async () => {
    const response = await request(server.localUrl)
      .get('/assets/app-abc123.js')
      .set('Accept-Encoding', 'gzip, br')
      .buffer(true)
      .parse((stream, done) => {
        const parts: Buffer[] = [];
        stream.on('data', (part: Buffer) => parts.push(part));
        stream.on('end', () => done(null, Buffer.concat(parts)));
      });
    expect(response.headers).toMatchObject({
      'content-encoding': 'br',
      'cache-control': 'public, max-age=31536000, immutable',
      'content-type': 'text/javascript; charset=utf-8',
    });
    expect((response.body as Buffer).toString()).toBe(script);
    const page = await request(server.localUrl).get('/').set('Accept-Encoding', 'identity').expect(200);
    expect(page.headers).toMatchObject({
      'cache-control': 'no-cache',
      'content-type': 'text/html; charset=utf-8',
    });
    await request(server.localUrl)
      .get('/')
      .set('Accept-Encoding', 'identity')
      .set('If-None-Match', String(page.headers['etag']))
      .expect(304);
  });

  it.each(['/applications', '/applications/web?tab=diff', '/settings/repositories', '/anything/below'])(
    'answers its own address %s with its page',
    async (path) => {
      expect((await request(server.localUrl).get(path).expect(200)).text).toContain('<title>Lotse</title>');
    },
  );

  it.each(['/api/v1/nothing', '/api', '/metrics/x', '/assets/missing.js', '/socket.io/x'])(
    'leaves %s to the server',
    async (path) => {
      const { status, text } = await request(server.localUrl).get(path);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(text).not.toContain('<title>');
    },
  );

  it.each([
    '/assets/passwd',
    '/../../etc/passwd',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/assets/..%2f..%2f..%2fetc/passwd',
    '//etc/passwd',
  ])('shows nothing of the machine for %s', async (path) => {
    const { text } = await request(server.localUrl).get(path);
    expect(text).not.toContain('root:');
  });

  it('behind a proxy with TLS has a cookie and headers that insist on TLS', async () => {
    const response = await request(server.localUrl)
      .post('/api/v1/session')
      .set('Origin', 'https://lotse.example.org')
      .send({ username: 'admin', password: server.adminPassword })
      .expect(200);
    expect(String(response.headers['set-cookie'])).toMatch(
      /^__Host-lotse-session=\S+; Path=\/; .*HttpOnly; Secure; SameSite=Lax$/,
    );
    expect(response.headers['strict-transport-security']).toBe('max-age=31536000');
  });

  it('behind a proxy knows its people apart when they guess', async () => {
    const login = (address: string): request.Test =>
      request(server.localUrl)
        .post('/api/v1/session')
        .set('X-Forwarded-For', address)
        .send({ username: 'admin', password: 'wrong-password' });
    for (let i = 0; i < 5; i++) await login('198.51.100.1').expect(401);
    await login('198.51.100.1').expect(429);
    await login('198.51.100.2').expect(401);
  });
});
