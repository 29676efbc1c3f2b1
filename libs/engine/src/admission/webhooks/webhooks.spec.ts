import type { JsonObject, JsonValue } from '@lotse/manifests';
import { describe, expect, it } from 'vitest';
import { createCluster, type Cluster } from '../../cluster.js';
import { ConfigMaps, Deployments, Namespaces, Pods } from '../../clients/resource-type.js';
import { withWebhooks } from '../../adapters/with-webhooks.js';
import { isApiError } from '../../api/api-error.js';
import type { StoredObject } from '../../store/stored-object.js';
import type { ConfigMap } from '../../types/index.js';
import type { WebhookCall } from './webhook-caller.js';

type Respond = (request: JsonObject, call: WebhookCall) => JsonObject | 'fails';
const ANSWER_MS = 50;

/** A cluster in virtual time whose webhooks answer after a while. */
function clusterWith(respond: Respond): { cluster: Cluster; calls: JsonObject[] } {
  const cluster = createCluster({ nodes: 1 });
  cluster.settle();
  const calls: JsonObject[] = [];
  cluster.webhooks.callThrough({
    call(call, answered) {
      const request = call.review['request'] as JsonObject;
      calls.push(request);
      cluster.clock.after(ANSWER_MS, () => {
        const response = respond(request, call);
        if (response === 'fails') return answered({ kind: 'failed', problem: 'nobody is there' });
        const body = {
          apiVersion: 'admission.k8s.io/v1',
          kind: 'AdmissionReview',
          response: { uid: request['uid'] ?? '', ...response },
        };
        answered({ kind: 'answer', body });
      });
    },
  });
  return { cluster, calls };
}

const patch = (...operations: JsonObject[]): JsonObject => ({
  allowed: true,
  patchType: 'JSONPatch',
  patch: Buffer.from(JSON.stringify(operations)).toString('base64'),
});

function configure(
  cluster: Cluster,
  kind: 'Mutating' | 'Validating',
  webhooks: readonly JsonObject[],
  onWarning: (text: string) => void = () => undefined,
): void {
  const info = cluster.registry.findKind('admissionregistration.k8s.io/v1', `${kind}WebhookConfiguration`);
  if (!info) throw new Error('no such kind');
  const filled = webhooks.map((webhook, index) => ({
    name: `hook${index}.example.com`,
    clientConfig: { url: 'https://hook.example.com/' },
    rules: [
      { apiGroups: ['', 'apps'], apiVersions: ['*'], operations: ['*'], resources: ['pods', 'configmaps'] },
    ],
    admissionReviewVersions: ['v1'],
    sideEffects: 'None',
    ...webhook,
  }));
  const object = {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: `${kind}WebhookConfiguration`,
    metadata: { name: 'hooks' },
    webhooks: filled as JsonValue,
  };
  cluster.operations.create(info, object as unknown as StoredObject, { user: 'admin' }, { onWarning });
}

const map = (data: Record<string, string> = {}): ConfigMap => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'm', namespace: 'default' },
  data,
});

/** What a write of a map from the edge comes to. */
async function written(cluster: Cluster, options: { dryRun?: boolean } = {}): Promise<unknown> {
  const writing = withWebhooks(cluster.webhooks, () =>
    cluster.client.as('ann').create(ConfigMaps, map({ a: '1' }), options),
  ).then(
    (object) => object.data,
    (error: unknown) => (isApiError(error) ? `${error.code} ${error.message}` : error),
  );
  for (let turn = 0; turn < 20; turn++) {
    await Promise.resolve();
    cluster.advance(ANSWER_MS);
    await Promise.resolve();
  }
  return writing;
}

describe('admission webhooks', () => {
  it('change an object before it is stored, and see it in the shape of an AdmissionReview', async () => {
    const { cluster, calls } = clusterWith(() => patch({ op: 'add', path: '/data/b', value: '2' }));
    configure(cluster, 'Mutating', [{}]);
    expect(await written(cluster)).toEqual({ a: '1', b: '2' });
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatchObject({
      kind: { group: '', version: 'v1', kind: 'ConfigMap' },
      resource: { group: '', version: 'v1', resource: 'configmaps' },
      requestKind: { group: '', version: 'v1', kind: 'ConfigMap' },
      name: 'm',
      namespace: 'default',
      operation: 'CREATE',
      userInfo: { username: 'ann' },
      object: { metadata: { name: 'm', creationTimestamp: null }, data: { a: '1' } },
      oldObject: null,
      dryRun: false,
      options: { kind: 'CreateOptions', apiVersion: 'meta.k8s.io/v1' },
    });
    expect(calls[0]).not.toHaveProperty('object.metadata.uid');
  });

  it.each<[string, JsonObject | 'fails', JsonObject, unknown]>([
    [
      'refuse with their own words',
      { allowed: false, status: { code: 418, message: 'no maps', reason: 'Teapot' } },
      {},
      '418 admission webhook "hook0.example.com" denied the request: no maps',
    ],
    [
      'refuse without words, and never with a code of success',
      { allowed: false, status: { code: 200 } },
      {},
      '400 admission webhook "hook0.example.com" denied the request without explanation',
    ],
    [
      'refuse without a code that HTTP does not know',
      { allowed: false, status: { code: 4180, message: 'no maps' } },
      {},
      '400 admission webhook "hook0.example.com" denied the request: no maps',
    ],
    [
      'stop the request when they can’t be reached',
      'fails',
      {},
      '500 Internal error occurred: failed calling webhook "hook0.example.com": nobody is there',
    ],
    ['are passed by when they can’t be reached and may be', 'fails', { failurePolicy: 'Ignore' }, { a: '1' }],
    [
      'must answer what they were asked',
      { allowed: true, uid: 'other' },
      {},
      /^500 Internal error occurred: failed calling webhook "hook0.example.com": received invalid webhook response: expected response.uid="[0-9a-f-]{36}", got "other"$/,
    ],
    [
      'may not patch when they validate',
      patch({ op: 'add', path: '/data/b', value: '2' }),
      {},
      '500 Internal error occurred: failed calling webhook "hook0.example.com": received invalid webhook response: validating webhook may not return response.patch',
    ],
    [
      'are not asked when a condition does not hold',
      { allowed: false },
      { matchConditions: [{ name: 'c', expression: "request.userInfo.username != 'ann'" }] },
      { a: '1' },
    ],
    [
      'stop the request when a condition makes no sense',
      { allowed: true },
      { matchConditions: [{ name: 'c', expression: 'object.nothing.there == 1' }] },
      /^403 configmaps "m" is forbidden: expression 'object.nothing.there == 1' resulted in error: /,
    ],
    [
      'are not asked about namespaces they did not choose',
      { allowed: false },
      { namespaceSelector: { matchLabels: { guarded: 'yes' } } },
      { a: '1' },
    ],
    [
      'are not asked about objects they did not choose',
      { allowed: false },
      { objectSelector: { matchLabels: { guarded: 'yes' } } },
      { a: '1' },
    ],
  ])('%s', async (_, response, webhook, expected) => {
    const { cluster } = clusterWith(() => response);
    configure(cluster, 'Validating', [webhook]);
    const got = await written(cluster);
    if (expected instanceof RegExp) expect(got).toMatch(expected);
    else expect(got).toEqual(expected);
  });

  it('pass warnings on, once', async () => {
    const { cluster } = clusterWith(() => ({ allowed: true, warnings: ['maps are old'] }));
    configure(cluster, 'Validating', [{}, {}]);
    const warnings: string[] = [];
    const writing = withWebhooks(cluster.webhooks, () => {
      warnings.length = 0;
      return cluster.client.create(ConfigMaps, map(), { onWarning: (text) => warnings.push(text) });
    });
    cluster.advance(ANSWER_MS);
    await writing;
    expect(warnings).toEqual(['maps are old', 'maps are old']);
  });

  it('are asked again when another one changes what they have seen', async () => {
    const { cluster, calls } = clusterWith((request, { name }) =>
      name === 'hook1.example.com'
        ? patch({ op: 'add', path: '/data/b', value: '2' })
        : patch({
            op: 'add',
            path: '/data/seen',
            value: Object.keys((request['object'] as { data: JsonObject }).data).join(','),
          }),
    );
    configure(cluster, 'Mutating', [{ reinvocationPolicy: 'IfNeeded' }, {}]);
    expect(await written(cluster)).toEqual({ a: '1', b: '2', seen: 'a,seen,b' });
    expect(calls).toHaveLength(3);
  });

  it('say nothing over webhooks and policies themselves', () => {
    const { cluster, calls } = clusterWith(() => ({ allowed: false }));
    const everything = { apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*/*'] };
    configure(cluster, 'Validating', [{ rules: [everything] }]);
    configure(cluster, 'Mutating', [{ rules: [everything] }]);
    expect(calls).toEqual([]);
  });

  it('are asked about the pods that controllers make, and the controllers come back for the answer', () => {
    const { cluster, calls } = clusterWith(() =>
      patch({ op: 'add', path: '/metadata/labels/seen', value: 'yes' }),
    );
    configure(cluster, 'Mutating', [{}]);
    deploy(cluster, 3);
    cluster.advance('10s');
    const pods = cluster.client.lister(Pods).list('default');
    expect(pods).toHaveLength(3);
    expect(pods.map(({ metadata }) => metadata.labels?.['seen'])).toEqual(['yes', 'yes', 'yes']);
    expect(pods.every(({ status }) => status?.phase === 'Running')).toBe(true);
    const creates = calls.filter(({ operation }) => operation === 'CREATE');
    expect(creates).toHaveLength(3);
    expect(creates[0]).toMatchObject({
      userInfo: { username: 'system:serviceaccount:kube-system:replicaset-controller' },
    });
    expect(creates[0]).not.toHaveProperty('name');
    expect(creates[0]).not.toHaveProperty('object.metadata.name');
  });

  it('make a refused pod the failure of its ReplicaSet', () => {
    const { cluster } = clusterWith(() => ({ allowed: false, status: { message: 'too many' } }));
    configure(cluster, 'Validating', [{}]);
    deploy(cluster, 1);
    cluster.advance('2s');
    expect(cluster.client.lister(Pods).list('default')).toEqual([]);
    const condition = cluster.client
      .lister(Deployments)
      .get('default', 'web')
      ?.status?.conditions?.find(({ type }) => type === 'ReplicaFailure');
    expect(condition?.message).toContain(
      'admission webhook "hook0.example.com" denied the request: too many',
    );
  });

  it('write the same history for the same answers', () => {
    const history = (): string => {
      const { cluster } = clusterWith(() =>
        patch({ op: 'add', path: '/metadata/labels/seen', value: 'yes' }),
      );
      configure(cluster, 'Mutating', [{}]);
      deploy(cluster, 2);
      cluster.advance('10s');
      return JSON.stringify(cluster.client.lister(Pods).list('default'));
    };
    expect(history()).toBe(history());
  });

  it('see the state of the moment the write is made, not the one it began with', async () => {
    const { cluster, calls } = clusterWith(() => ({ allowed: true }));
    cluster.client.create(ConfigMaps, map({ a: '1' }));
    configure(cluster, 'Validating', [{}]);
    const writing = withWebhooks(cluster.webhooks, () =>
      cluster.client.patch(ConfigMaps, 'default', 'm', 'merge', { data: { b: '2' } }),
    );
    const info = cluster.registry.find('', 'v1', 'configmaps');
    if (!info) throw new Error('no maps');
    // Stored past the webhooks, while the first answer is on its way.
    const current = cluster.client.get(ConfigMaps, 'default', 'm');
    cluster.store.commit('/configmaps', { ...current, data: { a: 'new' } } as StoredObject);
    for (let turn = 0; turn < 6; turn++) {
      cluster.advance(ANSWER_MS);
      await Promise.resolve();
      await Promise.resolve();
    }
    expect((await writing).data).toEqual({ a: 'new', b: '2' });
    expect(calls).toHaveLength(2);
  });

  it('must be free of side effects to be asked in a dry run', async () => {
    const { cluster } = clusterWith(() => ({ allowed: true }));
    configure(cluster, 'Validating', [{}]);
    expect(await written(cluster, { dryRun: true })).toEqual({ a: '1' });
    expect(cluster.client.lister(ConfigMaps).get('default', 'm')).toBeUndefined();
  });

  it('have no effect where nobody can call them, and their author is told', () => {
    const cluster = createCluster({ controllers: [] });
    cluster.client.create(Namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'n' } });
    const warnings: string[] = [];
    const onWarning = (text: string): number => warnings.push(text);
    configure(cluster, 'Validating', [{}], onWarning);
    expect(warnings).toEqual([
      'this cluster has no way to call admission webhooks: the configuration is kept but has no effect',
    ]);
    expect(cluster.client.create(ConfigMaps, map({ a: '1' })).data).toEqual({ a: '1' });
  });
});

function deploy(cluster: Cluster, replicas: number): void {
  cluster.client.create(Deployments, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'default' },
    spec: {
      replicas,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: { containers: [{ name: 'c', image: 'nginx' }] },
      },
    },
  });
}
