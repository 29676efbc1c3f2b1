import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestServer, startPlatform } from './support/start-server.js';

/** GitHub's public host key, as it publishes it, and the fingerprint it names. */
const KEY = 'AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl';
const FINGERPRINT = 'SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU';

let server: TestServer;

beforeAll(async () => {
  server = await startPlatform();
});

afterAll(async () => {
  await server.stop();
});

describe('host keys', () => {
  it('are added, shown by their fingerprint, replaced and removed', async () => {
    const add = (certData: string) => server.call('post', '/api/v1/certificates').send({ certData });
    await add(`# a comment\ngithub.com ssh-ed25519 ${KEY}\n`).expect(200, {
      items: [
        { serverName: 'github.com', certType: 'ssh', certSubType: 'ssh-ed25519', certInfo: FINGERPRINT },
      ],
    });
    await add(`github.com ssh-ed25519 ${KEY}`).expect(200);
    expect((await server.call('get', '/api/v1/certificates').expect(200)).body).toMatchObject({
      items: [{ serverName: 'github.com' }],
    });
    const file = join(server.dataDir, 'ssh/known_hosts');
    expect(readFileSync(file, 'utf8')).toBe(`github.com ssh-ed25519 ${KEY}\n`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await server.call('delete', '/api/v1/certificates?hostNamePattern=github.com').expect(200);
    await server.call('delete', '/api/v1/certificates?hostNamePattern=github.com').expect(404);
    expect((await server.call('get', '/api/v1/certificates').expect(200)).body).toEqual({ items: [] });
  });

  it.each([
    {},
    { certData: 1 },
    { certData: 'nonsense' },
    { certData: 'github.com ssh-ed25519 AAAA; rm -rf /' },
    { certData: `-oProxyCommand=x ssh-ed25519` },
  ])('that are none are refused: %j', async (body) => {
    await server.call('post', '/api/v1/certificates').send(body).expect(400);
  });
});
