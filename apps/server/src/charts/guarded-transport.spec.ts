import { type RequestListener, type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { guardedTransport } from './guarded-transport.js';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.closeAllConnections();
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const request = (url: string, maxBytes = 1_000) => ({ method: 'GET', url, headers: {}, maxBytes }) as const;
const transport = (allowInside: boolean, signal = new AbortController().signal) =>
  guardedTransport({ allowInside, insecure: false, signal });

describe('requests for charts', () => {
  it('reach no address inside, by number or by name, unless that is allowed', async () => {
    let asked = 0;
    const address = await serve((_, response) => {
      asked++;
      response.end('ok');
    });
    const port = address.split(':')[1] ?? '';
    for (const host of [
      address,
      `localhost:${port}`,
      `[::1]:${port}`,
      `[::ffff:127.0.0.1]:${port}`,
      '169.254.169.254',
    ])
      await expect(transport(false)(request(`http://${host}/`))).rejects.toThrow(/private network/);
    expect(asked).toBe(0);
    const { status, body } = await transport(true)(request(`http://${address}/`));
    expect([status, Buffer.from(body).toString()]).toEqual([200, 'ok']);
  });

  it('follow no redirect and end at the limit of bytes', async () => {
    const moved = await serve((_, response) => response.writeHead(302, { Location: '/x' }).end());
    await expect(transport(true)(request(`http://${moved}/`))).resolves.toMatchObject({
      status: 302,
      headers: { location: '/x' },
    });
    const large = await serve((_, response) => {
      response.on('error', () => undefined);
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(1_024)));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    });
    await expect(transport(true)(request(`http://${large}/index.yaml`))).rejects.toThrow(
      /sends more than 1 KiB/,
    );
  });

  it('end with the server', async () => {
    const silent = await serve(() => undefined);
    const stopping = new AbortController();
    const asked = transport(true, stopping.signal)(request(`http://${silent}/`));
    stopping.abort();
    await expect(asked).rejects.toThrow(/the server is stopping/);
  });
});
