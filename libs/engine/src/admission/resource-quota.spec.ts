import { expect, it, vi } from 'vitest';
import { createCluster } from '../cluster.js';
import { SeededRandom } from '../random.js';
import { Store } from '../store/store.js';
import type { Pod, ResourceQuota } from '../types/index.js';
import { quotaUsed } from './quota-ledger.js';
import { quotaCounts, usageOf } from './quota-usage.js';
import { Pods, ResourceQuotas } from '../clients/resource-type.js';
import { addQuantities } from '../registry/quantity.js';

it('counts what a running pod is resized to', () => {
  const { client } = createCluster({ controllers: [] });
  client.create(ResourceQuotas, {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'small', namespace: 'default' },
    spec: { hard: { 'requests.cpu': '10m' } },
  });
  const container = { name: 'main', image: 'nginx' };
  const pod = client.create(Pods, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'default' },
    spec: { containers: [{ ...container, resources: { requests: { cpu: '1m' } } }] },
  });
  const resize = (cpu: string) =>
    client.patch(
      Pods,
      'default',
      pod.metadata.name ?? '',
      'strategic',
      { spec: { containers: [{ name: 'main', resources: { requests: { cpu } } }] } },
      { subresource: 'resize' },
    );
  expect(() => resize('5')).toThrow('exceeded quota: small');
  expect(resize('10m').spec?.containers[0]?.resources?.requests?.['cpu']).toBe('10m');
});

const quota = (name: string, spec: ResourceQuota['spec']): ResourceQuota => ({
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name, namespace: 'default' },
  ...(spec && { spec }),
});

const pod = (name: string, cpu: string): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default' },
  spec: { containers: [{ name: 'main', image: 'nginx', resources: { requests: { cpu } } }] },
});

it('makes init containers say what they need, too', () => {
  const { client } = createCluster({ controllers: [] });
  client.create(ResourceQuotas, quota('all', { hard: { 'requests.cpu': '500' } }));
  const { spec, ...rest } = pod('web', '1m');
  const containers = spec?.containers ?? [];
  expect(() =>
    client.create(Pods, {
      ...rest,
      spec: { containers, initContainers: [{ name: 'prepare', image: 'busybox' }] },
    }),
  ).toThrow('failed quota: all: must specify requests.cpu for: prepare');
});

it('adds a namespace up once, however many pods are created in it', () => {
  const { client, store } = createCluster({ controllers: [] });
  client.create(ResourceQuotas, quota('all', { hard: { pods: '500', 'requests.cpu': '500' } }));
  client.create(Pods, pod('first', '1m'));
  const listed = vi.spyOn(store.table('/pods'), 'by');
  for (let index = 0; index < 50; index++) client.create(Pods, pod(`p-${index}`, '1m'));
  expect(listed.mock.calls.filter(([index]) => index === 'namespace')).toEqual([]);
  expect(quotaUsed(store, client.get(ResourceQuotas, 'default', 'all'))).toEqual({
    pods: '51',
    'requests.cpu': '51m',
  });
});

it('keeps totals equal to the sum over the namespace through any history, restore and fork', () => {
  const random = new SeededRandom('quota');
  const { client, store } = createCluster({ controllers: [] });
  const quotas = [
    quota('all', { hard: { pods: '20', 'requests.cpu': '60m', 'count/pods': '30' } }),
    quota('scoped', { hard: { pods: '9' }, scopes: ['BestEffort'] }),
  ].map((one) => client.create(ResourceQuotas, one));
  const summed = (of: Store, one: ResourceQuota) => {
    const used = Object.fromEntries(Object.keys(one.spec?.hard ?? {}).map((name) => [name, '0']));
    for (const object of of.table('/pods').by('namespace', 'default')) {
      const resource = { group: '', resource: 'pods' };
      if (!quotaCounts(one, resource, object)) continue;
      for (const [name, amount] of Object.entries(usageOf(resource, object)))
        if (used[name] !== undefined) used[name] = addQuantities(used[name], amount);
    }
    return used;
  };
  let refused = 0;
  for (let step = 0; step < 400; step++) {
    const name = `p-${Math.floor(random.next() * 40)}`;
    const existing = client.lister(Pods).get('default', name);
    try {
      if (!existing) client.create(Pods, pod(name, `${Math.floor(random.next() * 5)}m`));
      else if (random.next() < 0.4) client.delete(Pods, 'default', name, { gracePeriodSeconds: 0 });
      else client.updateStatus(Pods, { ...existing, status: { ...existing.status, phase: 'Failed' } });
    } catch {
      refused++;
    }
    for (const one of quotas) expect(quotaUsed(store, one)).toEqual(summed(store, one));
  }
  expect(refused).toBeGreaterThan(5);
  const fork = store.fork();
  const restored = new Store(store.snapshot());
  client.delete(Pods, 'default', client.lister(Pods).list('default')[0]?.metadata.name ?? '', {
    gracePeriodSeconds: 0,
  });
  for (const one of quotas)
    for (const state of [store, fork, restored]) expect(quotaUsed(state, one)).toEqual(summed(state, one));
});
