import { beforeEach, describe, expect, it } from 'vitest';
import { mastersOnly } from '../../auth/authorizer.js';
import { createCluster, type Cluster } from '../../cluster.js';
import { isStream, type FullResponse } from '../api-request.js';
import { ApiServer } from '../api-server.js';

let cluster: Cluster;
let api: ApiServer;

beforeEach(() => {
  cluster = createCluster({ nodes: 1 });
  api = new ApiServer({
    ...cluster,
    random: { next: () => 0 },
    authenticators: [{ authenticate: () => ({ user: 'admin', groups: ['system:masters'] }) }],
    authorizer: mastersOnly,
  });
  send('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } });
});

interface Answer {
  readonly status: number;
  readonly warnings: readonly string[];
  readonly body: string;
  // The answers of the API are read as they are.
  readonly json: Readonly<Record<string, unknown>>;
}

function send(method: string, target: string, body?: unknown, headers: Record<string, string> = {}): Answer {
  const [path = '', query = ''] = target.split('?');
  const all: Record<string, string> = { 'content-type': 'application/json', ...headers };
  const response = api.handle({
    method,
    path,
    query: new URLSearchParams(query),
    header: (name) => (Object.hasOwn(all, name) ? all[name] : undefined),
    headers: () => [],
    headerNames: () => [],
    body: body === undefined ? new Uint8Array() : Buffer.from(JSON.stringify(body)),
  });
  expect(isStream(response)).toBe(false);
  const { status, body: bytes, warnings = [] } = response as FullResponse;
  const text = Buffer.from(bytes).toString();
  return { status, warnings, body: text, json: JSON.parse(text) as Answer['json'] };
}

const pods = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'nginx' }] } };
const old = (apiVersion: string, kind: string, spec: unknown) => ({
  apiVersion,
  kind,
  metadata: { name: 'web' },
  spec,
});
const at = (apiVersion: string, resource: string, name = '') =>
  `/apis/${apiVersion}/namespaces/default/${resource}${name && `/${name}`}`;

describe('versions Kubernetes has given up', () => {
  it('makes a deployment of 2016 a deployment of today, with what its version filled in by itself', () => {
    const deployment = old('extensions/v1beta1', 'Deployment', { template: pods });
    const created = send('POST', at('extensions/v1beta1', 'deployments'), deployment);
    expect(created.status).toBe(201);
    expect(created.warnings).toEqual([
      'extensions/v1beta1 Deployment is deprecated in v1.9+, unavailable in v1.16+; use apps/v1 Deployment',
    ]);
    expect(created.json).toMatchObject({ apiVersion: 'extensions/v1beta1', kind: 'Deployment' });
    expect(send('GET', at('apps/v1', 'deployments', 'web')).json).toMatchObject({
      apiVersion: 'apps/v1',
      spec: {
        replicas: 1,
        selector: { matchLabels: { app: 'web' } },
        strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } },
        progressDeadlineSeconds: 2_147_483_647,
      },
    });
    cluster.settle();
    expect(send('GET', '/api/v1/namespaces/default/pods').json['items']).toHaveLength(1);
  });

  it('reads, lists, changes, scales and deletes through the old version', () => {
    const base = at('apps/v1beta1', 'deployments');
    send('POST', base, old('apps/v1beta1', 'Deployment', { template: pods, rollbackTo: { revision: 0 } }));
    expect(send('GET', base).json).toMatchObject({
      kind: 'DeploymentList',
      apiVersion: 'apps/v1beta1',
      items: [{ apiVersion: 'apps/v1beta1', spec: { revisionHistoryLimit: 2 } }],
    });
    const strategic = { 'content-type': 'application/strategic-merge-patch+json' };
    const patch = { spec: { template: { spec: { containers: [{ name: 'c', tty: true }] } } } };
    expect(send('PATCH', `${base}/web`, patch, strategic).json).toMatchObject({
      apiVersion: 'apps/v1beta1',
      spec: { template: { spec: { containers: [{ name: 'c', image: 'nginx', tty: true }] } } },
    });
    const merge = { 'content-type': 'application/merge-patch+json' };
    expect(send('PATCH', `${base}/web/scale`, { spec: { replicas: 3 } }, merge).json).toMatchObject({
      kind: 'Scale',
      spec: { replicas: 3 },
    });
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io';
    const { rows } = send('GET', base, undefined, { accept }).json as { rows: { cells: unknown[] }[] };
    expect(rows[0]?.cells.slice(0, 2)).toEqual(['web', '0/3']);
    expect(send('DELETE', `${base}/web`).status).toBe(200);
    expect(send('GET', at('apps/v1', 'deployments', 'web')).status).toBe(404);
  });

  it('applies on the server what is written in an old version', () => {
    const apply = { 'content-type': 'application/apply-patch+yaml' };
    const target = `${at('extensions/v1beta1', 'deployments', 'web')}?fieldManager=me`;
    const first = send('PATCH', target, old('extensions/v1beta1', 'Deployment', { template: pods }), apply);
    expect(first.status, first.body).toBe(201);
    const again = send('PATCH', target, old('extensions/v1beta1', 'Deployment', { template: pods }), apply);
    expect(again.status).toBe(200);
    expect(again.json['metadata']).toEqual(first.json['metadata']);
  });

  it('moves the backends of an ingress both ways', () => {
    const backend = { serviceName: 'shop', servicePort: 80 };
    const spec = {
      backend: { serviceName: 'other', servicePort: 'http' },
      rules: [{ host: 'a.example', http: { paths: [{ path: '/x', backend }] } }],
    };
    const created = send(
      'POST',
      at('extensions/v1beta1', 'ingresses'),
      old('extensions/v1beta1', 'Ingress', spec),
    );
    expect(created.status, created.body).toBe(201);
    const path = { path: '/x', pathType: 'ImplementationSpecific' };
    expect(send('GET', at('networking.k8s.io/v1', 'ingresses', 'web')).json).toMatchObject({
      spec: {
        defaultBackend: { service: { name: 'other', port: { name: 'http' } } },
        rules: [
          { http: { paths: [{ ...path, backend: { service: { name: 'shop', port: { number: 80 } } } }] } },
        ],
      },
    });
    expect(send('GET', at('networking.k8s.io/v1beta1', 'ingresses', 'web')).json).toMatchObject({
      spec: { backend: spec.backend, rules: [{ http: { paths: [{ ...path, backend }] } }] },
    });
    const typo = { rules: [{ http: { paths: [{ backend: { ...backend, servicePrt: 1 } }] } }] };
    const refused = send(
      'POST',
      `${at('networking.k8s.io/v1beta1', 'ingresses')}?fieldValidation=Strict`,
      old('networking.k8s.io/v1beta1', 'Ingress', typo),
    );
    expect(refused.status).toBe(400);
    expect(refused.body).toContain('servicePrt');
  });

  it('keeps the empty selector of an old disruption budget from meaning every pod', () => {
    const base = at('policy/v1beta1', 'poddisruptionbudgets');
    send('POST', base, old('policy/v1beta1', 'PodDisruptionBudget', { minAvailable: 1, selector: {} }));
    expect(send('GET', at('policy/v1', 'poddisruptionbudgets', 'web')).json).toMatchObject({
      spec: { selector: { matchExpressions: [{ operator: 'Exists' }] } },
    });
    expect(send('GET', `${base}/web`).json).toMatchObject({ spec: { selector: {} } });
  });

  it('moves the targets of an autoscaler both ways', () => {
    const metrics = [
      { type: 'Resource', resource: { name: 'cpu', targetAverageUtilization: 70 } },
      { type: 'Pods', pods: { metricName: 'requests', targetAverageValue: '10' } },
      {
        type: 'Object',
        object: { metricName: 'hits', target: { kind: 'Ingress', name: 'i' }, targetValue: '2' },
      },
      { type: 'External', external: { metricName: 'queue', targetValue: '5' } },
    ];
    const spec = {
      maxReplicas: 3,
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      metrics,
    };
    const base = at('autoscaling/v2beta1', 'horizontalpodautoscalers');
    const created = send('POST', base, old('autoscaling/v2beta1', 'HorizontalPodAutoscaler', spec));
    expect(created.status, created.body).toBe(201);
    expect(send('GET', at('autoscaling/v2', 'horizontalpodautoscalers', 'web')).json).toMatchObject({
      spec: {
        metrics: [
          { resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } },
          { pods: { metric: { name: 'requests' }, target: { type: 'AverageValue', averageValue: '10' } } },
          { object: { describedObject: { name: 'i' }, target: { type: 'Value', value: '2' } } },
          { external: { metric: { name: 'queue' }, target: { type: 'Value', value: '5' } } },
        ],
      },
    });
    expect(send('GET', `${base}/web`).json).toMatchObject({ spec: { metrics } });
  });

  it('serves a definition that has no schema, and keeps whatever its objects hold', () => {
    const definition = {
      apiVersion: 'apiextensions.k8s.io/v1beta1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'things.example.com' },
      spec: {
        group: 'example.com',
        version: 'v1',
        scope: 'Namespaced',
        names: { plural: 'things', kind: 'Thing' },
        additionalPrinterColumns: [{ name: 'Size', type: 'string', JSONPath: '.spec.size' }],
      },
    };
    const created = send('POST', '/apis/apiextensions.k8s.io/v1beta1/customresourcedefinitions', definition);
    expect(created.status, created.body).toBe(201);
    expect(created.json).toMatchObject({
      spec: { version: 'v1', additionalPrinterColumns: [{ JSONPath: '.spec.size' }] },
    });
    cluster.settle();
    const thing = {
      apiVersion: 'example.com/v1',
      kind: 'Thing',
      metadata: { name: 't' },
      spec: { size: 'L', x: [1] },
    };
    expect(send('POST', at('example.com/v1', 'things'), thing).json).toMatchObject({ spec: thing.spec });
  });

  it('refuses pod security policies with what to write instead', () => {
    const policy = old('policy/v1beta1', 'PodSecurityPolicy', { privileged: false });
    const refused = send('POST', '/apis/policy/v1beta1/podsecuritypolicies', policy);
    expect(refused.status).toBe(400);
    expect(refused.body).toContain('pod-security.kubernetes.io/enforce');
    expect(send('GET', '/apis/policy/v1beta1/podsecuritypolicies').json['items']).toEqual([]);
    expect(send('GET', '/apis/policy/v1beta1/podsecuritypolicies/web').status).toBe(404);
  });

  it('survives every value in every place', () => {
    const values = [
      null,
      1,
      'x',
      [],
      [null],
      [1],
      {},
      { selector: 1, template: [] },
      { rules: [{ http: 1 }] },
      { metrics: [{ type: 'Pods', pods: 1 }] },
      { versions: [1] },
    ];
    for (const resource of cluster.registry.retired()) {
      const base = `/apis/${resource.group}/${resource.version}${resource.namespaced ? '/namespaces/default' : ''}/${resource.resource}`;
      for (const spec of values) {
        const given = old(`${resource.group}/${resource.version}`, resource.kind, spec);
        const { status, body } = send('POST', base, given);
        expect([201, 400, 403, 409, 422], `${JSON.stringify(given)}\n${body}`).toContain(status);
      }
    }
  });

  it('is found by clients that name it and by nobody who takes stock', () => {
    const list = send('GET', '/apis/extensions/v1beta1').json['resources'] as {
      name: string;
      verbs: string[];
    }[];
    expect(list.map(({ name }) => name)).toContain('deployments');
    expect(list.filter(({ name, verbs }) => !name.includes('/') && verbs.length > 0)).toEqual([]);
    expect(send('GET', '/apis/apps').json).toMatchObject({ preferredVersion: { version: 'v1' } });
    expect([...cluster.registry.all()].filter(({ group }) => group === 'extensions')).toEqual([]);
    const document = send('GET', '/openapi/v3/apis/extensions/v1beta1').json as {
      components: { schemas: Record<string, unknown> };
    };
    expect(document.components.schemas['io.k8s.api.extensions.v1beta1.Deployment']).toMatchObject({
      'x-kubernetes-group-version-kind': [{ group: 'extensions', version: 'v1beta1', kind: 'Deployment' }],
    });
  });
});
