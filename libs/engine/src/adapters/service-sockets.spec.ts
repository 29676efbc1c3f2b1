import { Resolver } from 'node:dns/promises';
import { request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { createCluster, type Cluster } from '../cluster.js';
import { EndpointSlices, Pods, Services } from '../clients/resource-type.js';
import { LOOPBACK_NETWORK } from '../network/cluster-network.js';
import { DnsServer } from './dns-server.js';
import { ServiceSockets, type SocketProblem } from './service-sockets.js';

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A cluster with one running nginx behind the service `web`. */
function clusterWithWeb(nodePort: number): Cluster {
  const cluster = createCluster({ controllers: [], nodes: 1, network: LOOPBACK_NETWORK });
  closing.push(() => cluster.stop());
  // Its port 443 is out of reach for most users.
  cluster.client.delete(Services, 'default', 'kubernetes');
  cluster.client.create(Pods, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web-0', namespace: 'default' },
    spec: { containers: [{ name: 'main', image: 'nginx:1.29', ports: [{ containerPort: 80 }] }] },
  });
  cluster.advance('10s');
  const ip = cluster.client.get(Pods, 'default', 'web-0').status?.podIP ?? '';
  cluster.client.create(Services, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'default' },
    spec: { type: 'NodePort', ports: [{ port: 8080, targetPort: 80, nodePort }] },
  });
  cluster.client.create(EndpointSlices, {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'web-1', namespace: 'default', labels: { 'kubernetes.io/service-name': 'web' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: [ip], conditions: { ready: true } }],
    ports: [{ port: 80, protocol: 'TCP' }],
  });
  return cluster;
}

const get = (host: string, port: number): Promise<string> =>
  new Promise((resolve, reject) => {
    request({ host, port, path: '/', agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (body += chunk));
      response.on('end', () =>
        resolve(`${response.statusCode} ${/<title>(.*)<\/title>/.exec(body)?.[1] ?? body}`),
      );
    })
      .on('error', reject)
      .end();
  });

describe('sockets of services', () => {
  it('reach a pod through the cluster address and the node port, and close with the service', async () => {
    const nodePort = 31_000 + Math.floor(Math.random() * 1700);
    const cluster = clusterWithWeb(nodePort);
    const problems: SocketProblem[] = [];
    const sockets = new ServiceSockets({ ...cluster, onProblem: (problem) => problems.push(problem) });
    closing.push(() => sockets.stop());
    sockets.start();
    const { clusterIP = '' } = cluster.client.get(Services, 'default', 'web').spec ?? {};
    expect(clusterIP).toMatch(/^127\.96\./);
    await expect.poll(() => sockets.addresses.length + problems.length).toBe(2);
    expect(problems).toEqual([]);
    expect(await get(clusterIP, 8080)).toBe('200 Welcome to nginx!');
    expect(await get('127.0.0.1', nodePort)).toBe('200 Welcome to nginx!');

    cluster.client.delete(Services, 'default', 'web');
    await expect(get(clusterIP, 8080)).rejects.toThrow(/ECONNREFUSED/);
    expect(sockets.addresses).toEqual([]);
  });

  it('refuse when nothing is behind the service', async () => {
    const nodePort = 31_000 + Math.floor(Math.random() * 1700);
    const cluster = clusterWithWeb(nodePort);
    cluster.client.delete(EndpointSlices, 'default', 'web-1');
    const sockets = new ServiceSockets({ ...cluster });
    closing.push(() => sockets.stop());
    sockets.start();
    await expect.poll(() => sockets.addresses.length).toBe(2);
    await expect(get('127.0.0.1', nodePort)).rejects.toThrow(/ECONNRESET|socket hang up/);
  });
});

describe('DNS server', () => {
  it('answers a real resolver', async () => {
    const cluster = clusterWithWeb(31_999);
    const server = new DnsServer(cluster);
    closing.push(() => server.stop());
    const port = await server.start();
    const resolver = new Resolver({ timeout: 2000, tries: 1 });
    resolver.setServers([`127.0.0.1:${port}`]);
    const { clusterIP } = cluster.client.get(Services, 'default', 'web').spec ?? {};
    expect(await resolver.resolve4('web.default.svc.cluster.local')).toEqual([clusterIP]);
    await expect(resolver.resolve4('nothing.default.svc.cluster.local')).rejects.toThrow(/ENOTFOUND/);
    expect(
      await resolver.resolvePtr((clusterIP ?? '').split('.').reverse().join('.') + '.in-addr.arpa'),
    ).toEqual(['web.default.svc.cluster.local']);
  });
});
