import type { Application, ObjectRef } from '../src/api/types.js';
import { ago } from './fake-values.js';
import type { FakeState } from './fake-state.js';
import { managedOf, manifestOf } from './manifests.js';

export interface FakeRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  body: Record<string, unknown>;
}

export interface FakeAnswer {
  status: number;
  body: unknown;
}

const ok = (body: unknown): FakeAnswer => ({ status: 200, body });
const fail = (status: number, error: string, message: string): FakeAnswer => ({
  status,
  body: { error, code: error, message },
});

/** The fake's REST interface; undefined when it has no such route. */
export function answer(state: FakeState, request: FakeRequest): FakeAnswer | undefined {
  const { method, path } = request;
  if (path === '/api/v1/session' && method === 'POST')
    return request.body['password'] === 'wrong'
      ? fail(401, 'LOGIN_REFUSED', 'Username or password is not right.')
      : ok({ token: 'fake' });
  if (path === '/api/v1/session') return ok({});
  if (path === '/api/v1/session/userinfo') return ok({ loggedIn: true, username: 'admin', groups: [] });
  if (state.mode === 'failing')
    return fail(
      503,
      'DATABASE_UNAVAILABLE',
      'The database does not answer since 14:02:11; the server keeps trying.',
    );
  const application = /^\/api\/v1\/applications(?:\/([^/]+)(\/.*)?)?$/.exec(path);
  if (application)
    return applications(
      state,
      request,
      application[1] && decodeURIComponent(application[1]),
      application[2] ?? '',
    );
  return system(state, request);
}

function applications(
  state: FakeState,
  request: FakeRequest,
  name: string | undefined,
  rest: string,
): FakeAnswer | undefined {
  const { method, query, body } = request;
  if (!name) {
    if (method === 'GET') return ok({ items: [...state.apps.values()], metadata: { resourceVersion: '1' } });
    const app = body as unknown as Application;
    if (state.apps.has(app.metadata.name))
      return fail(409, 'ALREADY_EXISTS', `An application named ${app.metadata.name} exists already.`);
    const made: Application = {
      ...app,
      metadata: {
        ...app.metadata,
        uid: `uid-${app.metadata.name}`,
        resourceVersion: '1',
        creationTimestamp: new Date().toISOString(),
      },
      status: { sync: { status: 'OutOfSync' }, health: { status: 'Missing' }, resources: [] },
    };
    state.apps.set(app.metadata.name, made);
    state.trees.set(app.metadata.name, []);
    state.tell('ADDED', made);
    return ok(made);
  }
  const app = state.apps.get(name);
  if (!app) return fail(404, 'APPLICATION_NOT_FOUND', `There is no application named ${name}.`);
  const route = `${method} ${rest}`;
  if (route === 'GET ')
    return ok(
      query.has('refresh')
        ? state.update(name, (each) => each.status && (each.status.reconciledAt = new Date().toISOString()))
        : app,
    );
  if (route === 'DELETE ') {
    state.apps.delete(name);
    state.tell('DELETED', app);
    return ok({});
  }
  if (route === 'PATCH ')
    return ok(
      state.update(name, (each) =>
        Object.assign(each.spec, (JSON.parse(String(body['patch'])) as Application).spec),
      ),
    );
  if (route === 'POST /sync') return ok(state.sync(name, body['dryRun'] === true));
  if (route === 'POST /rollback') return ok(state.rollback(name, Number(body['id'])));
  if (route === 'DELETE /hold') return ok(state.update(name, (each) => delete each.status?.rollbackHold));
  if (route === 'DELETE /operation') return ok({});
  if (route === 'GET /resource-tree')
    return ok({ nodes: state.trees.get(name) ?? [], orphanedNodes: [], hosts: [] });
  if (route === 'GET /managed-resources')
    return ok({
      items: (app.status?.resources ?? []).map(
        ({ group, version, kind, namespace, name: resource, status, health }) =>
          managedOf(
            clean({ group, version, kind, namespace, name: resource }),
            status === 'OutOfSync',
            health?.status === 'Missing',
          ),
      ),
    });
  if (route === 'GET /history') return ok({ items: app.status?.history ?? [] });
  if (/^GET \/history\/\d+\/manifests$/.test(route)) {
    const id = Number(rest.split('/')[2]);
    return ok({
      manifests: (app.status?.resources ?? []).map((ref) =>
        JSON.stringify(manifestOf(ref, `registry.acme.dev/${ref.name}:2.${8 + id}.1`, 2 + (id % 3))),
      ),
    });
  }
  if (rest.startsWith('/revisions/')) {
    const entry = app.status?.history?.find(({ revision }) => rest.includes(revision ?? ' '));
    return ok({
      author: entry?.author ?? 'Mara Vogel',
      message: entry?.message ?? 'Round totals per line',
      date: entry?.deployStartedAt ?? ago(900),
    });
  }
  if (route === 'GET /events') return ok({ items: events(query) });
  if (route === 'GET /resource') {
    const ref = clean({
      group: query.get('group') ?? '',
      version: query.get('version') ?? 'v1',
      kind: query.get('kind') ?? '',
      namespace: query.get('namespace') ?? undefined,
      name: query.get('resourceName') ?? '',
    });
    const pod =
      ref.kind === 'Pod' ? state.pods.find(({ metadata }) => metadata.name === ref.name) : undefined;
    return ok({
      manifest: JSON.stringify(
        pod ?? {
          ...manifestOf(ref),
          status: {
            observedGeneration: 4,
            conditions: [
              {
                type: 'Available',
                status: 'True',
                reason: 'MinimumReplicasAvailable',
                message: 'Deployment has minimum availability.',
                lastTransitionTime: ago(900),
              },
            ],
          },
        },
      ),
    });
  }
  if (route === 'DELETE /resource') return ok({});
  return undefined;
}

const clean = (ref: { [K in keyof ObjectRef]: ObjectRef[K] | undefined }) =>
  Object.fromEntries(Object.entries(ref).filter(([, value]) => value !== undefined)) as unknown as ObjectRef;

function events(query: URLSearchParams) {
  const name = query.get('resourceName') ?? 'checkout';
  return [
    {
      type: 'Normal',
      reason: 'Scheduled',
      message: `Successfully assigned shop/${name} to node-1`,
      count: 1,
      lastTimestamp: ago(1_190),
    },
    {
      type: 'Normal',
      reason: 'Pulling',
      message: 'Pulling image "registry.acme.dev/checkout:2.14.l"',
      count: 4,
      lastTimestamp: ago(300),
    },
    {
      type: 'Warning',
      reason: 'Failed',
      message: 'Failed to pull image "registry.acme.dev/checkout:2.14.l": not found',
      count: 4,
      lastTimestamp: ago(298),
    },
    {
      type: 'Warning',
      reason: 'BackOff',
      message: 'Back-off pulling image "registry.acme.dev/checkout:2.14.l"',
      count: 17,
      lastTimestamp: ago(20),
    },
  ].map((event, index) => ({
    ...event,
    metadata: { name: `${name}.${index}` },
    involvedObject: { kind: 'Pod', name },
    source: { component: 'kubelet' },
  }));
}

function system(state: FakeState, { method, path, query, body }: FakeRequest): FakeAnswer | undefined {
  const route = `${method} ${path}`;
  if (route === 'GET /api/v1/settings')
    return ok({
      url: 'http://127.0.0.1:8080',
      version: '0.1.0',
      pollIntervalSeconds: 60,
      roles: ['api', 'engine', 'worker'],
    });
  if (route === 'GET /api/version') return ok({ Version: 'v0.1.0', KubernetesVersion: 'v1.36.0' });
  if (route === 'GET /api/v1/projects')
    return ok({
      items: ['default', 'shop', 'search', 'money', 'platform'].map((name) => ({
        metadata: { name },
        spec: {
          description: name === 'default' ? '' : `Everything of ${name}`,
          sourceRepos: ['*'],
          destinations: [{ server: '*', namespace: name === 'default' ? '*' : `${name}*` }],
          roles:
            name === 'shop'
              ? [{ name: 'deployer', policies: ['p, proj:shop:deployer, applications, sync, shop/*, allow'] }]
              : [],
        },
      })),
    });
  if (route === 'GET /api/v1/repositories') return ok({ items: state.repositories });
  if (route === 'POST /api/v1/repositories') {
    const repo = {
      repo: String(body['repo']),
      type: 'git',
      connectionState: { status: 'Successful', attemptedAt: new Date().toISOString() },
    };
    state.repositories.push(repo);
    return ok(repo);
  }
  if (path.startsWith('/api/v1/repositories/')) {
    const repo = decodeURIComponent(path.slice('/api/v1/repositories/'.length));
    if (method === 'DELETE') state.repositories = state.repositories.filter((each) => each.repo !== repo);
    return ok(state.repositories.find((each) => each.repo === repo) ?? {});
  }
  if (route === 'GET /api/v1/account')
    return ok({
      items: [
        {
          name: 'admin',
          enabled: true,
          capabilities: ['login', 'apiKey'],
          tokens: [{ id: 'ci', issuedAt: 1_790_000_000 }],
        },
      ],
    });
  if (route === 'GET /api/v1/cluster/resources')
    return ok({
      items: [
        ['', 'v1', 'pods', 'Pod'],
        ['', 'v1', 'services', 'Service'],
        ['', 'v1', 'configmaps', 'ConfigMap'],
        ['', 'v1', 'secrets', 'Secret'],
        ['', 'v1', 'nodes', 'Node'],
        ['', 'v1', 'namespaces', 'Namespace'],
        ['', 'v1', 'events', 'Event'],
        ['apps', 'v1', 'deployments', 'Deployment'],
        ['apps', 'v1', 'replicasets', 'ReplicaSet'],
        ['apps', 'v1', 'statefulsets', 'StatefulSet'],
        ['batch', 'v1', 'jobs', 'Job'],
        ['networking.k8s.io', 'v1', 'ingresses', 'Ingress'],
        ['argoproj.io', 'v1alpha1', 'applications', 'Application'],
      ].map(([group, version, resource, kind]) => ({
        group,
        version,
        resource,
        kind,
        namespaced: kind !== 'Node' && kind !== 'Namespace',
      })),
    });
  if (route === 'GET /api/v1/cluster/nodes') return ok({ items: state.nodes });
  if (route === 'GET /api/v1/cluster/objects') {
    const resource = query.get('resource');
    const namespace = query.get('namespace');
    const items =
      resource === 'pods'
        ? state.pods
        : resource === 'nodes'
          ? state.nodes
          : resource === 'applications'
            ? [...state.apps.values()]
            : [];
    return ok({
      items: namespace ? items.filter(({ metadata }) => metadata.namespace === namespace) : items,
    });
  }
  return undefined;
}
