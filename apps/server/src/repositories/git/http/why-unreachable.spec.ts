import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, it } from 'vitest';
import { whyUnreachable } from './why-unreachable.js';

async function failureOf(url: URL): Promise<unknown> {
  try {
    await fetch(url);
  } catch (error) {
    return error instanceof Error ? error.cause : error;
  }
  throw new Error('the request did not fail');
}

it('says that nothing answers where nobody listens', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const url = new URL(`http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/x.git`);
  server.close();
  await once(server, 'close');
  expect(whyUnreachable(url, await failureOf(url))).toBe(
    `Nothing answers at ${url.host}: the connection was refused. Check address and port.`,
  );
});

it('names the host that does not exist, without its port', () => {
  const error = Object.assign(new Error('getaddrinfo ENOTFOUND git.invalid'), { code: 'ENOTFOUND' });
  expect(whyUnreachable(new URL('https://git.invalid:8443/x.git'), error)).toBe(
    'There is no host named git.invalid. Check the address.',
  );
});

it('says what it has no words for as the system does', () => {
  const error = Object.assign(new Error('certificate has expired'), { code: 'CERT_HAS_EXPIRED' });
  expect(whyUnreachable(new URL('https://git.example.org/'), error)).toBe(
    'Talking to git.example.org failed (CERT_HAS_EXPIRED): certificate has expired.',
  );
});
