import { describe, expect, it } from 'vitest';
import { Pods, Services } from '../../clients/resource-type.js';
import { createCluster, type ClusterOptions } from '../../cluster.js';
import { LOOPBACK_NETWORK } from '../cluster-network.js';

/** What a script prints in a pod of a new cluster. */
function printed(script: string, options: ClusterOptions = {}): string {
  const cluster = createCluster({ nodes: 1, ...options });
  cluster.client.create(Pods, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'shell', namespace: 'default' },
    spec: {
      restartPolicy: 'Never',
      containers: [{ name: 'main', image: 'busybox', command: ['sh', '-c', script] }],
    },
  });
  cluster.advance('10s');
  const log = cluster.runtime.logs({ namespace: 'default', pod: 'shell', container: 'main' });
  cluster.stop();
  return (log?.lines ?? []).map(({ text }) => text).join('\n');
}

describe('the service of cluster DNS', () => {
  it('has the address that resolv.conf names, and answers there', () => {
    const text = printed(
      'cat /etc/resolv.conf; nslookup kubernetes.default; nc -zv kube-dns.kube-system 53',
      {
        network: LOOPBACK_NETWORK,
      },
    );
    expect(text).toContain('nameserver 127.96.0.10');
    expect(text).toContain('Server:\t\t127.96.0.10');
    expect(text).toMatch(/Name:\tkubernetes\.default\.svc\.cluster\.local\nAddress: 127\.96\.0\.1/);
    expect(text).toMatch(/127\.96\.0\.10.*open/);
  });

  it('is asked when it is named, and nobody else answers', () => {
    const text = printed(
      'nslookup kubernetes.default 10.96.0.10 | tail -n 2; dig +short @kube-dns.kube-system kubernetes.default.svc.cluster.local; nslookup kubernetes.default 10.1.2.3; echo $?',
    );
    expect(text).toContain('Address: 10.96.0.1\n');
    expect(text).toContain('\n10.96.0.1\n');
    expect(text).toContain(';; connection timed out; no servers could be reached');
    expect(text).toMatch(/\n1$/);
  });

  it('takes another address when a service of an older cluster has its own', () => {
    const old = createCluster();
    old.client.create(Services, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'first', namespace: 'default' },
      spec: { clusterIP: '10.96.0.10', ports: [{ port: 80 }] },
    });
    const cluster = createCluster({ nodes: 1, snapshot: old.store.snapshot() });
    const { clusterIP = '' } = cluster.client.get(Services, 'kube-system', 'kube-dns')?.spec ?? {};
    expect(clusterIP).toMatch(/^10\.96\./);
    expect(clusterIP).not.toBe('10.96.0.10');
    cluster.stop();
    old.stop();
  });

  it('is not there where no pods run', () => {
    const cluster = createCluster();
    expect(() => cluster.client.get(Services, 'kube-system', 'kube-dns')).toThrow('not found');
    cluster.stop();
  });
});
