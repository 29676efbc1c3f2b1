import { beforeEach, describe, expect, it } from 'vitest';
import { installRbac } from '../auth/install-rbac.js';
import { createCluster, type Cluster } from '../cluster.js';
import { Namespaces, Pods, type ResourceType } from '../clients/resource-type.js';
import type { StoredObject } from '../store/stored-object.js';
import type { PolicyRule } from '../types/index.js';
import type { ApiRequest, FullResponse } from './api-request.js';
import { isStream } from './api-request.js';
import { PLAIN } from '../auth/testing/signing-requests.js';
import { ApiServer } from './api-server.js';

const RBAC = 'rbac.authorization.k8s.io';

let cluster: Cluster;
let api: ApiServer;

beforeEach(() => {
  cluster = createCluster({ controllers: [] });
  for (const name of ['default', 'team'])
    if (!cluster.store.get('/namespaces', `/${name}`))
      cluster.client.create(Namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  const { authorizer } = installRbac(cluster);
  cluster.settle();
  api = new ApiServer({
    ...cluster,
    random: { next: () => 0 },
    authenticators: [{ authenticate: () => ({ user: 'bob', groups: [] }) }],
    authorizer,
  });
});

function make(resource: string, kind: string, object: object, namespaced: boolean): void {
  const type: ResourceType<StoredObject> = { group: RBAC, version: 'v1', resource, kind, namespaced };
  cluster.client.create(type, { apiVersion: `${RBAC}/v1`, kind, ...object } as StoredObject);
}

/** Lets Bob do what the rules say, in one namespace or everywhere. */
function allow(rules: readonly PolicyRule[], namespace?: string): void {
  make('clusterroles', 'ClusterRole', { metadata: { name: 'bobs' }, rules }, false);
  const binding = {
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: 'bobs' },
    subjects: [{ apiGroup: RBAC, kind: 'User', name: 'bob' }],
  };
  if (namespace === undefined)
    make('clusterrolebindings', 'ClusterRoleBinding', { ...binding, metadata: { name: 'bobs' } }, false);
  else make('rolebindings', 'RoleBinding', { ...binding, metadata: { name: 'bobs', namespace } }, true);
}

const REQUEST = Buffer.from(PLAIN).toString('base64');

const request = (method: string, target: string, body?: unknown, type = 'application/json'): ApiRequest => {
  const [path = '', query = ''] = target.split('?');
  return {
    method,
    path,
    query: new URLSearchParams(query),
    header: (name) => (name === 'content-type' ? type : undefined),
    headers: () => [],
    headerNames: () => [],
    body: body === undefined ? new Uint8Array() : Buffer.from(JSON.stringify(body)),
  };
};

function send(...parts: Parameters<typeof request>): { status: number; text: string } {
  const response = api.handle(request(...parts));
  if (isStream(response)) return { status: response.status, text: '' };
  return { status: response.status, text: Buffer.from(response.body).toString() };
}

describe('Access', () => {
  it('does not reach cluster-wide objects through the path of a namespace', () => {
    allow([{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }], 'team');
    const roles = `/apis/${RBAC}/v1/namespaces/team/clusterroles`;
    const role = { metadata: { name: 'mine' }, rules: [] };
    expect(send('GET', `${roles}/cluster-admin`).status).toBe(404);
    expect(send('GET', roles).status).toBe(404);
    expect(send('GET', `${roles}?watch=true`).status).toBe(404);
    expect(send('POST', roles, role).status).toBe(404);
    expect(send('DELETE', `${roles}/view`).status).toBe(404);
    expect(send('DELETE', roles).status).toBe(404);
    expect(send('GET', `/apis/${RBAC}/v1/namespaces/team/roles`).status).toBe(200);
    expect(send('GET', '/api/v1/namespaces/team').status).toBe(200);
  });

  it('asks for the verb create where an update or an apply would make an object', () => {
    allow([{ apiGroups: [''], resources: ['configmaps'], verbs: ['patch', 'update'] }]);
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'new' } };
    const path = '/api/v1/namespaces/team/configmaps/new';
    const applied = send('PATCH', `${path}?fieldManager=bob`, object, 'application/apply-patch+yaml');
    expect(applied.status).toBe(403);
    expect(applied.text).toContain('cannot create resource \\"configmaps\\"');
    expect(send('PUT', path, object).status).toBe(404);
    expect(cluster.store.get('/configmaps', 'team/new')).toBeUndefined();
  });

  it('asks for the verb create before a websocket may run a command', () => {
    allow([{ apiGroups: [''], resources: ['pods/exec'], verbs: ['get'] }]);
    cluster.client.create(Pods, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web', namespace: 'team' },
      spec: { containers: [{ name: 'web', image: 'nginx' }] },
    });
    const refused = api.admitStream(
      request('GET', '/api/v1/namespaces/team/pods/web/exec?command=sh&stdout=true'),
    );
    expect((refused as FullResponse).status).toBe(403);
  });

  it('answers a binding without a role as invalid', () => {
    allow([{ apiGroups: [RBAC], resources: ['*'], verbs: ['create'] }]);
    const path = `/apis/${RBAC}/v1/clusterrolebindings`;
    expect(send('POST', path, { metadata: { name: 'x' } }).status).toBe(422);
  });

  it('looks at the whole of a binding when an apply names a part of it', () => {
    allow([{ apiGroups: [RBAC], resources: ['*'], verbs: ['create', 'patch'] }]);
    const path = `/apis/${RBAC}/v1/clusterrolebindings/cluster-admin?fieldManager=bob&force=true`;
    const subjects = [{ apiGroup: RBAC, kind: 'User', name: 'bob' }];
    const object = {
      apiVersion: `${RBAC}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name: 'cluster-admin' },
      subjects,
    };
    const answer = send('PATCH', path, object, 'application/apply-patch+yaml');
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('attempting to grant RBAC permissions not currently held');
  });

  it('keeps who asked for a certificate and for what as it was', () => {
    allow([{ apiGroups: ['certificates.k8s.io'], resources: ['*'], verbs: ['*'] }]);
    const path = '/apis/certificates.k8s.io/v1/certificatesigningrequests';
    const spec = { request: REQUEST, signerName: 'example.com/one', usages: ['client auth'] };
    expect(send('POST', path, { metadata: { name: 'csr' }, spec }).status).toBe(201);
    const change = { spec: { request: 'YW5kZXJz', username: 'root', groups: ['system:masters'] } };
    send('PATCH', `${path}/csr`, change, 'application/merge-patch+json');
    expect(cluster.store.get('certificates.k8s.io/certificatesigningrequests', '/csr')).toMatchObject({
      spec: { ...spec, username: 'bob' },
    });
  });

  it('lets only those approve who may approve for the signer', () => {
    const csrs = { apiGroups: ['certificates.k8s.io'], resources: ['certificatesigningrequests'] };
    allow([
      { ...csrs, verbs: ['create'] },
      {
        ...csrs,
        resources: ['certificatesigningrequests/approval', 'certificatesigningrequests/status'],
        verbs: ['patch'],
      },
      {
        apiGroups: ['certificates.k8s.io'],
        resources: ['signers'],
        resourceNames: ['example.com/*'],
        verbs: ['approve'],
      },
    ]);
    const path = '/apis/certificates.k8s.io/v1/certificatesigningrequests';
    const usages = ['client auth'];
    const create = (name: string, signerName: string): void => {
      const spec = { request: REQUEST, signerName, usages };
      expect(send('POST', path, { metadata: { name }, spec }).status).toBe(201);
    };
    create('theirs', 'kubernetes.io/kube-apiserver-client');
    create('ours', 'example.com/one');
    const approved = { status: { conditions: [{ type: 'Approved', status: 'True', reason: 'R' }] } };
    const merge = 'application/merge-patch+json';
    const refused = send('PATCH', `${path}/theirs/approval`, approved, merge);
    expect(refused.status).toBe(403);
    expect(refused.text).toContain('user not permitted to approve requests with signerName');
    expect(send('PATCH', `${path}/ours/approval`, approved, merge).status).toBe(200);
  });

  it('says what would be granted without being held, each resource once, in order', () => {
    allow([{ apiGroups: [RBAC], resources: ['clusterroles'], verbs: ['create'] }]);
    const create = (name: string, role: object): string =>
      send('POST', `/apis/${RBAC}/v1/clusterroles`, { metadata: { name }, ...role }).text;
    const rules = [
      { apiGroups: [''], resources: ['secrets', 'pods'], verbs: ['get', 'list'] },
      { nonResourceURLs: ['/metrics'], verbs: ['get'] },
    ];
    const { message } = JSON.parse(create('more', { rules })) as { message: string };
    expect(message.split('\n').slice(1)).toEqual([
      '{APIGroups:[""], Resources:["pods"], Verbs:["get" "list"]}',
      '{APIGroups:[""], Resources:["secrets"], Verbs:["get" "list"]}',
      '{NonResourceURLs:["/metrics"], Verbs:["get"]}',
    ]);
    expect(create('sum', { aggregationRule: { clusterRoleSelectors: [] }, rules: [] })).toContain(
      'must have cluster-admin privileges to use the aggregationRule',
    );
  });

  it('finds every mistake of a question about access', () => {
    const path = '/apis/authorization.k8s.io/v1';
    allow([{ apiGroups: ['authorization.k8s.io'], resources: ['*'], verbs: ['create'] }]);
    const spec = { resourceAttributes: { verb: 'get' }, nonResourceAttributes: { path: '/x' } };
    const both = send('POST', `${path}/subjectaccessreviews`, { spec });
    expect(both.status).toBe(422);
    expect(both.text).toContain('cannot be specified in combination with resourceAttributes');
    expect(both.text).toContain('at least one of user or group must be specified');
    const local = { spec: { user: 'a', nonResourceAttributes: { path: '/x' } } };
    expect(send('POST', `${path}/namespaces/default/localsubjectaccessreviews`, local).text).toContain(
      'disallowed on this kind of request',
    );
  });

  it('lets the fields of the garbage collector be written to any role, and nothing that could grant', () => {
    allow([{ apiGroups: [RBAC], resources: ['clusterroles'], verbs: ['get', 'update', 'patch'] }]);
    const secrets = [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }];
    make('clusterroles', 'ClusterRole', { metadata: { name: 'strong' }, rules: secrets }, false);
    const selector = { matchLabels: { part: 'yes' } };
    const aggregationRule = { clusterRoleSelectors: [selector] };
    make('clusterroles', 'ClusterRole', { metadata: { name: 'sum' }, rules: [], aggregationRule }, false);
    const patch = (name: string, body: object) =>
      send('PATCH', `/apis/${RBAC}/v1/clusterroles/${name}`, body, 'application/merge-patch+json').status;
    expect(patch('strong', { metadata: { finalizers: ['example.com/held'] } })).toBe(200);
    expect(patch('strong', { metadata: { finalizers: [] } })).toBe(200);
    expect(
      patch('strong', { metadata: { labels: { 'rbac.authorization.k8s.io/aggregate-to-view': 'true' } } }),
    ).toBe(403);
    expect(patch('sum', { aggregationRule: null })).toBe(403);
  });
});
