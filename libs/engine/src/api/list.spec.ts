import { expect, it } from 'vitest';
import { ConfigMaps } from '../clients/resource-type.js';
import { createCluster } from '../cluster.js';
import type { ApiError } from './api-error.js';
import { listObjects } from './list.js';

function clusterWithMaps() {
  const cluster = createCluster({ controllers: [] });
  const resource = cluster.registry.find('', 'v1', 'configmaps');
  if (!resource) throw new Error('no configmaps');
  const create = (namespace: string, name: string) =>
    cluster.client.create(ConfigMaps, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace } });
  const list = (namespace: string, parameters: Record<string, string>) =>
    listObjects(cluster.store, { resource, namespace, parameters: new URLSearchParams(parameters) });
  return { ...cluster, create, list };
}

const token = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

it('pages through a namespace at the revision of the first page', () => {
  const { create, list, client } = clusterWithMaps();
  for (let index = 0; index < 7; index++) create('default', `c-${index}`);
  create('kube-system', 'other');
  const first = list('default', { limit: '3' });
  expect(first.remainingItemCount).toBe(4);
  client.delete(ConfigMaps, 'default', 'c-5');
  create('default', 'c-31');
  const rest: string[] = [];
  let next = first.continue;
  while (next !== undefined) {
    const page = list('default', { limit: '2', continue: next });
    expect(page.resourceVersion).toBe(first.resourceVersion);
    rest.push(...page.objects.map(({ metadata }) => metadata.name ?? ''));
    next = page.continue;
  }
  expect(rest).toEqual(['c-3', 'c-4', 'c-5', 'c-6']);
});

it('refuses continue tokens that nobody was given', () => {
  const { create, list, store } = clusterWithMaps();
  create('default', 'mine');
  create('kube-system', 'theirs');
  const v = 'meta.k8s.io/v1';
  for (const made of [
    null,
    7,
    'text',
    {},
    { v, rv: 0, start: 'default/' },
    { v, rv: -2, start: 'default/' },
    { v, rv: 1.5, start: 'default/' },
    { v, rv: store.revision + 1, start: 'default/' },
    { v, rv: store.revision, start: 'default' },
    { v, rv: store.revision, start: 'aaa/' },
    { v, rv: store.revision, start: 'kube-system/' },
    { v: 'v2', rv: store.revision, start: 'default/' },
  ])
    expect(() => list('default', { limit: '1', continue: token(made) })).toThrow('continue key is not valid');
  expect(() => list('default', { limit: '1', continue: '%%%' })).toThrow('continue key is not valid');
});

it('shows the pages of one list for five minutes, and the rest of it inconsistently after that', () => {
  const { create, ...cluster } = clusterWithMaps();
  const { store, registry, clock } = cluster;
  const resource = registry.find('', 'v1', 'configmaps');
  if (!resource) throw new Error('no configmaps');
  const page = (parameters: Record<string, string>) =>
    listObjects(store, {
      resource,
      namespace: 'default',
      parameters: new URLSearchParams({ limit: '1', ...parameters }),
      nowMs: clock.now(),
    });
  for (const name of ['a', 'b', 'c']) create('default', name);
  const first = page({});
  cluster.advance('4m');
  const second = page({ continue: first.continue ?? '' });
  expect(second.objects.map(({ metadata }) => metadata.name)).toEqual(['b']);
  cluster.advance('2m');
  create('default', 'bb');
  let offered = '';
  try {
    page({ continue: second.continue ?? '' });
  } catch (error) {
    const { status } = error as ApiError;
    expect(status.reason).toBe('Expired');
    offered = status.metadata?.continue ?? '';
  }
  const rest = page({ continue: offered, limit: '5' });
  expect(rest.objects.map(({ metadata }) => metadata.name)).toEqual(['bb', 'c']);
  expect(rest.resourceVersion).toBe(String(store.revision));
});
