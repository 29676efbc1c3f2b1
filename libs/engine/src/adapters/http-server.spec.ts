import { request as httpsRequest } from 'node:https';
import { connect } from 'node:tls';
import { gunzipSync } from 'node:zlib';
import { WebSocket } from 'ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAuthority, generatePrivateKey } from '../auth/certificates.js';
import { createCluster, type Cluster } from '../cluster.js';
import { ConfigMaps, Namespaces } from '../clients/resource-type.js';
import { SeededRandom } from '../random.js';
import { serveKubernetesApi, type ServedApi } from './http-server.js';
import { STREAM_BUDGET_BYTES } from './streams/stream-budget.js';
import { adminOf, testCertificates } from './testing/test-certificates.js';

const { authority, tls } = testCertificates();
const admin = adminOf(authority);
const stranger = createAuthority({ key: generatePrivateKey(), nowMs: Date.now(), commonName: 'other' });
const forged = adminOf(stranger);

let cluster: Cluster;
let api: ServedApi;
const durable: number[] = [];
let hold: Promise<void> = Promise.resolve();

beforeAll(async () => {
  cluster = createCluster({ controllers: [] });
  if (!cluster.store.get('/namespaces', '/default'))
    cluster.client.create(Namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } });
  api = await serveKubernetesApi({
    cluster,
    tls,
    durable: async (revision) => {
      await hold;
      durable.push(revision);
    },
  });
});
afterAll(() => api.close());

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

async function send(
  method: string,
  path: string,
  body: string | Buffer = '',
  headers: Record<string, string> = { 'content-type': 'application/json' },
  identity: { cert: string; key: string } | undefined = admin,
): Promise<Answer> {
  return await new Promise((resolve, reject) => {
    const { host, port } = api.address;
    const request = httpsRequest(
      {
        host,
        port,
        method,
        path,
        headers: { 'content-length': String(Buffer.byteLength(body)), ...headers },
        ca: authority.cert,
        agent: false,
        ...identity,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks),
          }),
        );
        response.on('error', reject);
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

const json = ({ body }: Answer) => JSON.parse(body.toString()) as Record<string, unknown>;
const MAPS = '/api/v1/namespaces/default/configmaps';

describe('who is let in', () => {
  it('trusts certificates of its own authority and no other', async () => {
    expect((await send('GET', MAPS)).status).toBe(200);
    const anonymous = await send('GET', MAPS, '', {}, { cert: '', key: '' });
    expect(json(anonymous)['message']).toBe(
      'configmaps is forbidden: User "system:anonymous" cannot list resource "configmaps" in API group "" in the namespace "default"',
    );
    expect((await send('GET', MAPS, '', {}, forged)).status).toBe(401);
    expect(
      (await send('GET', MAPS, '', { authorization: 'Bearer nothing' }, { cert: '', key: '' })).status,
    ).toBe(401);
    expect((await send('GET', '/version', '', {}, { cert: '', key: '' })).status).toBe(200);
  });
});

describe('answers', () => {
  it('come after the write is durable', async () => {
    const before = durable.length;
    const made = await send('POST', MAPS, JSON.stringify({ metadata: { name: 'durable' } }));
    expect(made.status).toBe(201);
    expect(durable.length).toBe(before + 1);
    const { resourceVersion } = json(made)['metadata'] as { resourceVersion: string };
    expect(durable.at(-1)).toBeGreaterThanOrEqual(Number(resourceVersion));
    await send('GET', MAPS);
    expect(durable.length).toBe(before + 1);
  });

  it('show a change only after it is durable, and do not wait for what they can not show', async () => {
    let release = (): void => undefined;
    hold = new Promise((resolve) => (release = resolve));
    const body = JSON.stringify({ metadata: { name: 'not-yet' } });
    const order: string[] = [];
    const noted = (what: string, answer: Promise<Answer>): Promise<void> =>
      answer.then(({ status }) => void order.push(`${what} ${status}`));
    const made = noted('made', send('POST', MAPS, body));
    await expect.poll(() => cluster.store.get('/configmaps', 'default/not-yet')).toBeDefined();
    const waiting = [
      noted('read', send('GET', `${MAPS}/not-yet`)),
      noted('listed', send('GET', MAPS)),
      noted('refused', send('POST', MAPS, body)),
    ];
    await noted('elsewhere', send('GET', '/api/v1/namespaces'));
    await noted('healthy', send('GET', '/readyz'));
    expect(order).toEqual(['elsewhere 200', 'healthy 200']);
    release();
    await Promise.all([made, ...waiting]);
    expect(order.slice(2).sort()).toEqual(['listed 200', 'made 201', 'read 200', 'refused 409']);
  });

  it('are compressed when they are large and the client can read that', async () => {
    const data = { text: 'x'.repeat(200_000) };
    cluster.client.create(ConfigMaps, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'large', namespace: 'default' },
      data,
    });
    const plain = await send('GET', `${MAPS}/large`);
    expect(plain.headers['content-encoding']).toBeUndefined();
    const packed = await send('GET', `${MAPS}/large`, '', { 'accept-encoding': 'gzip' });
    expect(packed.headers['content-encoding']).toBe('gzip');
    expect(packed.body.length).toBeLessThan(10_000);
    expect(gunzipSync(packed.body).equals(plain.body)).toBe(true);
  });

  it('carry warnings as headers that no value can break out of', async () => {
    const body = `{"metadata":{"name":"warned"},"a\\"b\\r\\nX: 1é":1}`;
    const { status, headers } = await send('POST', MAPS, body);
    expect(status).toBe(201);
    expect(headers['x']).toBeUndefined();
    expect(headers['warning']).toBe('299 - "unknown field \\"a\\\\\\"b\\\\r\\\\nX: 1\u00c3\u00a9\\""');
  });
});

describe('hostile requests', () => {
  const deep = `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`;
  const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'
    .split('')
    .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[index]}`).join(',')}]`)
    .join('\n')}`;
  const labels = JSON.stringify({
    metadata: {
      name: 'many',
      labels: Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`k${index}`, 'v'])),
    },
  });

  it.each<[string, string | Buffer, string, number[]]>([
    ['broken JSON', '{"metadata":', 'application/json', [400]],
    ['a deep document', deep, 'application/json', [400]],
    ['a list', '[1,2]', 'application/json', [400]],
    ['an alias bomb', bomb, 'application/yaml', [400]],
    ['bytes that are no text', Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), 'application/json', [400]],
    [
      'truncated protobuf',
      Buffer.from('6b3873000a150a07617070', 'hex'),
      'application/vnd.kubernetes.protobuf',
      [400],
    ],
    ['a name with control characters', '{"metadata":{"name":"a\\u0000b"}}', 'application/json', [422]],
    ['ten thousand labels', labels, 'application/json', [201]],
    ['a type nobody knows', 'x', 'application/x-thing', [415]],
    ['an empty body', '', 'application/json', [400]],
  ])('%s gets its error', async (_, body, type, statuses) => {
    const answer = await send('POST', MAPS, body, { 'content-type': type });
    expect(statuses).toContain(answer.status);
    expect(json(answer)['kind']).toMatch(/^(Status|ConfigMap)$/);
  });

  it('a body of 100 MB is refused long before its end', async () => {
    const { host, port } = api.address;
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(
        { host, port, ca: authority.cert, cert: admin.cert, key: admin.key, servername: '' },
        () => {
          socket.write(
            `POST ${MAPS} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${100 * 1024 * 1024}\r\n\r\n`,
          );
          socket.write(Buffer.alloc(4 * 1024 * 1024, 0x20));
        },
      );
      let text = '';
      socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
      socket.on('error', () => (text === '' ? reject(new Error('no answer')) : undefined));
      socket.on('close', () => resolve(text));
    });
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  });

  it('keys that name prototypes are keys', async () => {
    const body = '{"metadata":{"name":"proto"},"data":{"__proto__":"x","constructor":"y"}}';
    const made = await send('POST', MAPS, body);
    expect(made.status).toBe(201);
    expect(made.body.toString()).toContain('"__proto__":"x"');
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  it('random bytes, paths and queries never get a 500', async () => {
    const random = new SeededRandom('requests');
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random.next() * list.length)] as T;
    const parts = [
      'api',
      'apis',
      'v1',
      'apps',
      'namespaces',
      'default',
      'pods',
      'configmaps',
      'proto',
      'watch',
      'status',
      'scale',
      '%2e',
      '%00',
      '..',
      'log',
      'exec',
      'proxy',
      'openapi',
      'v3',
      'deployments',
      '__proto__',
      'constructor',
    ];
    const keys = [
      'limit',
      'continue',
      'labelSelector',
      'fieldSelector',
      'resourceVersion',
      'resourceVersionMatch',
      'dryRun',
      'fieldValidation',
      'timeoutSeconds',
      'sinceSeconds',
    ];
    const values = [
      '1',
      '-1',
      'x',
      '',
      'a=b',
      'metadata.name=x',
      '999999999',
      'All',
      '%00',
      '(',
      '__proto__',
      'eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MSwic3RhcnQiOiJ4In0',
    ];
    const types = [
      'application/json',
      'application/yaml',
      'application/vnd.kubernetes.protobuf',
      'application/merge-patch+json',
      'application/json-patch+json',
      'application/strategic-merge-patch+json',
      'application/apply-patch+yaml',
    ];
    const bodies = [
      '',
      '{}',
      '[]',
      'null',
      '{"metadata":null}',
      '{"metadata":{"name":1}}',
      '[{"op":"remove","path":"/metadata"}]',
      '{"kind":"ConfigMap","apiVersion":"v1","metadata":{}}',
      'a: b',
      'k8s\0\n\0',
    ];
    for (let round = 0; round < 400; round++) {
      const path = `/${Array.from({ length: 1 + Math.floor(random.next() * 7) }, () => pick(parts)).join('/')}`;
      const query = `${pick(keys)}=${pick(values)}&${pick(keys)}=${pick(values)}`;
      const method = pick(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']);
      const answer = await send(
        method,
        `${path}?${query}`,
        method === 'GET' || method === 'HEAD' ? '' : pick(bodies),
        {
          'content-type': pick(types),
        },
      );
      expect(
        `${method} ${path}?${query} ${answer.status} ${answer.body.toString().slice(0, 300)}`,
      ).not.toMatch(/ 500 /);
    }
  });
});

describe('watches over a connection', () => {
  it('tell of a change only after it is durable', async () => {
    let release: (() => void) | undefined;
    hold = new Promise((resolve) => (release = resolve));
    const { host, port } = api.address;
    const events: string[] = [];
    const request = httpsRequest({
      host,
      port,
      path: `${MAPS}?watch=true&fieldSelector=metadata.name%3Dheld`,
      ca: authority.cert,
      agent: false,
      ...admin,
    });
    const seen = new Promise<void>((resolve, reject) => {
      request.on('error', reject);
      request.on('response', (response) =>
        response.on('data', (chunk: Buffer) => {
          events.push(chunk.toString());
          resolve();
        }),
      );
    });
    request.end();
    await new Promise((resolve) => request.on('response', resolve));
    cluster.client.create(ConfigMaps, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'held', namespace: 'default' },
    });
    // A whole other request and answer pass in the meantime.
    expect((await send('GET', '/readyz')).status).toBe(200);
    expect(events).toEqual([]);
    release?.();
    await seen;
    expect(events.join('')).toContain('"type":"ADDED"');
    request.destroy();
  });
});

describe('websockets', () => {
  it('carry watches as messages', async () => {
    const socket = new WebSocket(
      `${api.address.url.replace('https', 'wss')}${MAPS}?watch=true&fieldSelector=metadata.name%3Dseen`,
      {
        ca: authority.cert,
        ...admin,
      },
    );
    const events: string[] = [];
    await new Promise<void>((resolve, reject) => {
      socket.on('error', reject);
      socket.on('open', () => {
        const seen = {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name: 'seen', namespace: 'default' },
        };
        cluster.client.create(ConfigMaps, seen);
        cluster.client.delete(ConfigMaps, 'default', 'seen');
      });
      socket.on('message', (data: Buffer) => {
        events.push((JSON.parse(data.toString()) as { type: string }).type);
        if (events.length === 2) resolve();
      });
    });
    socket.close();
    expect(events).toEqual(['ADDED', 'DELETED']);
  });

  it('are refused to those who may not', async () => {
    const socket = new WebSocket(`${api.address.url.replace('https', 'wss')}${MAPS}?watch=true`, {
      ca: authority.cert,
    });
    const message = await new Promise<string>((resolve) =>
      socket.on('error', (error) => resolve(error.message)),
    );
    expect(message).toContain('403');
  });
});

describe('slow readers', () => {
  it('of a watch are let go when they owe too much, and others are not held up', async () => {
    const { host, port } = api.address;
    const socket = connect({
      host,
      port,
      ca: authority.cert,
      cert: admin.cert,
      key: admin.key,
      servername: '',
    });
    const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
    socket.on('error', () => undefined);
    await new Promise<void>((resolve) => {
      socket.once('secureConnect', () => {
        socket.write(`GET ${MAPS}?watch=true HTTP/1.1\r\nHost: x\r\n\r\n`);
        // Reads the head, then nothing more.
        socket.once('data', () => {
          socket.pause();
          resolve();
        });
      });
    });
    const data = { text: 'y'.repeat(500_000) };
    for (let sent = 0; sent < 3 * STREAM_BUDGET_BYTES; sent += 500_000) {
      cluster.client.create(ConfigMaps, {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { generateName: 'flood-', namespace: 'default' },
        data,
      });
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await send('GET', '/readyz')).status).toBe(200);
    socket.resume();
    await closed;
  });
});
