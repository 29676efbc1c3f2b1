import { describe, expect, it } from 'vitest';
import { createCluster } from '../../cluster.js';
import { EndpointSlices, Namespaces, Services } from '../../clients/resource-type.js';
import type { EndpointSlice, Service } from '../../types/index.js';
import { decodeQuery, encodeAnswer } from './dns-message.js';
import type { DnsQuestion, DnsRecord } from './dns-record.js';

const service = (name: string, spec: Service['spec']): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'shop' },
  ...(spec && { spec }),
});

const slice = (name: string, endpoints: EndpointSlice['endpoints']): EndpointSlice => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name: `${name}-1`, namespace: 'shop', labels: { 'kubernetes.io/service-name': name } },
  addressType: 'IPv4',
  endpoints: endpoints ?? [],
  ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
});

function clusterWithServices() {
  const cluster = createCluster({ controllers: [] });
  cluster.client.create(Namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
  cluster.client.create(
    Services,
    service('web', { clusterIP: '10.96.0.20', ports: [{ name: 'http', port: 80, protocol: 'TCP' }] }),
  );
  cluster.client.create(
    Services,
    service('db', { clusterIP: 'None', ports: [{ name: 'http', port: 8080 }] }),
  );
  cluster.client.create(
    Services,
    service('empty', { clusterIP: 'None', ports: [{ name: 'http', port: 8080 }] }),
  );
  cluster.client.create(
    Services,
    service('docs', { type: 'ExternalName', externalName: 'docs.example.org' }),
  );
  cluster.client.create(
    EndpointSlices,
    slice('db', [
      { addresses: ['10.244.0.5'], conditions: { ready: true }, hostname: 'db-0' },
      { addresses: ['10.244.1.6'], conditions: { ready: true } },
      { addresses: ['10.244.1.7'], conditions: { ready: false }, hostname: 'db-2' },
    ]),
  );
  return cluster;
}

function text(record: DnsRecord): string {
  switch (record.type) {
    case 'A':
    case 'AAAA':
      return `${record.type} ${record.address}`;
    case 'SRV':
      return `SRV ${record.port} ${record.target}`;
    case 'TXT':
      return `TXT ${record.text}`;
    case 'SOA':
      return 'SOA';
    case 'CNAME':
    case 'PTR':
    case 'NS':
      return `${record.type} ${record.target}`;
  }
}

describe('cluster DNS answers as the specification says', () => {
  const { dns } = clusterWithServices();
  const table: [string, DnsQuestion['type'], string][] = [
    ['web.shop.svc.cluster.local', 'A', 'NOERROR A 10.96.0.20'],
    ['WEB.shop.SVC.cluster.local', 'A', 'NOERROR A 10.96.0.20'],
    ['web.shop.svc.cluster.local', 'AAAA', 'NOERROR'],
    ['_http._tcp.web.shop.svc.cluster.local', 'SRV', 'NOERROR SRV 80 web.shop.svc.cluster.local'],
    ['_https._tcp.web.shop.svc.cluster.local', 'SRV', 'NXDOMAIN'],
    ['db.shop.svc.cluster.local', 'A', 'NOERROR A 10.244.0.5, A 10.244.1.6'],
    ['db-0.db.shop.svc.cluster.local', 'A', 'NOERROR A 10.244.0.5'],
    ['10-244-1-6.db.shop.svc.cluster.local', 'A', 'NOERROR A 10.244.1.6'],
    ['db-2.db.shop.svc.cluster.local', 'A', 'NXDOMAIN'],
    [
      '_http._tcp.db.shop.svc.cluster.local',
      'SRV',
      'NOERROR SRV 8080 db-0.db.shop.svc.cluster.local, SRV 8080 10-244-1-6.db.shop.svc.cluster.local',
    ],
    ['empty.shop.svc.cluster.local', 'A', 'NXDOMAIN'],
    ['docs.shop.svc.cluster.local', 'A', 'NOERROR CNAME docs.example.org'],
    ['docs.shop.svc.cluster.local', 'CNAME', 'NOERROR CNAME docs.example.org'],
    ['nothing.shop.svc.cluster.local', 'A', 'NXDOMAIN'],
    ['web.other.svc.cluster.local', 'A', 'NXDOMAIN'],
    ['10-244-3-4.shop.pod.cluster.local', 'A', 'NOERROR A 10.244.3.4'],
    ['not-an-address.shop.pod.cluster.local', 'A', 'NXDOMAIN'],
    ['dns-version.cluster.local', 'TXT', 'NOERROR TXT 1.1.0'],
    ['20.0.96.10.in-addr.arpa', 'PTR', 'NOERROR PTR web.shop.svc.cluster.local'],
    ['5.0.244.10.in-addr.arpa', 'PTR', 'NOERROR PTR db-0.db.shop.svc.cluster.local'],
    ['9.9.244.10.in-addr.arpa', 'PTR', 'NXDOMAIN'],
    ['example.org', 'A', 'REFUSED'],
  ];
  it.each(table)('%s %s', (name, type, expected) => {
    const { code, answers } = dns.answer({ name, type });
    expect([code, answers.map(text).join(', ')].filter(Boolean).join(' ')).toBe(expected);
  });

  it('finds short names through the search list of a pod', () => {
    expect(dns.addressesFor('web', dns.resolverOf('shop'))).toEqual(['10.96.0.20']);
    expect(dns.addressesFor('web', dns.resolverOf('other'))).toEqual([]);
    expect(dns.addressesFor('web.shop', dns.resolverOf('other'))).toEqual(['10.96.0.20']);
    expect(dns.addressesFor('web.shop.svc.cluster.local.', dns.resolverOf('other'))).toEqual(['10.96.0.20']);
  });

  it('names the start of authority when there is nothing', () => {
    expect(dns.answer({ name: 'nothing.shop.svc.cluster.local', type: 'A' }).authority.map(text)).toEqual([
      'SOA',
    ]);
  });
});

describe('DNS messages', () => {
  const query = (name: string, type: number): Uint8Array =>
    Uint8Array.from([
      0x12,
      0x34,
      0x01,
      0x00,
      0,
      1,
      0,
      0,
      0,
      0,
      0,
      0,
      ...name.split('.').flatMap((label) => [label.length, ...new TextEncoder().encode(label)]),
      0,
      0,
      type,
      0,
      1,
    ]);

  it('reads a query and writes an answer that fits', () => {
    const { dns } = clusterWithServices();
    const read = decodeQuery(query('web.shop.svc.cluster.local', 1));
    expect(read).toMatchObject({ id: 0x1234, recursionDesired: true, question: { type: 'A' } });
    if (!read) return;
    const bytes = encodeAnswer(read, dns.answer(read.question), 'udp');
    expect([...bytes.subarray(0, 12)]).toEqual([0x12, 0x34, 0x85, 0x00, 0, 1, 0, 1, 0, 0, 0, 0]);
    expect([...bytes.subarray(-4)]).toEqual([10, 96, 0, 20]);
  });

  it.each([
    ['an empty message', Uint8Array.of()],
    ['an answer', query('a.b', 1).map((byte, index) => (index === 2 ? 0x81 : byte))],
    [
      'a name that points to itself',
      Uint8Array.from([0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0xc0, 12, 0, 1, 0, 1]),
    ],
    ['a name that ends too early', query('web', 1).subarray(0, 15)],
  ])('takes no notice of %s', (_what, bytes) => {
    expect(decodeQuery(bytes)).toBeUndefined();
  });

  it('cuts a UDP answer that is too long, so that the client asks by TCP', () => {
    const read = decodeQuery(query('big.cluster.local', 1));
    if (!read) throw new Error('not a query');
    const answers = Array.from({ length: 100 }, (_, index): DnsRecord => ({
      name: 'big.cluster.local',
      ttl: 5,
      type: 'A',
      address: `10.0.0.${index}`,
    }));
    const answer = { code: 'NOERROR', authoritative: true, answers, authority: [], additional: [] } as const;
    const udp = encodeAnswer(read, answer, 'udp');
    expect(udp.length).toBeLessThanOrEqual(512);
    expect((udp[2] ?? 0) & 0x02).toBe(0x02);
    expect(encodeAnswer(read, answer, 'tcp').length).toBeGreaterThan(1600);
  });
});
