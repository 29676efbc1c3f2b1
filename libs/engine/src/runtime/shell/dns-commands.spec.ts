import { beforeAll, expect, it } from 'vitest';
import { createCluster, type Cluster } from '../../cluster.js';
import { EndpointSlices, Pods, Services } from '../../clients/resource-type.js';
import type { PodSpec } from '../../types/index.js';

let cluster: Cluster;
let count = 0;

beforeAll(() => {
  cluster = createCluster({ nodes: 1 });
  const base = { apiVersion: 'v1', kind: 'Service' };
  cluster.client.create(Services, {
    ...base,
    metadata: { name: 'web', namespace: 'default' },
    spec: { clusterIP: '10.96.0.80', ports: [{ name: 'http', port: 80 }] },
  });
  cluster.client.create(Services, {
    ...base,
    metadata: { name: 'elsewhere', namespace: 'default' },
    spec: { type: 'ExternalName', externalName: 'shop.example.com' },
  });
  cluster.client.create(Services, {
    ...base,
    metadata: { name: 'db', namespace: 'default' },
    spec: { clusterIP: 'None', ports: [{ name: 'sql', port: 5432 }] },
  });
  cluster.client.create(EndpointSlices, {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'db-1', namespace: 'default', labels: { 'kubernetes.io/service-name': 'db' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['10.244.0.9'], hostname: 'db-0', conditions: { ready: true } }],
    ports: [{ name: 'sql', port: 5432, protocol: 'TCP' }],
  });
  cluster.advance('1s');
});

/** What a script in a pod writes, and how it ends. */
function run(script: string, spec: Partial<PodSpec> = {}): string {
  const name = `asker-${++count}`;
  cluster.client.create(Pods, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default' },
    spec: {
      ...spec,
      restartPolicy: 'Never',
      containers: [{ name: 'main', image: 'busybox:1.37', command: ['sh', '-c', script] }],
    },
  });
  cluster.advance('10s');
  const log = cluster.runtime.logs({ namespace: 'default', pod: name, container: 'main' });
  const status = cluster.client.get(Pods, 'default', name).status?.containerStatuses?.[0];
  const exitCode = status?.state?.terminated?.exitCode;
  return [...(log?.lines ?? []).map(({ text }) => text), `exit ${exitCode}`].join('\n');
}

it.each([
  ['dig +short web.default.svc.cluster.local', '10.96.0.80'],
  ['dig +short elsewhere.default.svc.cluster.local CNAME', 'shop.example.com.'],
  ['dig +short _sql._tcp.db.default.svc.cluster.local SRV', '0 100 5432 db-0.db.default.svc.cluster.local.'],
  ['dig +short -x 10.96.0.80', 'web.default.svc.cluster.local.'],
  ['dig +short -x 10.244.0.9', 'db-0.db.default.svc.cluster.local.'],
  ['dig +noall +answer +search web A', 'web.default.svc.cluster.local.\t5\tIN\tA\t10.96.0.80'],
  [
    'dig +noall +answer 80.0.96.10.in-addr.arpa. PTR',
    '80.0.96.10.in-addr.arpa.\t5\tIN\tPTR\tweb.default.svc.cluster.local.',
  ],
  ['host db-0.db', 'db-0.db.default.svc.cluster.local has address 10.244.0.9'],
  [
    'host -t SRV _http._tcp.web',
    '_http._tcp.web.default.svc.cluster.local has SRV record 0 100 80 web.default.svc.cluster.local.',
  ],
])('%s says %s', (script, said) => expect(run(script)).toBe(`${said}\nexit 0`));

it('searches for short names only where it is told to', () => {
  expect(run('dig +short web')).toBe('exit 0');
  expect(run('dig +search +short web')).toBe('10.96.0.80\nexit 0');
});

it('tells a name that is not there from one without such a record', () => {
  expect(run('nslookup nobody.default.svc.cluster.local')).toContain(
    "** server can't find nobody.default.svc.cluster.local: NXDOMAIN\n\nexit 1",
  );
  expect(run('nslookup -type=AAAA web')).toContain(
    "*** Can't find web.default.svc.cluster.local: No answer\n\nexit 0",
  );
});

it('shows a whole answer', () => {
  expect(run('dig web.default.svc.cluster.local')).toContain(
    ';; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: 4096\n;; flags: qr aa rd; QUERY: 1, ANSWER: 1, AUTHORITY: 0, ADDITIONAL: 0',
  );
});

it.each<[string, Partial<PodSpec>, string]>([
  ['the cluster first', {}, '10.96.0.80'],
  ['the resolver of its node', { dnsPolicy: 'Default' }, ''],
  [
    'a server of its own',
    {
      dnsPolicy: 'None',
      dnsConfig: { nameservers: ['192.0.2.53'], searches: ['default.svc.cluster.local'] },
    },
    '',
  ],
  [
    'the cluster with a search list of its own',
    {
      dnsPolicy: 'None',
      dnsConfig: { nameservers: ['10.96.0.10'], searches: ['default.svc.cluster.local'] },
    },
    '10.96.0.80',
  ],
])('lets a pod that asks %s look for short names accordingly', (_, spec, found) => {
  expect(run("getent hosts web | cut -d' ' -f1", spec).split('\n')[0]).toBe(found || 'exit 0');
});
