import { createServer, request as httpsRequest, type Server } from 'node:https';
import { createServer as createHttpServer, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createAuthority,
  createClientCertificate,
  createServerCertificate,
  generatePrivateKey,
} from '../../auth/certificates.js';
import { ConfigMaps, Services } from '../../clients/resource-type.js';
import { createCluster, type Cluster } from '../../cluster.js';
import type { StoredObject } from '../../store/stored-object.js';
import type { APIService } from '../../types/index.js';
import { SystemClock } from '../system-clock.js';
import { createFrontProxyCertificate } from './front-proxy.js';
import { RequestProxy } from './request-proxy.js';
import { serveKubernetesApi, type ServedApi } from '../http-server.js';

const nowMs = Date.now();
const authority = createAuthority({ key: generatePrivateKey(), nowMs });
const certified = (names: string[]) =>
  createServerCertificate({ authority, key: generatePrivateKey(), nowMs, commonName: 'server', names });
const client = (user: string, groups: string[]) =>
  createClientCertificate({ authority, key: generatePrivateKey(), nowMs, user, groups });
const admin = client('admin', ['system:masters']);
const nobody = client('nobody', []);
const GROUP = 'wardle.example.com';
/** Paths the extension API server was asked for. */
const asked: string[] = [];
const FLUNDERS = `/apis/${GROUP}/v1/namespaces/default/flunders`;

/** An extension API server: believes the proxy its certificate names, and serves what it is asked for. */
function extensionServer(): Server {
  const { key, cert } = certified(['api.default.svc']);
  const server = createServer(
    { key, cert, requestCert: true, rejectUnauthorized: false },
    (request, response) => {
      const url = request.url ?? '';
      if (url.startsWith(FLUNDERS)) asked.push(url);
      const peer = (request.socket as TLSSocket).getPeerCertificate().subject as { CN?: string } | undefined;
      if (peer?.CN !== 'front-proxy-client') {
        response.statusCode = 401;
        return void response.end();
      }
      response.setHeader('content-type', 'application/json');
      if (url === `/apis/${GROUP}/v1`) {
        const verbs = ['create', 'get', 'list', 'watch'];
        const flunders = {
          name: 'flunders',
          singularName: 'flunder',
          namespaced: true,
          kind: 'Flunder',
          verbs,
          shortNames: ['fl'],
        };
        const resources = [
          flunders,
          { name: 'flunders/talk', singularName: '', namespaced: true, kind: 'Flunder', verbs: ['get'] },
        ];
        return void response.end(
          JSON.stringify({ kind: 'APIResourceList', groupVersion: `${GROUP}/v1`, resources }),
        );
      }
      if (url === '/openapi/v3') {
        const path = `apis/${GROUP}/v1`;
        return void response.end(
          JSON.stringify({ paths: { [path]: { serverRelativeURL: `/openapi/v3/${path}?hash=ABC` } } }),
        );
      }
      if (url === '/openapi/v2') {
        const paths = { [`/apis/${GROUP}/v1/flunders`]: { get: {} }, '/version': {} };
        return void response.end(
          JSON.stringify({ paths, definitions: { 'com.example.Flunder': { type: 'object' } } }),
        );
      }
      if (url.includes('watch=true')) {
        response.write('{"type":"ADDED"}\n');
        setImmediate(() => response.end('{"type":"DELETED"}\n'));
        return;
      }
      if (url.endsWith('/away')) {
        response.statusCode = 302;
        response.setHeader('location', 'https://elsewhere.example.com/');
        return void response.end();
      }
      if (url.endsWith('/hanging')) return;
      if (url.endsWith('/broken')) return void request.socket.destroy();
      const odd = /\/(099|101)$/.exec(url)?.[1];
      if (odd !== undefined)
        return void request.socket.end(`HTTP/1.1 ${odd} Odd\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n`);
      let body = '';
      request.on('data', (piece: Buffer) => (body += piece.toString()));
      request.on('end', () => {
        response.statusCode = request.method === 'POST' ? 201 : 200;
        response.end(JSON.stringify({ method: request.method, url, body, headers: request.headersDistinct }));
      });
    },
  );
  server.on('upgrade', (request: IncomingMessage, socket: Duplex) => {
    const [user] = request.headersDistinct['x-remote-user'] ?? [];
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: talk\r\n\r\nhello ${user}: `,
    );
    socket.pipe(socket);
    socket.on('error', () => socket.destroy());
  });
  return server;
}

let cluster: Cluster;
let api: ServedApi;
let extension: Server;

function create(apiVersion: string, kind: string, object: object): void {
  const resource = cluster.registry.findKind(apiVersion, kind);
  if (!resource) throw new Error(`no ${kind}`);
  cluster.operations.create(resource, { apiVersion, kind, ...object } as StoredObject, { user: 'me' });
}

beforeAll(async () => {
  cluster = createCluster({ clock: new SystemClock(), controllers: [] });
  extension = extensionServer();
  await new Promise<void>((resolve) => extension.listen(0, '127.0.0.1', resolve));
  const { port } = extension.address() as AddressInfo;
  const { key, cert } = certified(['127.0.0.1']);
  api = await serveKubernetesApi({ cluster, tls: { key, cert, ca: authority.cert } });
  cluster.client.create(Services, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'api', namespace: 'default' },
    spec: { ports: [{ port: 443 }] },
  });
  create('discovery.k8s.io/v1', 'EndpointSlice', {
    metadata: { name: 'api', namespace: 'default', labels: { 'kubernetes.io/service-name': 'api' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['127.0.0.1'] }],
    ports: [{ name: '', port, protocol: 'TCP' }],
  });
  const spec = {
    group: GROUP,
    version: 'v1',
    groupPriorityMinimum: 2000,
    versionPriority: 15,
    caBundle: Buffer.from(authority.cert).toString('base64'),
    service: { name: 'api', namespace: 'default' },
  };
  create('apiregistration.k8s.io/v1', 'APIService', { metadata: { name: `v1.${GROUP}` }, spec });
  await available(`v1.${GROUP}`, 'True');
});

afterAll(async () => {
  await api.close();
  cluster.stop();
  extension.closeAllConnections();
  await new Promise((resolve) => extension.close(resolve));
});

/** Resolves when the condition has that status. */
async function available(name: string, status: string): Promise<string> {
  const key = 'apiregistration.k8s.io/apiservices';
  return await new Promise((resolve) => {
    const look = (): boolean => {
      const found = cluster.store.get(key, `/${name}`) as
        { status?: { conditions?: { status: string; reason: string }[] } } | undefined;
      const [condition] = found?.status?.conditions ?? [];
      if (condition?.status === status) resolve(condition.reason);
      return condition?.status === status;
    };
    if (look()) return;
    const stop = cluster.store.subscribe(() => look() && stop());
  });
}

/** Sends bytes over one connection, and resolves with what comes back until the first answer is whole. */
async function send(bytes: string): Promise<string> {
  const { host, port } = api.address;
  return await new Promise((resolve, reject) => {
    const socket = connect({ host, port, ca: authority.cert, cert: admin.cert, key: admin.key }, () =>
      socket.write(bytes),
    );
    let text = '';
    socket.on('data', (piece: Buffer) => {
      text += piece.toString();
      if (!/\r\n\r\n[^]*\}/.test(text) && !text.includes('\n0\r\n\r\n')) return;
      socket.destroy();
      resolve(text);
    });
    socket.on('end', () => resolve(text));
    socket.on('error', reject);
  });
}

interface Answered {
  readonly status: number;
  readonly text: string;
  readonly json: Record<string, unknown>;
}

async function ask(
  path: string,
  options: { method?: string; body?: string; headers?: OutgoingHttpHeaders; as?: typeof admin } = {},
): Promise<Answered> {
  const { method = 'GET', body, headers = {}, as = admin } = options;
  return await new Promise((resolve, reject) => {
    const request = httpsRequest(
      `${api.address.url}${path}`,
      { method, headers, ca: authority.cert, cert: as.cert, key: as.key, agent: false },
      (response) => {
        let text = '';
        response.on('data', (piece: Buffer) => (text += piece.toString()));
        response.on('end', () => {
          const isJson = text.startsWith('{') && !text.includes('}\n{');
          resolve({
            status: response.statusCode ?? 0,
            text,
            json: isJson ? (JSON.parse(text) as Answered['json']) : {},
          });
        });
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

describe('an API that another server answers', () => {
  it('gets requests with who asks, and without what only this server may know or say', async () => {
    const { status, json } = await ask(`${FLUNDERS}?dryRun=All`, {
      method: 'POST',
      body: '{"a":1}',
      headers: {
        'x-remote-user': 'root',
        'x-remote-group': 'system:masters',
        'content-type': 'application/json',
        'x-kept': 'yes',
      },
    });
    expect(status).toBe(201);
    expect(json).toMatchObject({ method: 'POST', url: `${FLUNDERS}?dryRun=All`, body: '{"a":1}' });
    expect(json['headers']).toMatchObject({
      'x-remote-user': ['admin'],
      'x-remote-group': ['system:masters', 'system:authenticated'],
      'x-kept': ['yes'],
      'x-forwarded-for': ['127.0.0.1'],
      host: ['api.default.svc:443'],
    });
  });

  it('is told of an impersonated user by name, with nothing of the impersonation', async () => {
    const headers = {
      'impersonate-user': 'ann',
      'impersonate-group': ['dev'],
      'impersonate-extra-team%2Fone': 'x',
    };
    create('rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', {
      metadata: { name: 'ann' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'ann' }],
    });
    const { json } = await ask(FLUNDERS, { headers });
    expect(json['headers']).toMatchObject({ 'x-remote-user': ['ann'], 'x-remote-extra-team%2fone': ['x'] });
    expect(JSON.stringify(json['headers'])).not.toContain('impersonate');
  });

  it.each(['GET', 'DELETE', 'OPTIONS', 'POST'])(
    'takes no body of %s for a request of its own',
    async (method) => {
      const hidden = `GET ${FLUNDERS}/hidden HTTP/1.1\r\nhost: a\r\nx-remote-user: root\r\n\r\n`;
      const piece = `${hidden.length.toString(16)}\r\n${hidden}\r\n0\r\n\r\n`;
      const before = asked.length;
      const answer = await send(
        `${method} ${FLUNDERS}/one HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n${piece}`,
      );
      expect(answer).toMatch(/^HTTP\/1.1 20[01]/);
      expect((await ask(`${FLUNDERS}/next`)).json['headers']).toMatchObject({ 'x-remote-user': ['admin'] });
      expect(asked.slice(before)).toEqual([`${FLUNDERS}/one`, `${FLUNDERS}/next`]);
    },
  );

  it('gets no connection that could carry requests under other names', async () => {
    const head = `POST ${FLUNDERS}/one/talk HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\n`;
    expect(await send(`${head}upgrade: h2c\r\n\r\n`)).toContain('HTTP/1.1 400');
  });

  it('is asked for what was authorised, however the path was written', async () => {
    const { json } = await ask(`${FLUNDERS}/one%2Fstatus?a=%2F`);
    expect(json).toMatchObject({ url: `${FLUNDERS}/one/status?a=%2F` });
    expect(await ask(`${FLUNDERS}/..%2f..%2fother`)).toMatchObject({ status: 400 });
  });

  it.each(['099', '101'])('can not stop this server with the status %s', async (status) => {
    expect(await ask(`${FLUNDERS}/${status}`)).toMatchObject({ status: 502 });
  });

  it('is not asked by those who may not', async () => {
    const { status, json } = await ask(FLUNDERS, { as: nobody });
    expect(status).toBe(403);
    expect(json['message']).toContain(
      'User "nobody" cannot list resource "flunders" in API group "wardle.example.com"',
    );
  });

  it('streams watches, and takes over connections', async () => {
    expect((await ask(`${FLUNDERS}?watch=true`)).text).toBe('{"type":"ADDED"}\n{"type":"DELETED"}\n');
    const said = await new Promise<string>((resolve, reject) => {
      const request = httpsRequest(`${api.address.url}${FLUNDERS}/one/talk`, {
        headers: { connection: 'Upgrade', upgrade: 'talk' },
        ca: authority.cert,
        cert: admin.cert,
        key: admin.key,
        agent: false,
      });
      request.on('upgrade', (_response, socket, head) => {
        let text = head.toString();
        socket.on('data', (piece: Buffer) => {
          text += piece.toString();
          if (!text.endsWith('!')) return;
          socket.destroy();
          resolve(text);
        });
        socket.write('good day!');
      });
      request.on('error', reject);
      request.end();
    });
    expect(said).toBe('hello admin: good day!');
  });

  it('can not send clients elsewhere, and a broken connection is an answer of its own', async () => {
    expect(await ask(`${FLUNDERS}/away`)).toMatchObject({
      status: 502,
      text: 'the backend attempted to redirect this request, which is not permitted\n',
    });
    expect(await ask(`${FLUNDERS}/broken`)).toMatchObject({ status: 503 });
  });

  it('is not waited for longer than a request may take', async () => {
    const service = cluster.store.get('apiregistration.k8s.io/apiservices', `/v1.${GROUP}`) as APIService;
    const proxy = new RequestProxy(cluster, createFrontProxyCertificate(nowMs), 20);
    const path = `${FLUNDERS}/hanging`;
    const codes: number[] = [];
    const answered = (code: number): void => void codes.push(code);
    const user = { user: 'jane', groups: [] };
    const front = createHttpServer((request, response) =>
      proxy.pass(request, response, { service, user, path, isLongRunning: false, answered }),
    );
    await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
    const { port } = front.address() as AddressInfo;
    const late = await fetch(`http://127.0.0.1:${port}/`);
    expect([late.status, ...codes]).toEqual([504, 504]);
    expect(await late.json()).toMatchObject({
      kind: 'Status',
      apiVersion: 'v1',
      status: 'Failure',
      reason: 'Timeout',
      message: 'Timeout: request did not complete within requested timeout - context deadline exceeded',
      code: 504,
    });
    proxy.close();
    front.closeAllConnections();
    await new Promise((resolve) => front.close(resolve));
  });

  it('is in discovery and OpenAPI, beside what is served here', async () => {
    const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
    const { json } = await ask('/apis', { headers: { accept } });
    const items = json['items'] as { metadata: { name: string }; versions: unknown[] }[];
    expect(items.find(({ metadata }) => metadata.name === GROUP)?.versions).toMatchObject([
      {
        version: 'v1',
        freshness: 'Current',
        resources: [
          {
            resource: 'flunders',
            responseKind: { group: GROUP, version: 'v1', kind: 'Flunder' },
            scope: 'Namespaced',
            shortNames: ['fl'],
            subresources: [{ subresource: 'talk' }],
          },
        ],
      },
    ]);
    expect((await ask(`/apis/${GROUP}`)).json).toMatchObject({
      preferredVersion: { groupVersion: `${GROUP}/v1` },
    });
    expect((await ask(`/apis/${GROUP}/v1`)).json).toMatchObject({ kind: 'APIResourceList' });
    const index = (await ask('/openapi/v3')).json as { paths: Record<string, { serverRelativeURL: string }> };
    const { serverRelativeURL = '' } = index.paths[`apis/${GROUP}/v1`] ?? {};
    expect(serverRelativeURL).toBe(`/openapi/v3/apis/${GROUP}/v1?hash=ABC`);
    expect((await ask(serverRelativeURL)).json).toMatchObject({ url: serverRelativeURL });
    const v2 = (await ask('/openapi/v2')).json as { paths: object; definitions: object };
    expect(v2.paths).toHaveProperty([`/apis/${GROUP}/v1/flunders`]);
    expect(v2.definitions).toHaveProperty(['com.example.Flunder']);
  });

  it('is found unavailable when its certificate is not what the APIService says', async () => {
    const other = createAuthority({ key: generatePrivateKey(), nowMs, commonName: 'other' });
    const spec = {
      group: 'other.example.com',
      version: 'v1',
      groupPriorityMinimum: 2000,
      versionPriority: 15,
      caBundle: Buffer.from(other.cert).toString('base64'),
      service: { name: 'api', namespace: 'default' },
    };
    create('apiregistration.k8s.io/v1', 'APIService', { metadata: { name: 'v1.other.example.com' }, spec });
    expect(await available('v1.other.example.com', 'False')).toBe('FailedDiscoveryCheck');
    expect(await ask('/apis/other.example.com/v1/things')).toMatchObject({
      status: 503,
      text: 'service unavailable\n',
    });
  });

  it('finds in kube-system whom to believe', () => {
    const { data } = cluster.client.get(ConfigMaps, 'kube-system', 'extension-apiserver-authentication');
    expect(data).toMatchObject({
      'client-ca-file': authority.cert,
      'requestheader-allowed-names': '["front-proxy-client"]',
      'requestheader-username-headers': '["X-Remote-User"]',
    });
    expect(data?.['requestheader-client-ca-file']).toContain('BEGIN CERTIFICATE');
  });
});
