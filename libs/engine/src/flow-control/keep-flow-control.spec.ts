import { expect, it } from 'vitest';
import { FlowSchemas, PriorityLevelConfigurations } from '../clients/resource-type.js';
import { createCluster } from '../cluster.js';
import { keepFlowControl } from './keep-flow-control.js';

const AUTO_UPDATE = 'apf.kubernetes.io/autoupdate-spec';

function start() {
  const cluster = createCluster({ controllers: [] });
  keepFlowControl(cluster);
  cluster.settle();
  const { client } = cluster;
  const share = (name: string): number | undefined =>
    client.lister(PriorityLevelConfigurations).get(undefined, name)?.spec?.limited?.nominalConcurrencyShares;
  const setShare = (name: string, nominalConcurrencyShares: number, annotations?: object): void => {
    client.patch(PriorityLevelConfigurations, undefined, name, 'merge', {
      ...(annotations && { metadata: { annotations } }),
      spec: { limited: { nominalConcurrencyShares } },
    });
  };
  return { cluster, client, share, setShare };
}

it('gives a new cluster the priorities of Kubernetes, each of which is there', () => {
  const { client } = start();
  const schemas = client.lister(FlowSchemas).list();
  const order = schemas
    .map(({ metadata, spec }) => `${spec?.matchingPrecedence} ${metadata.name}`)
    .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10) || (a < b ? -1 : 1));
  expect(order).toEqual([
    '1 exempt',
    '2 probes',
    '100 system-leader-election',
    '400 system-node-high',
    '500 system-nodes',
    '800 kube-controller-manager',
    '800 kube-scheduler',
    '900 kube-system-service-accounts',
    '9000 service-accounts',
    '9900 global-default',
    '10000 catch-all',
  ]);
  expect(client.lister(PriorityLevelConfigurations).list()).toHaveLength(8);
  for (const { status } of schemas)
    expect(status?.conditions).toMatchObject([{ type: 'Dangling', status: 'False', reason: 'Found' }]);
});

it('gives mandatory ones their specification back within a minute, whatever their annotation says', () => {
  const { cluster, client, share, setShare } = start();
  setShare('catch-all', 7, { [AUTO_UPDATE]: 'false' });
  client.delete(FlowSchemas, undefined, 'exempt');
  cluster.advance('61s');
  expect(share('catch-all')).toBe(5);
  const { metadata } = client.get(PriorityLevelConfigurations, undefined, 'catch-all');
  expect(metadata.annotations?.[AUTO_UPDATE]).toBe('true');
  expect(client.get(FlowSchemas, undefined, 'exempt').spec?.matchingPrecedence).toBe(1);
});

it('leaves the others to whoever says that they are not to be brought up to date', () => {
  const { cluster, client, share, setShare } = start();
  setShare('workload-low', 7);
  setShare('workload-high', 7, { [AUTO_UPDATE]: 'false' });
  setShare('system', 7, { [AUTO_UPDATE]: null });
  cluster.advance('61s');
  expect([share('workload-low'), share('workload-high'), share('system')]).toEqual([100, 7, 7]);
  const { metadata } = client.get(PriorityLevelConfigurations, undefined, 'system');
  expect(metadata.annotations?.[AUTO_UPDATE]).toBe('false');
});

it('says of a flow schema whether its priority level is there, and deletes what claims to be its own', () => {
  const { cluster, client } = start();
  const own = (name: string, level: string, annotations = {}) =>
    client.create(FlowSchemas, {
      apiVersion: 'flowcontrol.apiserver.k8s.io/v1',
      kind: 'FlowSchema',
      metadata: { name, annotations },
      spec: { priorityLevelConfiguration: { name: level }, matchingPrecedence: 50 },
    });
  own('mine', 'later');
  own('old', 'exempt', { [AUTO_UPDATE]: 'true' });
  cluster.settle();
  const dangling = () => client.get(FlowSchemas, undefined, 'mine').status?.conditions?.[0];
  expect(dangling()).toMatchObject({
    status: 'True',
    reason: 'NotFound',
    message:
      'This FlowSchema references the PriorityLevelConfiguration object named "later" but there is no such object',
  });
  client.create(PriorityLevelConfigurations, {
    ...client.get(PriorityLevelConfigurations, undefined, 'system'),
    metadata: { name: 'later' },
  });
  cluster.advance('61s');
  expect(dangling()).toMatchObject({ status: 'False', reason: 'Found' });
  const names = client
    .lister(FlowSchemas)
    .list()
    .map(({ metadata }) => metadata.name);
  expect(names).toContain('mine');
  expect(names).not.toContain('old');
});
