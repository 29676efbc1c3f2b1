import request from 'supertest';
import { type Socket, io } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { KubeObject } from '@lotse/manifests';
import {
  type TopicEvent,
  TopicRegistry,
  type TopicRequest,
  type TopicSource,
} from '../src/sockets/topic-source.port.js';
import { type TestServer, startPlatform } from './support/start-server.js';

/** A source a test drives by hand. */
class HandSource implements TopicSource {
  readonly listeners = new Map<string, (event: TopicEvent) => void>();
  requests: TopicRequest[] = [];

  // eslint-disable-next-line @typescript-eslint/require-await
  async subscribe(asked: TopicRequest, _principal: unknown, listener: (event: TopicEvent) => void) {
    this.requests.push(asked);
    const key = asked.name ?? '';
    this.listeners.set(key, listener);
    // A change between reading the state and answering: it must arrive, and after the state.
    listener({ type: 'MODIFIED', object: pod('early') });
    return {
      items: asked.resourceVersion === '7' ? undefined : [pod('a')],
      resourceVersion: '7',
      unsubscribe: () => this.listeners.delete(key),
    };
  }
}

const pod = (name: string): KubeObject => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name } });

let server: TestServer;
const source = new HandSource();
const open: Socket[] = [];

beforeAll(async () => {
  server = await startPlatform();
  const registry = server.app.get(TopicRegistry);
  const own = registry.source.bind(registry);
  registry.source = (topic) => (topic === 'cluster' ? source : own(topic));
});

afterEach(() => {
  for (const socket of open.splice(0)) socket.disconnect();
});

afterAll(async () => {
  await server.stop();
});

function connect(auth: Record<string, unknown>, extraHeaders: Record<string, string> = {}): Socket {
  const socket = io(server.url, {
    auth,
    extraHeaders,
    reconnection: false,
    transports: ['websocket'],
    forceNew: true,
  });
  open.push(socket);
  return socket;
}

const outcome = (socket: Socket): Promise<string> =>
  new Promise((resolve) => {
    socket.once('connect', () => resolve('connected'));
    socket.once('connect_error', (error) => resolve(error.message));
  });

const next = (socket: Socket, name: string): Promise<Record<string, unknown>> =>
  new Promise((resolve) => socket.once(name, resolve));

describe('a socket', () => {
  it.each([[{}], [{ token: 'lotse_wrong' }], [{ token: 1 }], [{ token: { $ne: '' } }], [{ token: '' }]])(
    'is refused with %j',
    async (auth) => {
      expect(await outcome(connect(auth))).toBe('unauthenticated');
    },
  );

  it('is refused from a page of another site, even with a good token', async () => {
    expect(await outcome(connect({ token: server.token }, { Origin: 'https://evil.example' }))).not.toBe(
      'connected',
    );
  });

  it('is let in by a token or by the session cookie', async () => {
    expect(await outcome(connect({ token: server.token }))).toBe('connected');
    const login = await request(server.url)
      .post('/api/v1/session')
      .send({ username: 'admin', password: server.adminPassword });
    const cookie = String(login.headers['set-cookie']).split(';')[0] ?? '';
    expect(await outcome(connect({}, { Cookie: cookie }))).toBe('connected');
  });

  it('gets the state once, then changes in order, until it unsubscribes', async () => {
    const socket = connect({ token: server.token });
    await outcome(socket);
    const seen: string[] = [];
    socket.on('state', ({ items }: { items: KubeObject[] }) =>
      seen.push(`state ${items.map(({ metadata }) => metadata.name).join()}`),
    );
    socket.on('event', ({ type, object, resource }: TopicEvent & { resource: string }) =>
      seen.push(`${type} ${object.metadata.name} ${resource}`),
    );
    const subscription = { topic: 'cluster', resource: 'pods', name: 'x' };
    expect(await socket.emitWithAck('subscribe', subscription)).toEqual({
      ok: true,
      resourceVersion: '7',
      resumed: false,
    });
    for (let i = 0; i < 3; i++) source.listeners.get('x')?.({ type: 'ADDED', object: pod(`p${i}`) });
    await socket.emitWithAck('unsubscribe', subscription);
    expect(seen).toEqual([
      'state a',
      'MODIFIED early pods',
      'ADDED p0 pods',
      'ADDED p1 pods',
      'ADDED p2 pods',
    ]);
    expect(source.listeners.has('x')).toBe(false);
  });

  it('resumes without the state where the source can', async () => {
    const socket = connect({ token: server.token });
    await outcome(socket);
    expect(
      await socket.emitWithAck('subscribe', { topic: 'cluster', resource: 'pods', resourceVersion: '7' }),
    ).toMatchObject({ resumed: true });
  });

  it.each([
    [undefined],
    ['applications'],
    [{}],
    [{ topic: 'secrets' }],
    [{ topic: ['cluster'] }],
    [{ topic: 'cluster', resource: '' }],
    [{ topic: '__proto__' }],
  ])('is told why it can not subscribe to %j', async (body) => {
    const socket = connect({ token: server.token });
    await outcome(socket);
    expect(await socket.emitWithAck('subscribe', body)).toMatchObject({ code: 'subscription_invalid' });
  });

  it('has a limited number of subscriptions, which end with it', async () => {
    const socket = connect({ token: server.token });
    await outcome(socket);
    const answers = await Promise.all(
      Array.from(
        { length: 40 },
        (_, i) =>
          socket.emitWithAck('subscribe', { topic: 'cluster', resource: 'pods', name: `n${i}` }) as Promise<{
            ok?: boolean;
            code?: string;
          }>,
      ),
    );
    expect(answers.filter(({ ok }) => ok)).toHaveLength(32);
    expect(answers.filter(({ code }) => code === 'subscriptions_too_many')).toHaveLength(8);
    socket.disconnect();
    await expect.poll(() => [...source.listeners.keys()].filter((key) => key.startsWith('n'))).toEqual([]);
  });

  it('is closed when its session ends', async () => {
    const { token } = (
      await request(server.url)
        .post('/api/v1/session')
        .send({ username: 'admin', password: server.adminPassword })
    ).body as { token: string };
    const socket = connect({ token });
    await outcome(socket);
    const closed = next(socket, 'disconnect');
    await request(server.url).delete('/api/v1/session').set('Authorization', `Bearer ${token}`).expect(200);
    await closed;
  });

  it('is closed on a frame that is too large', async () => {
    const socket = connect({ token: server.token });
    await outcome(socket);
    const closed = next(socket, 'disconnect');
    socket.emit('subscribe', { topic: 'cluster', resource: 'x'.repeat(100_000) });
    await closed;
    expect((await request(server.url).get('/healthz')).status).toBe(200);
  });
});
