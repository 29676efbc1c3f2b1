import type { JsonObject } from '@lotse/manifests';
import { describe, expect, it } from 'vitest';
import { AdminApi } from '../api/testing/admin-api.js';

const GROUP = '/apis/admissionregistration.k8s.io/v1';
const PODS = '/api/v1/namespaces/default/pods';
const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments';
const MERGE = { 'content-type': 'application/merge-patch+json' };

/** An API with a policy about one subresource. */
function governed(group: string, resource: string, operation: string, mutation: JsonObject): AdminApi {
  const api = new AdminApi();
  const rule = { apiGroups: [group], apiVersions: ['v1'], operations: [operation], resources: [resource] };
  const policy = {
    metadata: { name: 'p' },
    spec: {
      reinvocationPolicy: 'Never',
      matchConstraints: { resourceRules: [rule] },
      mutations: [mutation],
    },
  };
  expect(api.send('POST', `${GROUP}/mutatingadmissionpolicies`, policy)).toMatchObject({ status: 201 });
  const binding = { metadata: { name: 'p' }, spec: { policyName: 'p' } };
  expect(api.send('POST', `${GROUP}/mutatingadmissionpolicybindings`, binding).status).toBe(201);
  return api;
}
const apply = (expression: string): JsonObject => ({
  patchType: 'ApplyConfiguration',
  applyConfiguration: { expression },
});
const patch = (expression: string): JsonObject => ({ patchType: 'JSONPatch', jsonPatch: { expression } });
const pod = (name: string): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name },
  spec: { containers: [{ name: 'c', image: 'nginx' }] },
});
const deployment: JsonObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: {
    replicas: 1,
    selector: { matchLabels: { a: 'b' } },
    template: {
      metadata: { labels: { a: 'b' } },
      spec: { containers: [{ name: 'c', image: 'nginx' }] },
    },
  },
};

describe('a mutating policy about a part of an object', () => {
  it.each([
    [
      'lays over a Scale what it makes',
      apply('Object{spec: Object.spec{replicas: object.spec.replicas + 2}}'),
    ],
    [
      'patches a Scale',
      patch('[JSONPatch{op: "replace", path: "/spec/replicas", value: oldObject.spec.replicas + 4}]'),
    ],
  ])('%s', (_what, mutation) => {
    const api = governed('apps', 'deployments/scale', 'UPDATE', mutation);
    api.send('POST', DEPLOYMENTS, deployment);
    const { json } = api.send('PATCH', `${DEPLOYMENTS}/web/scale`, { spec: { replicas: 3 } }, MERGE);
    expect(json).toMatchObject({ kind: 'Scale', spec: { replicas: 5 } });
    expect(api.send('GET', `${DEPLOYMENTS}/web`).json).toMatchObject({ spec: { replicas: 5 } });
  });

  it('has no say over the whole object', () => {
    const api = governed(
      'apps',
      'deployments/scale',
      'UPDATE',
      apply('Object{spec: Object.spec{replicas: 9}}'),
    );
    api.send('POST', DEPLOYMENTS, deployment);
    const { json } = api.send('PATCH', `${DEPLOYMENTS}/web`, { spec: { replicas: 3 } }, MERGE);
    expect(json).toMatchObject({ spec: { replicas: 3 } });
  });

  it('refuses what has no place in the part', () => {
    const api = governed(
      'apps',
      'deployments/scale',
      'UPDATE',
      apply('Object{spec: Object.spec{paused: true}}'),
    );
    api.send('POST', DEPLOYMENTS, deployment);
    const { json } = api.send('PATCH', `${DEPLOYMENTS}/web/scale`, { spec: { replicas: 3 } }, MERGE);
    expect(json['message']).toContain('.spec.paused: field not declared in schema');
  });

  it('sends a pod to another node', () => {
    const api = governed(
      '',
      'pods/binding',
      'CREATE',
      patch('[JSONPatch{op: "replace", path: "/target/name", value: "other-" + object.target.name}]'),
    );
    api.send('POST', PODS, pod('p'));
    const binding = { apiVersion: 'v1', kind: 'Binding', metadata: { name: 'p' }, target: { name: 'node' } };
    expect(api.send('POST', `${PODS}/p/binding`, binding).status).toBe(201);
    expect(api.send('GET', `${PODS}/p`).json).toMatchObject({ spec: { nodeName: 'other-node' } });
  });

  it('changes the options of an eviction', () => {
    const api = governed(
      '',
      'pods/eviction',
      'CREATE',
      apply('Object{deleteOptions: Object.deleteOptions{dryRun: ["All"]}}'),
    );
    api.send('POST', PODS, pod('p'));
    const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'p' } };
    const { json } = api.send('POST', `${PODS}/p/eviction`, eviction);
    expect(json['message']).toContain('may not mutate atomic arrays');
  });
});
