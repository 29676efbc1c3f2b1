import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiClient } from './api-client.js';

const refusing = createServer((_, response) => {
  response.writeHead(401, { 'content-type': 'application/json' });
  response.end('{"message":"Signing in failed: the name or the password is wrong."}');
});
let server = '';

beforeAll(async () => {
  refusing.listen(0, '127.0.0.1');
  await once(refusing, 'listening');
  const address = refusing.address();
  server = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
});
afterAll(() => refusing.close());

describe('a request that is answered with 401', () => {
  it('asks to sign in again when it showed a token', async () => {
    await expect(new ApiClient({ server, token: 'old' }).get('/api/v1/applications')).rejects.toThrow(
      /^the sign-in is no longer valid: run "lotse login" again/,
    );
  });

  it('says what the server says when it was the sign-in itself', async () => {
    await expect(new ApiClient({ server, token: '' }).post('/api/v1/session', {})).rejects.toThrow(
      /^Signing in failed: the name or the password is wrong\.$/,
    );
  });
});

it('speaks of options where the server speaks of parameters', async () => {
  const picky = createServer((request, response) => {
    response.writeHead(400, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify({
        message:
          request.url === '/api/v1/applications'
            ? 'Nothing was created: web. To create it all the same, set validate=false.'
            : 'Wait for it, or stop it with DELETE /api/v1/applications/web/operation.',
      }),
    );
  });
  picky.listen(0, '127.0.0.1');
  await once(picky, 'listening');
  const address = picky.address();
  const there = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  try {
    await expect(
      new ApiClient({ server: there, token: '' }).post('/api/v1/applications', {}),
    ).rejects.toThrow('To create it all the same, add --validate=false.');
    await expect(
      new ApiClient({ server: there, token: '' }).post('/api/v1/applications/web/sync', {}),
    ).rejects.toThrow('stop it with "lotse app terminate-op web".');
  } finally {
    picky.close();
  }
});
