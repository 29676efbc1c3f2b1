import { beforeEach, expect, it } from 'vitest';
import { createCluster, type Cluster } from '../../cluster.js';
import { Namespaces, NetworkPolicies, Pods, Services } from '../../clients/resource-type.js';
import type { NetworkPolicySpec } from '../../types/index.js';

let cluster: Cluster;
let asked = 0;

/** A shop of two: `api` answers on 8080 behind a service; scripts run in pods labelled `app=web`. */
beforeEach(() => {
  cluster = createCluster({ nodes: 2 });
  for (const name of ['shop', 'other'])
    cluster.client.create(Namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  cluster.client.create(Services, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'api', namespace: 'shop' },
    spec: { selector: { app: 'api' }, ports: [{ port: 80, targetPort: 8080 }] },
  });
  cluster.advance('1s');
  cluster.client.create(Pods, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'api', namespace: 'shop', labels: { app: 'api' } },
    spec: {
      containers: [
        {
          name: 'main',
          image: 'registry.k8s.io/e2e-test-images/agnhost:2.57',
          args: ['netexec'],
          ports: [{ name: 'http', containerPort: 8080 }],
        },
      ],
    },
  });
  cluster.advance('10s');
});

function allow(name: string, spec: NetworkPolicySpec, namespace = 'shop'): void {
  cluster.client.create(NetworkPolicies, {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace },
    spec,
  });
}

/** What a script in a pod writes, how it ends and after how many seconds. */
function ask(script: string, namespace = 'shop'): string {
  const name = `web-${++asked}`;
  cluster.client.create(Pods, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels: { app: 'web' } },
    spec: {
      restartPolicy: 'Never',
      containers: [
        {
          name: 'main',
          image: 'registry.k8s.io/e2e-test-images/agnhost:2.57',
          command: ['sh', '-c', script],
        },
      ],
    },
  });
  cluster.advance('5m');
  const lines = cluster.runtime.logs({ namespace, pod: name, container: 'main' })?.lines ?? [];
  const ended = cluster.client.get(Pods, namespace, name).status?.containerStatuses?.[0]?.state?.terminated;
  const seconds = (Date.parse(ended?.finishedAt ?? '') - Date.parse(ended?.startedAt ?? '')) / 1000;
  return [...lines.map(({ text }) => text), `exit ${ended?.exitCode} after ${seconds} s`].join('\n');
}

const CALL = 'curl -sS -m 5 http://api.shop.svc/hostname';
const TIMED_OUT =
  'curl: (28) Failed to connect to api.shop.svc port 80: Connection timed out\nexit 28 after 5 s';

it('lets a denied call wait in vain, and the same call pass once a policy allows it', () => {
  expect(ask(CALL)).toBe('api\nexit 0 after 0 s');
  allow('deny-all', { podSelector: {} });
  expect(ask(CALL)).toBe(TIMED_OUT);
  expect(ask('agnhost connect api.shop:80 --timeout=3s')).toBe('TIMEOUT\nexit 1 after 3 s');
  expect(ask('wget -q -T 2 -O- api.shop/hostname')).toBe('wget: download timed out\nexit 1 after 2 s');
  const address = cluster.client.get(Services, 'shop', 'api').spec?.clusterIP;
  expect(ask('nc -zv -w 4 api.shop 80')).toBe(
    `nc: api.shop (${address}:80): Operation timed out\nexit 1 after 4 s`,
  );
  allow('web-to-api', {
    podSelector: { matchLabels: { app: 'api' } },
    ingress: [{ from: [{ podSelector: { matchLabels: { app: 'web' } } }], ports: [{ port: 'http' }] }],
  });
  expect(ask(CALL)).toBe('api\nexit 0 after 0 s');
  expect(ask(CALL, 'other')).toBe(TIMED_OUT);
});

it('goes by the labels that pods and namespaces have now', () => {
  allow('friends', {
    podSelector: {},
    ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: 'friends' } } }] }],
  });
  expect(ask(CALL, 'other')).toBe(TIMED_OUT);
  cluster.client.patch(Namespaces, undefined, 'other', 'merge', {
    metadata: { labels: { team: 'friends' } },
  });
  expect(ask(CALL, 'other')).toBe('api\nexit 0 after 0 s');
});

it('keeps names from pods that may not ask DNS, until they may', () => {
  allow('nothing-leaves', { podSelector: { matchLabels: { app: 'web' } }, policyTypes: ['Egress'] });
  expect(ask(CALL)).toBe('curl: (6) Could not resolve host: api.shop.svc\nexit 6 after 0 s');
  expect(ask('dig +short api.shop.svc.cluster.local')).toBe('exit 0 after 0 s');
  allow('dns', {
    podSelector: {},
    policyTypes: ['Egress'],
    egress: [
      {
        to: [{ namespaceSelector: {}, podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } }],
        ports: [{ port: 53, protocol: 'UDP' }],
      },
    ],
  });
  expect(ask(CALL)).toBe(TIMED_OUT);
  allow('to-api', {
    podSelector: {},
    policyTypes: ['Egress'],
    egress: [{ to: [{ podSelector: { matchLabels: { app: 'api' } } }] }],
  });
  expect(ask(CALL)).toBe('api\nexit 0 after 0 s');
});

it('leaves probes and what comes through the API alone', () => {
  allow('deny-all', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
  const { podIP = '' } = cluster.client.get(Pods, 'shop', 'api').status ?? {};
  const request = { method: 'GET', url: '/hostname', headers: {} };
  expect(cluster.runtime.http(podIP, 8080, request).kind).toBe('answer');
});
