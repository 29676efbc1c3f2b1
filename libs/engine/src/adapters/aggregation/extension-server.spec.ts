import { request } from 'node:https';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createAuthority, createServerCertificate, generatePrivateKey } from '../../auth/certificates.js';
import { createCluster, type Cluster } from '../../cluster.js';
import { serveKubernetesApi, type ServedApi } from '../http-server.js';
import { tokenAuthenticator } from '../../auth/authenticator.js';

const GROUP = '/apis/wardle.example.com/v1alpha1';
const FLUNDERS = `${GROUP}/namespaces/default/flunders`;

/** Who asks: an administrator, and somebody without rights. */
const USERS: Readonly<Record<string, string[]>> = { admin: ['system:masters'], bob: [] };

describe('an extension API server in a container', () => {
  let cluster: Cluster;
  let api: ServedApi;
  let authority: ReturnType<typeof createAuthority>;

  beforeAll(async () => {
    cluster = createCluster({ nodes: 1 });
    const nowMs = cluster.clock.now();
    authority = createAuthority({ key: generatePrivateKey(), nowMs });
    const certified = (name: string) =>
      createServerCertificate({
        authority,
        key: generatePrivateKey(),
        nowMs,
        commonName: name,
        names: [name],
      });
    const { key, cert } = certified('127.0.0.1');
    api = await serveKubernetesApi({
      cluster,
      tls: { key, cert, ca: authority.cert },
      authenticators: [
        tokenAuthenticator((user) =>
          Object.hasOwn(USERS, user) ? { user, groups: USERS[user] ?? [] } : undefined,
        ),
      ],
    });
    const serving = certified('api.default.svc');
    for (const object of objects(serving.cert, serving.key, authority.cert)) {
      const { path, ...body } = object;
      const { status, text } = await ask('POST', path, body);
      expect(`${status} ${text}`).toMatch(/^201 /);
    }
    cluster.advance('30s');
    await untilAnswered(FLUNDERS, (text) => text.includes('"items"'));
  });
  afterAll(async () => {
    await api.close();
    cluster.stop();
  });

  async function ask(
    method: string,
    path: string,
    body?: object,
    user = 'admin',
  ): Promise<{ status: number; text: string }> {
    cluster.settle();
    const { host, port } = api.address;
    const sent = body === undefined ? '' : JSON.stringify(body);
    const headers = {
      authorization: `Bearer ${user}`,
      'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json',
      'content-length': Buffer.byteLength(sent),
    };
    return await new Promise((resolve, reject) => {
      const outgoing = request(
        { host, port, method, path, headers, rejectUnauthorized: false, agent: false },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => {
            chunks.push(chunk);
            // A watch goes on: what is there at once is enough.
            if (path.includes('watch=')) finish();
          });
          const finish = (): void => {
            resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString() });
            if (path.includes('watch=')) outgoing.destroy();
          };
          answer.on('end', finish);
        },
      );
      outgoing.on('error', reject);
      outgoing.end(sent);
    });
  }

  /** The server is asked by the aggregator in turns of the event loop, and again in time of the cluster. */
  async function untilAnswered(path: string, isWanted: (text: string) => boolean): Promise<void> {
    await vi.waitFor(async () => {
      cluster.advance('5s');
      expect((await ask('GET', path)).text).toSatisfy(isWanted);
    });
  }

  const flunder = (name: string, spec: object = {}) => ({
    apiVersion: 'wardle.example.com/v1alpha1',
    kind: 'Flunder',
    metadata: { name },
    spec,
  });

  it('creates, changes, converts, lists and deletes objects of its own', async () => {
    expect((await ask('POST', FLUNDERS, flunder('one', { reference: 'other' }))).status).toBe(201);
    const changed = await ask('PATCH', `${FLUNDERS}/one`, { metadata: { labels: { a: 'b' } } });
    expect(JSON.parse(changed.text)).toMatchObject({
      metadata: { labels: { a: 'b' }, generation: 1 },
      spec: { reference: 'other', referenceType: 'Flunder' },
    });
    const beta = await ask('GET', FLUNDERS.replace('v1alpha1', 'v1beta1'));
    expect(JSON.parse(beta.text)).toMatchObject({ items: [{ spec: { flunderReference: 'other' } }] });
    const watched = await ask('GET', `${FLUNDERS}?watch=1`);
    expect(JSON.parse(watched.text)).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'one' } } });
    expect((await ask('DELETE', `${FLUNDERS}/one`)).status).toBe(200);
    expect(JSON.parse((await ask('GET', FLUNDERS)).text)).toMatchObject({ items: [] });
  });

  it('asks the cluster what its users may do, and which namespaces there are', async () => {
    const refused = await ask('GET', FLUNDERS, undefined, 'bob');
    expect(refused.status).toBe(403);
    expect(refused.text).toContain('User \\"bob\\" cannot list resource \\"flunders\\"');
    const elsewhere = FLUNDERS.replace('/default/', '/nowhere/');
    expect(await ask('POST', elsewhere, flunder('lost'))).toMatchObject({ status: 404 });
  });

  it('judges what it is sent by its own rules', async () => {
    const wrong = await ask('POST', FLUNDERS, flunder('wrong', { referenceType: 'Boat' }));
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain('must be Flunder or Fischer');
    await ask('POST', `${GROUP}/fischers`, {
      apiVersion: 'wardle.example.com/v1alpha1',
      kind: 'Fischer',
      metadata: { name: 'strict' },
      disallowedFlunders: ['banned'],
    });
    const banned = await ask('POST', FLUNDERS, flunder('banned'));
    expect(banned.status).toBe(403);
    expect(banned.text).toContain('this name may not be used');
  });

  it('finds its objects in etcd again when it is started again, and has lost them when etcd is', async () => {
    await ask('POST', FLUNDERS, flunder('kept'));
    const lives = cluster.running.get('default', 'api')?.containers;
    lives?.get('server')?.current?.exit(1);
    await untilAnswered(`${FLUNDERS}/kept`, (text) => text.includes('"kind":"Flunder"'));
    lives?.get('etcd')?.current?.exit(1);
    lives?.get('server')?.current?.exit(1);
    await untilAnswered(`${FLUNDERS}/kept`, (text) => text.includes('"kept\\" not found'));
  });

  it('takes nothing for its own that others have put into its etcd, and says when that is none', async () => {
    const encoded = (text: string): string => Buffer.from(text).toString('base64');
    const { ip = '' } = cluster.running.get('default', 'api') ?? {};
    for (const value of ['no JSON', '[]', '{"metadata":7}']) {
      const key = encoded(`/registry/wardle.example.com/flunders/default/${value.length}`);
      cluster.runtime.http(ip, 2379, {
        method: 'POST',
        url: '/v3/kv/put',
        headers: {},
        body: Buffer.from(JSON.stringify({ key, value: encoded(value) })),
      });
    }
    cluster.running.get('default', 'api')?.containers.get('server')?.current?.exit(1);
    await untilAnswered(FLUNDERS, (text) => text.includes('"items":[]'));
    cluster.running.get('default', 'api')?.containers.get('etcd')?.current?.exit(1);
    cluster.advance('100ms');
    const answer = cluster.runtime.http(ip, 443, { method: 'GET', url: '/readyz', headers: {} });
    expect(answer).toMatchObject({ answer: { status: 500, body: expect.stringContaining('etcd failed') } });
    await untilAnswered(FLUNDERS, (text) => text.includes('"items":[]'));
  });

  it('is not believed when the APIService names another authority', async () => {
    const path = '/apis/apiregistration.k8s.io/v1/apiservices/v1alpha1.wardle.example.com';
    const other = createAuthority({ key: generatePrivateKey(), nowMs: cluster.clock.now() });
    const caBundle = Buffer.from(other.cert).toString('base64');
    await ask('PATCH', path, { spec: { caBundle } });
    await untilAnswered(path, (text) => text.includes('certificate signed by unknown authority'));
    expect(await ask('GET', FLUNDERS)).toMatchObject({ status: 503 });
  });
});

function objects(cert: string, key: string, ca: string): (Record<string, unknown> & { path: string })[] {
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  const rbac = '/apis/rbac.authorization.k8s.io/v1';
  const subjects = [{ kind: 'ServiceAccount', name: 'default', namespace: 'default' }];
  const apiService = (version: string) => ({
    path: '/apis/apiregistration.k8s.io/v1/apiservices',
    metadata: { name: `${version}.wardle.example.com` },
    spec: {
      group: 'wardle.example.com',
      version,
      groupPriorityMinimum: 1000,
      versionPriority: 10,
      caBundle: base64(ca),
      service: { name: 'api', namespace: 'default' },
    },
  });
  return [
    {
      path: '/api/v1/namespaces/default/secrets',
      metadata: { name: 'certs' },
      data: { 'tls.crt': base64(cert), 'tls.key': base64(key) },
    },
    {
      path: `${rbac}/clusterrolebindings`,
      metadata: { name: 'delegator' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'system:auth-delegator' },
      subjects,
    },
    {
      path: `${rbac}/clusterrolebindings`,
      metadata: { name: 'view' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
      subjects,
    },
    {
      path: `${rbac}/namespaces/kube-system/rolebindings`,
      metadata: { name: 'reader' },
      roleRef: {
        apiGroup: 'rbac.authorization.k8s.io',
        kind: 'Role',
        name: 'extension-apiserver-authentication-reader',
      },
      subjects,
    },
    {
      path: '/api/v1/namespaces/default/pods',
      metadata: { name: 'api', labels: { app: 'api' } },
      spec: {
        containers: [
          {
            name: 'server',
            image: 'registry.k8s.io/e2e-test-images/sample-apiserver:1.29.2',
            args: [
              '--etcd-servers=http://127.0.0.1:2379',
              '--tls-cert-file=/certs/tls.crt',
              '--tls-private-key-file=/certs/tls.key',
            ],
            volumeMounts: [{ name: 'certs', mountPath: '/certs' }],
          },
          { name: 'etcd', image: 'registry.k8s.io/etcd:3.6.8-0' },
        ],
        volumes: [{ name: 'certs', secret: { secretName: 'certs' } }],
      },
    },
    {
      path: '/api/v1/namespaces/default/services',
      metadata: { name: 'api' },
      spec: { selector: { app: 'api' }, ports: [{ port: 443 }] },
    },
    apiService('v1alpha1'),
    apiService('v1beta1'),
  ];
}
