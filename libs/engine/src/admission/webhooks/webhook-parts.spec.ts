import type { JsonObject } from '@lotse/manifests';
import { describe, expect, it } from 'vitest';
import { withWebhooks } from '../../adapters/with-webhooks.js';
import { AdminApi } from '../../api/testing/admin-api.js';

const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments';
const PODS = '/api/v1/namespaces/default/pods';
const HPAS = '/apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers';
const CONFIGURATIONS = '/apis/admissionregistration.k8s.io/v1';

const container = { name: 'c', image: 'busybox' };
const deployment = {
  metadata: { name: 'web' },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [container] } },
  },
};
const pod = (name: string) => ({ metadata: { name }, spec: { containers: [container], nodeName: 'n' } });

/** An API whose webhooks are asked about some resources, and note what they are asked. */
function guarded(rule: JsonObject, respond: (request: JsonObject) => JsonObject = () => ({ allowed: true })) {
  const api = new AdminApi();
  const { cluster } = api;
  const asked: JsonObject[] = [];
  cluster.webhooks.callThrough({
    call(call, answered) {
      const request = call.review['request'] as JsonObject;
      asked.push(request);
      cluster.clock.after(10, () =>
        answered({
          kind: 'answer',
          body: {
            kind: 'AdmissionReview',
            apiVersion: 'admission.k8s.io/v1',
            response: { uid: request['uid'] ?? '', ...respond(request) },
          },
        }),
      );
    },
  });
  const webhook = {
    name: 'guard.example.com',
    clientConfig: { url: 'https://guard.example.com/' },
    admissionReviewVersions: ['v1'],
    sideEffects: 'None',
  };
  const configure = (kind: 'mutating' | 'validating', more: JsonObject = {}): void => {
    const rules = [{ apiGroups: ['*'], apiVersions: ['v1'], operations: ['*'], resources: ['*'], ...rule }];
    const body = { metadata: { name: 'guard' }, webhooks: [{ ...webhook, rules, ...more }] };
    expect(api.send('POST', `${CONFIGURATIONS}/${kind}webhookconfigurations`, body).status).toBe(201);
  };
  const waiting = async <T>(action: () => T): Promise<T> => {
    const answer = withWebhooks(cluster.webhooks, action);
    for (let turn = 0; turn < 30; turn++) {
      await Promise.resolve();
      cluster.advance(10);
    }
    return answer;
  };
  const send = async (...request: Parameters<AdminApi['send']>) => waiting(() => api.send(...request));
  return { api, asked, configure, send, waiting };
}

const patch = (...operations: JsonObject[]): JsonObject => ({
  allowed: true,
  patchType: 'JSONPatch',
  patch: Buffer.from(JSON.stringify(operations)).toString('base64'),
});

describe('webhooks for parts of objects', () => {
  it('see a scale as a Scale, and may change it', async () => {
    const { api, asked, configure, send } = guarded({ resources: ['deployments/scale'] }, () =>
      patch({ op: 'replace', path: '/spec/replicas', value: 5 }),
    );
    api.send('POST', DEPLOYMENTS, deployment);
    configure('mutating');
    const merge = { 'content-type': 'application/merge-patch+json' };
    const { json } = await send('PATCH', `${DEPLOYMENTS}/web/scale`, { spec: { replicas: 3 } }, merge);
    expect(json).toMatchObject({ kind: 'Scale', spec: { replicas: 5 } });
    expect(asked[0]).toMatchObject({
      kind: { group: 'autoscaling', version: 'v1', kind: 'Scale' },
      resource: { group: 'apps', version: 'v1', resource: 'deployments' },
      subResource: 'scale',
      operation: 'UPDATE',
      object: { kind: 'Scale', spec: { replicas: 3 } },
      oldObject: { kind: 'Scale', spec: { replicas: 1 } },
    });
    expect(api.send('GET', `${DEPLOYMENTS}/web`).json).toMatchObject({
      metadata: { generation: 2 },
      spec: { replicas: 5 },
    });
    expect(asked).toHaveLength(1);
  });

  it('are asked about an eviction, and not about the deletion it becomes', async () => {
    const { api, asked, configure, send } = guarded({ resources: ['pods', 'pods/eviction'] }, (request) => ({
      allowed: request['name'] !== 'kept',
      status: { message: 'stays' },
    }));
    for (const name of ['kept', 'gone']) api.send('POST', PODS, pod(name));
    configure('validating');
    const evict = async (name: string) =>
      send('POST', `${PODS}/${name}/eviction`, {
        apiVersion: 'policy/v1',
        kind: 'Eviction',
        metadata: { name },
      });
    expect((await evict('kept')).json).toMatchObject({
      message: 'admission webhook "guard.example.com" denied the request: stays',
    });
    expect((await evict('gone')).status).toBe(201);
    expect(asked).toHaveLength(2);
    expect(asked[1]).toMatchObject({
      kind: { group: 'policy', version: 'v1', kind: 'Eviction' },
      subResource: 'eviction',
      operation: 'CREATE',
      object: { kind: 'Eviction', metadata: { name: 'gone' } },
      oldObject: null,
    });
  });

  it('are asked before somebody is connected, about the options of the connection', async () => {
    const { api, asked, configure, waiting } = guarded(
      { operations: ['CONNECT'], resources: ['pods/*'] },
      (request) => ({ allowed: request['subResource'] !== 'attach', status: { message: 'no' } }),
    );
    api.send('POST', PODS, pod('p'));
    configure('validating');
    const attach = await waiting(() => api.connect(`${PODS}/p/attach?stdin=true&stdout=1&container=c`));
    expect(JSON.parse(attach)).toMatchObject({
      message: 'admission webhook "guard.example.com" denied the request: no',
    });
    expect(await waiting(() => api.connect(`${PODS}/p/exec?stdout=1&command=ls&command=-l`))).toBe(
      'admitted',
    );
    expect(asked[0]).toMatchObject({
      kind: { group: '', version: 'v1', kind: 'PodAttachOptions' },
      resource: { resource: 'pods' },
      name: 'p',
      namespace: 'default',
      operation: 'CONNECT',
      object: { kind: 'PodAttachOptions', apiVersion: 'v1', stdin: true, stdout: true, container: 'c' },
      oldObject: null,
      options: null,
    });
    expect(asked[0]?.['object']).not.toHaveProperty('metadata');
    expect(asked[1]).toMatchObject({ object: { kind: 'PodExecOptions', command: ['ls', '-l'] } });
  });

  it('are asked once about each object of a collection, before the first is deleted', async () => {
    const { api, asked, configure, send } = guarded(
      { operations: ['DELETE'], resources: ['configmaps'] },
      (request) => ({ allowed: request['name'] !== 'c', status: { message: 'stays' } }),
    );
    const maps = '/api/v1/namespaces/default/configmaps';
    for (const name of ['a', 'b', 'c', 'd']) api.send('POST', maps, { metadata: { name } });
    configure('validating');
    expect((await send('DELETE', maps)).json).toMatchObject({
      message: expect.stringContaining('stays') as string,
    });
    expect(asked.map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd']);
    const left = api.send('GET', maps).json as { items: { metadata: { name: string } }[] };
    expect(left.items.map(({ metadata }) => metadata.name)).toEqual(['c', 'd']);
  });

  it('see an old version as it was asked for, and a new one when that is what they know', async () => {
    const target = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
    const scaler = {
      metadata: { name: 'web' },
      spec: { maxReplicas: 3, scaleTargetRef: target, targetCPUUtilizationPercentage: 50 },
    };
    const old = guarded({ apiVersions: ['v1'], resources: ['horizontalpodautoscalers'] });
    old.configure('validating', { matchPolicy: 'Exact' });
    expect((await old.send('POST', HPAS, scaler)).status).toBe(201);
    expect(old.asked[0]).toMatchObject({
      kind: { group: 'autoscaling', version: 'v1' },
      object: { apiVersion: 'autoscaling/v1', spec: { targetCPUUtilizationPercentage: 50 } },
    });
    const exact = guarded({ apiVersions: ['v2'], resources: ['horizontalpodautoscalers'] });
    exact.configure('validating', { matchPolicy: 'Exact' });
    await exact.send('POST', HPAS, scaler);
    expect(exact.asked).toHaveLength(0);
    const equivalent = guarded({ apiVersions: ['v2'], resources: ['horizontalpodautoscalers'] });
    equivalent.configure('validating');
    await equivalent.send('POST', HPAS, scaler);
    expect(equivalent.asked[0]).toMatchObject({
      kind: { version: 'v2' },
      requestKind: { version: 'v1' },
      object: { apiVersion: 'autoscaling/v2', spec: { metrics: [{ type: 'Resource' }] } },
    });
  });
});
