import { expect, it } from 'vitest';
import { IPAddresses, ServiceCIDRs, Services } from '../../clients/resource-type.js';
import { createCluster, type Cluster } from '../../cluster.js';
import { countVisits } from '../testing/count-visits.js';
import { VIRTUAL_NETWORK } from '../../network/cluster-network.js';

function start(serviceCidr: string): Cluster {
  const cluster = createCluster({ network: { ...VIRTUAL_NETWORK, serviceCidr } });
  cluster.advance('1s');
  return cluster;
}

function serve(cluster: Cluster, name: string, clusterIP?: string): string {
  const { spec } = cluster.client.create(Services, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'default' },
    spec: { ports: [{ port: 80 }], ...(clusterIP !== undefined && { clusterIP }) },
  });
  cluster.advance('1s');
  return spec?.clusterIP ?? '';
}

const addRange = (cluster: Cluster, ...cidrs: string[]) =>
  cluster.client.create(ServiceCIDRs, {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'ServiceCIDR',
    metadata: { name: 'more' },
    spec: { cidrs },
  });

const ready = (cluster: Cluster) =>
  cluster.client
    .lister(ServiceCIDRs)
    .list()
    .map(({ metadata, status }) => {
      const condition = status?.conditions?.find(({ type }) => type === 'Ready');
      return `${metadata.name} ${condition?.status} ${condition?.reason}`.trim();
    });

const addresses = (cluster: Cluster) =>
  cluster.client
    .lister(IPAddresses)
    .list()
    .map(({ metadata, spec }) => `${metadata.name} ${spec.parentRef?.namespace}/${spec.parentRef?.name}`)
    .sort();

it('keeps an object for every address a service has', () => {
  const cluster = start('10.96.0.0/16');
  serve(cluster, 'web', '10.96.3.3');
  serve(cluster, 'headless', 'None');
  expect(addresses(cluster)).toEqual(['10.96.0.1 default/kubernetes', '10.96.3.3 default/web']);
  cluster.client.delete(IPAddresses, undefined, '10.96.3.3');
  cluster.advance('1s');
  expect(addresses(cluster)).toContain('10.96.3.3 default/web');
  cluster.client.delete(Services, 'default', 'web');
  cluster.advance('1s');
  expect(addresses(cluster)).toEqual(['10.96.0.1 default/kubernetes']);
});

it('gives addresses out of a range that was added when the first is full', () => {
  const cluster = start('10.96.0.0/29');
  for (let count = 1; count <= 5; count++) serve(cluster, `web-${count}`);
  expect(() => serve(cluster, 'one-more')).toThrow('range is full');
  expect(() => serve(cluster, 'one-more', '10.97.0.2')).toThrow('The range of valid IPs is 10.96.0.0/29');
  addRange(cluster, '10.97.0.0/29');
  cluster.advance('1s');
  expect(serve(cluster, 'one-more')).toMatch(/^10\.97\.0\.[1-6]$/);
  expect(ready(cluster)).toEqual(['kubernetes True', 'more True']);
});

it('keeps a range that is to go until no service needs it', () => {
  const cluster = start('10.96.0.0/16');
  addRange(cluster, '10.97.0.0/24');
  serve(cluster, 'web', '10.97.0.9');
  cluster.client.delete(ServiceCIDRs, undefined, 'more');
  cluster.advance('1s');
  expect(ready(cluster)).toEqual(['kubernetes True', 'more False Terminating']);
  expect(() => serve(cluster, 'late', '10.97.0.10')).toThrow('is not in the valid range');
  cluster.client.delete(Services, 'default', 'web');
  cluster.advance('1s');
  expect(ready(cluster)).toEqual(['kubernetes True']);
});

it('looks at no addresses of other ranges to tell whether one may go', () => {
  const visits = (others: number): number => {
    const cluster = start('10.96.0.0/16');
    addRange(cluster, '10.97.0.0/24');
    for (let count = 0; count < others; count++) serve(cluster, `web-${count}`);
    for (const last of [9, 10]) serve(cluster, `late-${last}`, `10.97.0.${last}`);
    cluster.client.delete(ServiceCIDRs, undefined, 'more');
    cluster.advance('1s');
    return countVisits(cluster.store, () => {
      cluster.client.delete(Services, 'default', 'late-9');
      cluster.advance('1s');
      expect(ready(cluster)).toContain('more False Terminating');
    });
  };
  expect(visits(60)).toBe(visits(3));
});

it.each([
  [[], 'at least one CIDR required'],
  [['10.0.0.0/33'], 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'],
  [['10.0.0.0'], 'must be a valid CIDR value'],
  [['10.0.0.0/8', '11.0.0.0/8'], 'may specify no more than one IP for each IP family'],
  [['10.0.0.0/8', 'fd00::/108', '11.0.0.0/8'], 'may only hold up to 2 values'],
])('refuses a range of %j', (cidrs, message) => {
  expect(() => addRange(start('10.96.0.0/16'), ...cidrs)).toThrow(message);
});

it('lets a range change in nothing but a second family', () => {
  const cluster = start('10.96.0.0/16');
  addRange(cluster, '10.97.0.0/24');
  const change = (cidrs: string[]) =>
    cluster.client.patch(ServiceCIDRs, undefined, 'more', 'merge', { spec: { cidrs } });
  expect(() => change(['10.98.0.0/24'])).toThrow('field is immutable');
  expect(change(['10.97.0.0/24', 'fd00::/108']).spec?.cidrs).toHaveLength(2);
  expect(() => change(['10.97.0.0/24'])).toThrow('field is immutable');
});
