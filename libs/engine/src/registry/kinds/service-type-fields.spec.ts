import { expect, it } from 'vitest';
import { AdminApi } from '../../api/testing/admin-api.js';
import type { Service } from '../../types/index.js';

const PATH = '/api/v1/namespaces/default/services';
const MERGE = { 'content-type': 'application/merge-patch+json' };
const APPLY = { 'content-type': 'application/apply-patch+yaml' };
const service = (type: string, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'default' },
  spec: { type, selector: { app: 'web' }, ports: [{ port: 80 }], ...more },
});

const specOf = (answer: { json: unknown }): NonNullable<Service['spec']> =>
  (answer.json as Service).spec ?? {};

it.each(['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'])(
  'lets a service of any type become a %s by a patch of its type, and back',
  (type) => {
    for (const other of ['ClusterIP', 'NodePort', 'LoadBalancer']) {
      const api = new AdminApi();
      const made = api.send('POST', PATH, service(other));
      expect(made.status, made.text).toBe(201);
      const name = type === 'ExternalName' ? { externalName: 'example.com' } : {};
      const there = api.send('PATCH', `${PATH}/web`, { spec: { type, ...name } }, MERGE);
      expect(there.status, there.text).toBe(200);
      const spec = specOf(there);
      const isOutside = type === 'NodePort' || type === 'LoadBalancer';
      expect(spec.ports?.[0]?.nodePort !== undefined).toBe(isOutside);
      expect(spec.externalTrafficPolicy).toBe(isOutside ? 'Cluster' : undefined);
      expect(spec.allocateLoadBalancerNodePorts).toBe(type === 'LoadBalancer' ? true : undefined);
      expect(spec.clusterIP === undefined).toBe(type === 'ExternalName');
      const back = api.send('PATCH', `${PATH}/web`, { spec: { type: other, externalName: null } }, MERGE);
      expect(back.status, back.text).toBe(200);
      if (type !== 'ExternalName') expect(specOf(back).clusterIP).toBe(specOf(made).clusterIP);
    }
  },
);

it('changes the type by server-side apply, and applies the same again without a change', () => {
  const api = new AdminApi();
  const apply = (type: string) => api.send('PATCH', `${PATH}/web?fieldManager=me`, service(type), APPLY);
  apply('LoadBalancer');
  const there = apply('ClusterIP');
  expect(there.status, there.text).toBe(200);
  expect(there.json).toMatchObject({ spec: { type: 'ClusterIP' }, status: { loadBalancer: {} } });
  expect(Object.keys(specOf(there))).not.toContain('externalTrafficPolicy');
  expect(specOf(there).ports).toEqual([{ port: 80, protocol: 'TCP', targetPort: 80 }]);
  expect(apply('ClusterIP').json).toEqual(there.json);
});

it('refuses what the new type has not when the writer asks for just that', () => {
  const api = new AdminApi();
  api.send('POST', PATH, service('NodePort'));
  const spec = { type: 'ClusterIP', externalTrafficPolicy: 'Local' };
  expect(api.send('PATCH', `${PATH}/web`, { spec }, MERGE).status).toBe(422);
});

it('forgets the settings of an affinity that is taken back, and fills those that say no time', () => {
  const api = new AdminApi();
  const made = api.send(
    'POST',
    PATH,
    service('ClusterIP', { sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: {} } }),
  );
  expect(made.status, made.text).toBe(201);
  expect(specOf(made).sessionAffinityConfig).toEqual({ clientIP: { timeoutSeconds: 10_800 } });
  const affinity = (to: string) => api.send('PATCH', `${PATH}/web`, { spec: { sessionAffinity: to } }, MERGE);
  const none = affinity('None');
  expect(none.status, none.text).toBe(200);
  expect(specOf(none)).not.toHaveProperty('sessionAffinityConfig');
  expect(specOf(affinity('ClientIP')).sessionAffinityConfig?.clientIP?.timeoutSeconds).toBe(10_800);
});
