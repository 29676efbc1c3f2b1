import type { JsonObject } from '@lotse/manifests';
import { describe, expect, it } from 'vitest';
import { createCluster } from '../cluster.js';
import { countVisits } from '../controllers/testing/count-visits.js';
import type { StoredObject } from '../store/stored-object.js';
import type { APIService } from '../types/index.js';
import { groupsOf } from '../api/group-versions.js';
import { serveMetrics } from '../api/metrics.js';
import { Aggregator } from './aggregator.js';
import { LocalApiServices } from './local-api-services.js';
import type { RemoteAnswer } from './remote-api.js';

const GROUP = 'wardle.example.com';
const list = {
  kind: 'APIResourceList',
  resources: [{ name: 'flunders', kind: 'Flunder', namespaced: true, verbs: ['list'] }],
};

function aggregating(
  answer: () => RemoteAnswer = () => ({ kind: 'answer', status: 200, body: JSON.stringify(list) }),
) {
  const cluster = createCluster({ controllers: [] });
  const asked: string[] = [];
  const local = new LocalApiServices(cluster);
  const aggregator = new Aggregator(cluster, {
    isSimulated: () => false,
    send: () => undefined,
    get(_service, path, answered) {
      asked.push(path);
      cluster.clock.after(10, () =>
        answered(path.startsWith('/apis') ? answer() : { kind: 'answer', status: 404, body: '' }),
      );
    },
  });
  const create = (apiVersion: string, kind: string, object: JsonObject): StoredObject => {
    const resource = cluster.registry.findKind(apiVersion, kind);
    if (!resource) throw new Error(`no ${kind}`);
    return cluster.operations.create(resource, { apiVersion, kind, ...object } as unknown as StoredObject, {
      user: 'me',
    });
  };
  const register = (spec: JsonObject = {}, name = `v1.${GROUP}`): StoredObject =>
    create('apiregistration.k8s.io/v1', 'APIService', {
      metadata: { name },
      spec: {
        group: GROUP,
        version: 'v1',
        groupPriorityMinimum: 2000,
        versionPriority: 15,
        service: { name: 'api', namespace: 'default' },
        ...spec,
      },
    });
  const condition = (name = `v1.${GROUP}`): string | undefined => {
    cluster.advance(100);
    const found = cluster.store.get('apiregistration.k8s.io/apiservices', `/${name}`) as
      APIService | undefined;
    const [available] = found?.status?.conditions ?? [];
    return available && `${available.status} ${available.reason}: ${available.message}`;
  };
  const service = (): void => {
    create('v1', 'Service', {
      metadata: { name: 'api', namespace: 'default' },
      spec: { ports: [{ port: 443 }] },
    });
  };
  const slice = (endpoints: JsonObject[]): void => {
    create('discovery.k8s.io/v1', 'EndpointSlice', {
      metadata: {
        name: `api-${endpoints.length}`,
        namespace: 'default',
        labels: { 'kubernetes.io/service-name': 'api' },
      },
      addressType: 'IPv4',
      endpoints,
      ports: [{ name: '', port: 8443 }],
    });
  };
  return { cluster, aggregator, local, asked, create, register, condition, service, slice };
}

describe('the aggregator', () => {
  it('says step by step why a server is not available, until it is', () => {
    const { register, condition, service, slice, asked } = aggregating();
    register();
    expect(condition()).toBe('False ServiceNotFound: service/api in "default" is not present');
    service();
    expect(condition()).toBe(
      'False EndpointsNotFound: cannot find endpointslices for service/api in "default"',
    );
    slice([]);
    expect(condition()).toBe(
      'False MissingEndpoints: endpointslices for service/api in "default" have no addresses with port name ""',
    );
    expect(asked).toEqual([]);
    slice([{ addresses: ['192.0.2.1'] }]);
    expect(condition()).toBe('True Passed: all checks passed');
    expect(asked).toContain(`/apis/${GROUP}/v1`);
  });

  it('looks for the port it is told', () => {
    const { register, condition, service } = aggregating();
    register({ service: { name: 'api', namespace: 'default', port: 8443 } });
    service();
    expect(condition()).toBe(
      'False ServicePortError: service/api in "default" is not listening on port 8443',
    );
  });

  it('notices that a server has gone, and that it is back', () => {
    let answer: RemoteAnswer = { kind: 'answer', status: 200, body: JSON.stringify(list) };
    const { cluster, aggregator, register, condition, service, slice } = aggregating(() => answer);
    const created = register() as APIService;
    service();
    slice([{ addresses: ['192.0.2.1'] }]);
    expect(condition()).toContain('Passed');
    expect(aggregator.isAvailable(created)).toBe(true);
    answer = { kind: 'failed', problem: 'connection refused' };
    cluster.advance('31s');
    expect(condition()).toBe('False FailedDiscoveryCheck: connection refused');
    expect(aggregator.isAvailable(created)).toBe(false);
    expect([...aggregator.versions()]).toMatchObject([{ isStale: true, resources: [{ name: 'flunders' }] }]);
    answer = { kind: 'answer', status: 503, body: '' };
    cluster.advance('6s');
    expect(condition()).toContain(
      'bad status from https://api.default.svc:443/apis/wardle.example.com/v1: 503',
    );
    answer = { kind: 'answer', status: 200, body: JSON.stringify(list) };
    cluster.advance('6s');
    expect(condition()).toContain('Passed');
  });

  it.each([
    ['no JSON', 'hello'],
    ['what nests without end', `{"resources":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
    ['other fields and types', JSON.stringify({ resources: [1, { name: 'a' }, null] })],
  ])('lists nothing of a server that answers %s, and everything of others', (_, body) => {
    const { cluster, aggregator, register, condition, service, slice } = aggregating(() => ({
      kind: 'answer',
      status: 200,
      body,
    }));
    register();
    service();
    slice([{ addresses: ['192.0.2.1'] }]);
    expect(condition()).toBe('True Passed: all checks passed');
    expect([...aggregator.versions()]).toMatchObject([{ group: GROUP, resources: [] }]);
    expect(groupsOf(cluster.registry, aggregator.versions()).length).toBeGreaterThan(20);
  });

  it('takes over no more of an entry than discovery tells', () => {
    const [flunder] = list.resources;
    const entry = { ...flunder, verbs: ['list', { deep: 1 }], shortNames: 'fl', more: { deep: 1 } };
    const { aggregator, register, condition, service, slice } = aggregating(() => ({
      kind: 'answer',
      status: 200,
      body: JSON.stringify({ resources: [entry] }),
    }));
    register();
    service();
    slice([{ addresses: ['192.0.2.1'] }]);
    condition();
    expect([...aggregator.versions()].map(({ resources }) => resources)).toEqual([list.resources]);
  });

  it('puts groups and versions where their priority says', () => {
    const { cluster, aggregator, register, service, slice, condition } = aggregating();
    register({ groupPriorityMinimum: 17_790 });
    service();
    slice([{ addresses: ['192.0.2.1'] }]);
    condition();
    const names = groupsOf(cluster.registry, aggregator.versions()).map(({ name }) => name);
    expect(names.slice(0, 5)).toEqual(['', 'apiregistration.k8s.io', 'apps', GROUP, 'events.k8s.io']);
  });

  it('knows which paths are for another server', () => {
    const { aggregator, register } = aggregating();
    expect(aggregator.serving(`/apis/${GROUP}/v1/flunders`)).toBeUndefined();
    register();
    for (const path of [`/apis/${GROUP}/v1`, `/apis/${GROUP}/v1/flunders`, `/openapi/v3/apis/${GROUP}/v1`])
      expect(aggregator.serving(path)).toBeDefined();
    for (const path of [
      '/apis',
      `/apis/${GROUP}`,
      `/apis/${GROUP}/v12/flunders`,
      '/api/v1/pods',
      '/openapi/v2',
      // What everybody may read must not lead to anything else.
      `/openapi/v3/apis/${GROUP}/v1/../../../../apis/${GROUP}/v1/flunders`,
    ])
      expect(aggregator.serving(path)).toBeUndefined();
  });

  it('looks at no more slices when other services have more', () => {
    const visits = (others: number): number => {
      const { cluster, create, register, service, slice } = aggregating();
      service();
      for (let index = 0; index < others; index++)
        create('discovery.k8s.io/v1', 'EndpointSlice', {
          metadata: {
            name: `other-${index}`,
            namespace: 'default',
            labels: { 'kubernetes.io/service-name': `other-${index}` },
          },
          addressType: 'IPv4',
          endpoints: [],
        });
      slice([{ addresses: ['192.0.2.1'] }]);
      register();
      return countVisits(cluster.store, () => cluster.advance('2m'));
    };
    expect(visits(200)).toBe(visits(2));
  });

  it('forgets what is no longer registered', () => {
    const { cluster, aggregator, register } = aggregating();
    register();
    const resource = cluster.registry.find('apiregistration.k8s.io', 'v1', 'apiservices');
    if (!resource) throw new Error('no apiservices');
    cluster.operations.delete(resource, undefined, `v1.${GROUP}`, { user: 'me' });
    expect([...aggregator.versions()]).toEqual([]);
    expect(aggregator.serving(`/apis/${GROUP}/v1`)).toBeUndefined();
  });
});

it('never gives the core group away', () => {
  const { cluster, aggregator, register, service, slice, condition } = aggregating();
  cluster.settle();
  service();
  slice([{ addresses: ['192.0.2.1'] }]);
  const services = cluster.registry.find('apiregistration.k8s.io', 'v1', 'apiservices');
  if (!services) throw new Error('not served');
  cluster.operations.delete(services, undefined, 'v1.', { user: 'me' });
  register({ group: '', version: 'v1' }, 'v1.');
  condition('v1.');
  const [core] = groupsOf(cluster.registry, aggregator.versions());
  expect(core?.versions[0]?.resources.map(({ kind }) => kind)).toContain('Pod');
});

it('answers for itself as long as only simulated containers stand behind a service', () => {
  const cluster = createCluster({ controllers: [] });
  let isSimulated = true;
  const local = new LocalApiServices(cluster);
  const aggregator = new Aggregator(cluster, {
    isSimulated: () => isSimulated,
    send: () => undefined,
    get: (_service, _path, answered) =>
      void cluster.clock.after(10, () => answered({ kind: 'failed', problem: 'nobody' })),
  });
  cluster.settle();
  const apps = '/apis/apps/v1/deployments';
  const services = cluster.registry.find('apiregistration.k8s.io', 'v1', 'apiservices');
  const found = cluster.store.get('apiregistration.k8s.io/apiservices', '/v1.apps') as APIService;
  if (!services || !found.spec) throw new Error('not served');
  const spec = { ...found.spec, service: { name: 'api', namespace: 'default' } };
  local.stop();
  cluster.operations.update(services, { ...found, spec } as APIService, { user: 'me' });
  expect(aggregator.serving(apps)).toBeUndefined();
  isSimulated = false;
  expect(aggregator.serving(apps)).toBeDefined();
});

describe('local APIServices', () => {
  it('are there for everything that is served, with their labels, and always available', () => {
    const { cluster, condition } = aggregating();
    expect(condition('v1.apps')).toBe('True Local: Local APIServices are always available');
    expect(cluster.store.get('apiregistration.k8s.io/apiservices', '/v1.')).toMatchObject({
      metadata: { labels: { 'kube-aggregator.kubernetes.io/automanaged': 'onstart' } },
      spec: { version: 'v1', groupPriorityMinimum: 18_000, versionPriority: 1 },
    });
  });

  it('leave that of metrics to whoever brings a server for them', () => {
    const { cluster } = aggregating();
    serveMetrics(cluster);
    cluster.settle();
    const key = 'apiregistration.k8s.io/apiservices';
    const found = cluster.store.get(key, '/v1beta1.metrics.k8s.io') as APIService;
    const services = cluster.registry.find('apiregistration.k8s.io', 'v1', 'apiservices');
    if (!services || !found.spec) throw new Error('not served');
    const spec = { ...found.spec, service: { name: 'metrics-server', namespace: 'kube-system' } };
    cluster.operations.update(services, { ...found, spec } as APIService, { user: 'helm' });
    new LocalApiServices(cluster);
    cluster.advance('1m');
    expect(cluster.store.get(key, '/v1beta1.metrics.k8s.io')).toMatchObject({ spec });
  });

  it('come and go with definitions, and are put right when somebody changes them', () => {
    const { cluster, create, condition } = aggregating();
    const schema = { openAPIV3Schema: { type: 'object' } };
    create('apiextensions.k8s.io/v1', 'CustomResourceDefinition', {
      metadata: { name: 'cups.tea.example.com' },
      spec: {
        group: 'tea.example.com',
        scope: 'Cluster',
        names: { plural: 'cups', kind: 'Cup' },
        versions: [{ name: 'v1', served: true, storage: true, schema }],
      },
    });
    expect(condition('v1.tea.example.com')).toContain('True Local');
    const key = 'apiregistration.k8s.io/apiservices';
    const found = cluster.store.get(key, '/v1.tea.example.com') as APIService;
    expect(found).toMatchObject({
      metadata: { labels: { 'kube-aggregator.kubernetes.io/automanaged': 'true' } },
      spec: { groupPriorityMinimum: 1000, versionPriority: 100 },
    });
    const services = cluster.registry.find('apiregistration.k8s.io', 'v1', 'apiservices');
    const definitions = cluster.registry.find('apiextensions.k8s.io', 'v1', 'customresourcedefinitions');
    if (!services || !definitions) throw new Error('not served');
    const changed = {
      ...found,
      spec: { ...found.spec, versionPriority: 7, groupPriorityMinimum: 7 },
    } as APIService;
    cluster.operations.update(services, changed, { user: 'me' });
    cluster.advance(10);
    expect(cluster.store.get(key, '/v1.tea.example.com')).toMatchObject({ spec: { versionPriority: 100 } });
    cluster.operations.delete(definitions, undefined, 'cups.tea.example.com', { user: 'me' });
    cluster.advance(10);
    expect(cluster.store.get(key, '/v1.tea.example.com')).toBeUndefined();
  });
});

it('keeps what admission refuses for later, and does not stumble', () => {
  const { cluster, create } = aggregating();
  cluster.webhooks.callThrough({
    call: (_call, answered) =>
      void cluster.clock.after(10, () => answered({ kind: 'failed', problem: 'closed' })),
  });
  const rules = [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['apiservices'] }];
  create('admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration', {
    metadata: { name: 'closed' },
    webhooks: [
      {
        name: 'closed.example.com',
        clientConfig: { url: 'https://closed.example.com/' },
        rules,
        admissionReviewVersions: ['v1'],
        sideEffects: 'None',
      },
    ],
  });
  const schema = { openAPIV3Schema: { type: 'object' } };
  create('apiextensions.k8s.io/v1', 'CustomResourceDefinition', {
    metadata: { name: 'cups.tea.example.com' },
    spec: {
      group: 'tea.example.com',
      scope: 'Cluster',
      names: { plural: 'cups', kind: 'Cup' },
      versions: [{ name: 'v1', served: true, storage: true, schema }],
    },
  });
  const key = 'apiregistration.k8s.io/apiservices';
  cluster.advance('1m');
  expect(cluster.store.get(key, '/v1.tea.example.com')).toBeUndefined();
  const configurations = cluster.registry.findKind(
    'admissionregistration.k8s.io/v1',
    'ValidatingWebhookConfiguration',
  );
  if (!configurations) throw new Error('not served');
  cluster.operations.delete(configurations, undefined, 'closed', { user: 'me' });
  cluster.advance('1m');
  expect(cluster.store.get(key, '/v1.tea.example.com')).toBeDefined();
});

describe('an APIService', () => {
  it.each([
    [{ version: 'v2' }, 'must be `spec.version+"."+spec.group`: "v2.wardle.example.com"'],
    [{ groupPriorityMinimum: 0 }, 'must be positive and less than 20000'],
    [{ versionPriority: 1001 }, 'must be positive and less than 1000'],
    [{ service: { namespace: 'default' } }, 'spec.service.name: Required value'],
    [{ insecureSkipTLSVerify: true, caBundle: 'YQ==' }, 'may not be true if caBundle is present'],
  ])('is refused with %j', (spec, words) => {
    expect(() => aggregating().register(spec)).toThrow(words);
  });
});
