import { describe, expect, it } from 'vitest';
import { createCluster } from '../cluster.js';
import { EndpointSlices, Services } from '../clients/resource-type.js';
import type { Service } from '../types/index.js';
import type { ServiceEndpoint } from './endpoints.js';
import { usableEndpoints, type TrafficSource } from './service-proxy.js';

const endpoint = (ip: string, more: Partial<ServiceEndpoint> = {}): ServiceEndpoint => ({
  ip,
  port: 8080,
  hostname: undefined,
  nodeName: undefined,
  zone: undefined,
  ready: true,
  serving: true,
  terminating: false,
  hintZones: [],
  hintNodes: [],
  ...more,
});
const ending = { ready: false, serving: true, terminating: true };
const service = (spec: Service['spec']): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'default' },
  ...(spec && { spec }),
});
const from = (more: Partial<TrafficSource> = {}): TrafficSource => ({
  clientIp: '10.0.0.1',
  external: false,
  ...more,
});

describe('endpoints that traffic may go to', () => {
  const local = { internalTrafficPolicy: 'Local', externalTrafficPolicy: 'Local' };
  const table: [string, Service['spec'], ServiceEndpoint[], TrafficSource, string[]][] = [
    ['all ready ones', {}, [endpoint('a'), endpoint('b', { ready: false })], from(), ['a']],
    ['those that end but still serve when none is ready', {}, [endpoint('a', ending)], from(), ['a']],
    ['none that ends when one is ready', {}, [endpoint('a', ending), endpoint('b')], from(), ['b']],
    ['none that has stopped serving', {}, [endpoint('a', { ...ending, serving: false })], from(), []],
    [
      "only the node's own under the Local policy",
      local,
      [endpoint('a', { nodeName: 'n1' }), endpoint('b', { nodeName: 'n2' })],
      from({ nodeName: 'n2' }),
      ['b'],
    ],
    [
      'none under the Local policy on a node without',
      local,
      [endpoint('a', { nodeName: 'n1' })],
      from({ nodeName: 'n2', external: true }),
      [],
    ],
    [
      'the hinted zone when all have hints',
      {},
      [endpoint('a', { hintZones: ['z1'] }), endpoint('b', { hintZones: ['z2'] })],
      from({ zone: 'z2' }),
      ['b'],
    ],
    [
      'all of them when one has no hint',
      {},
      [endpoint('a', { hintZones: ['z1'] }), endpoint('b')],
      from({ zone: 'z1' }),
      ['a', 'b'],
    ],
    [
      'all of them when no hint fits',
      {},
      [endpoint('a', { hintZones: ['z1'] })],
      from({ zone: 'z9' }),
      ['a'],
    ],
  ];
  it.each(table)('%s', (_what, spec, endpoints, source, expected) => {
    expect(usableEndpoints(service(spec), endpoints, source).map(({ ip }) => ip)).toEqual(expected);
  });
});

describe('service proxy', () => {
  function clusterWith(spec: Service['spec'], ips: readonly string[]) {
    const cluster = createCluster({ controllers: [] });
    cluster.client.create(
      Services,
      service({ type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }], clusterIP: '10.96.0.9', ...spec }),
    );
    cluster.client.create(EndpointSlices, {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: 'web-1', namespace: 'default', labels: { 'kubernetes.io/service-name': 'web' } },
      addressType: 'IPv4',
      endpoints: ips.map((ip) => ({ addresses: [ip], conditions: { ready: true } })),
      ports: [{ port: 8080, protocol: 'TCP' }],
    });
    return cluster;
  }
  const picks = (cluster: ReturnType<typeof clusterWith>, count: number, clientIp = '10.0.0.1'): string[] =>
    Array.from({ length: count }, () => {
      const route = cluster.proxy.route('10.96.0.9', 80, 'TCP', from({ clientIp }));
      return route.kind === 'endpoint' ? route.endpoint.ip : route.kind;
    });

  it('spreads connections over the endpoints', () => {
    const all = picks(clusterWith({}, ['10.244.0.1', '10.244.0.2', '10.244.0.3']), 300);
    for (const ip of ['10.244.0.1', '10.244.0.2', '10.244.0.3'])
      expect(all.filter((pick) => pick === ip).length).toBeGreaterThan(60);
  });

  it('keeps a client with its endpoint for as long as session affinity says', () => {
    const cluster = clusterWith(
      { sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } } },
      ['10.244.0.1', '10.244.0.2', '10.244.0.3', '10.244.0.4'],
    );
    expect(new Set(picks(cluster, 50)).size).toBe(1);
    const later = new Set<string>();
    for (let visit = 0; visit < 30; visit++) {
      cluster.advance('61s');
      for (const pick of picks(cluster, 1)) later.add(pick);
    }
    expect(later.size).toBeGreaterThan(1);
  });

  it('refuses at once when nothing is behind a service', () => {
    expect(picks(clusterWith({}, []), 1)).toEqual(['refused']);
  });

  it('knows nothing of addresses and ports of nobody', () => {
    const { proxy } = clusterWith({}, ['10.244.0.1']);
    expect(proxy.route('10.96.0.10', 80, 'TCP', from()).kind).toBe('unknown');
    expect(proxy.route('10.96.0.9', 81, 'TCP', from()).kind).toBe('unknown');
    expect(proxy.route('10.96.0.9', 80, 'UDP', from()).kind).toBe('unknown');
  });

  it('serves node ports of services that have them', () => {
    const { proxy } = clusterWith({}, ['10.244.0.1']);
    expect(proxy.routeNodePort(30080, 'TCP', from()).kind).toBe('endpoint');
    expect(proxy.routeNodePort(30081, 'TCP', from()).kind).toBe('unknown');
  });
});
