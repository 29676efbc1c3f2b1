import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EndpointSlices, Ingresses, Pods, Services } from '../../clients/resource-type.js';
import { createCluster, type Cluster } from '../../cluster.js';
import type { IngressRule, IngressSpec } from '../../types/index.js';

const backend = (name: string, port: { number?: number; name?: string } = { number: 80 }) => ({
  service: { name, port },
});
const rule = (host: string | undefined, paths: readonly [string, string, string][]): IngressRule => ({
  ...(host !== undefined && { host }),
  http: {
    paths: paths.map(([path, pathType, name]) => ({ path, pathType, backend: backend(name) })),
  },
});

describe('ingresses', () => {
  let cluster: Cluster;
  beforeAll(() => {
    cluster = createCluster({ nodes: 1 });
    for (const name of ['shop', 'api', 'exact', 'wild', 'rest']) {
      cluster.client.create(Pods, {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name, namespace: 'default', labels: { app: name } },
        spec: {
          containers: [{ name: 'main', image: 'agnhost', args: ['serve-hostname', '--port=8080'] }],
        },
      });
      cluster.client.create(Services, {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name, namespace: 'default' },
        spec: { selector: { app: name }, ports: [{ name: 'web', port: 80, targetPort: 8080 }] },
      });
    }
    ingress('shop', {
      rules: [
        rule('shop.example.com', [
          ['/', 'Prefix', 'shop'],
          ['/api', 'Prefix', 'api'],
          ['/api/exact', 'Exact', 'exact'],
          ['/gone', 'Prefix', 'gone'],
        ]),
        rule('*.example.com', [['/', 'ImplementationSpecific', 'wild']]),
      ],
    });
    ingress('rest', { defaultBackend: backend('rest', { name: 'web' }) });
    cluster.advance('20s');
  });
  afterAll(() => cluster.stop());

  function ingress(name: string, spec: IngressSpec): void {
    const metadata = { name, namespace: 'default' };
    cluster.client.create(Ingresses, {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata,
      spec,
    });
  }

  function got(host: string, url: string): string {
    const { ip = '' } =
      cluster.client.get(Ingresses, 'default', 'shop').status?.loadBalancer?.ingress?.[0] ?? {};
    const found = cluster.runtime.fetch('default', ip, 80, { method: 'GET', url, headers: { host } });
    return found.kind === 'answer' ? `${found.answer.status} ${String(found.answer.body)}` : found.kind;
  }

  it('all have the address of the ingress controller', () => {
    const addresses = ['shop', 'rest'].map(
      (name) => cluster.client.get(Ingresses, 'default', name).status?.loadBalancer?.ingress,
    );
    expect(addresses).toEqual([[{ ip: '172.19.255.254' }], [{ ip: '172.19.255.254' }]]);
  });

  it.each([
    ['shop.example.com', '/', '200 shop'],
    ['SHOP.example.com:80', '/apis', '200 shop'],
    ['shop.example.com', '/api?q=1', '200 api'],
    ['shop.example.com', '/api/other', '200 api'],
    ['shop.example.com', '/api/exact', '200 exact'],
    ['shop.example.com', '/api/exact/more', '200 api'],
    ['other.example.com', '/api', '200 wild'],
    ['a.b.example.com', '/', '200 rest'],
    ['example.org', '/', '200 rest'],
  ])('%s%s leads to %s', (host, path, answer) => {
    expect(got(host, path)).toBe(answer);
  });

  it('answers by itself where there is no service', () => {
    expect(got('shop.example.com', '/gone')).toBe('503 503 Service Temporarily Unavailable\n');
    cluster.client.delete(Ingresses, 'default', 'rest');
    expect(got('example.org', '/')).toBe('404 default backend - 404');
  });

  it('end at a service that leads back to them', () => {
    const metadata = { name: 'loop', namespace: 'default' };
    cluster.client.create(Services, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { ports: [{ port: 80 }] },
    });
    cluster.client.create(EndpointSlices, {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { ...metadata, labels: { 'kubernetes.io/service-name': 'loop' } },
      addressType: 'IPv4',
      ports: [{ name: '', port: 80, protocol: 'TCP' }],
      endpoints: [{ addresses: [cluster.runtime.ingressAddress], conditions: { ready: true } }],
    });
    ingress('loop', { rules: [rule('loop.example.org', [['/', 'Prefix', 'loop']])] });
    cluster.advance('5s');
    expect(got('loop.example.org', '/')).toBe('503 503 Service Temporarily Unavailable\n');
  });

  it('keep what another controller has written', () => {
    const theirs = { loadBalancer: { ingress: [{ hostname: 'lb.example.net' }] } };
    const found = cluster.client.get(Ingresses, 'default', 'shop');
    cluster.client.updateStatus(Ingresses, { ...found, status: theirs });
    cluster.advance('1m');
    expect(cluster.client.get(Ingresses, 'default', 'shop').status).toEqual(theirs);
  });
});
