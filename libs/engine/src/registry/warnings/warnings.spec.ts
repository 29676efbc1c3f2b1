import { describe, expect, it } from 'vitest';
import { createAuthority, generatePrivateKey } from '../../auth/certificates.js';
import type { StoredObject } from '../../store/stored-object.js';
import { warningsAbout } from './index.js';

const PODS = { group: '', resource: 'pods' };
const DEPLOYMENTS = { group: 'apps', resource: 'deployments' };
const about = (resource: { group: string; resource: string }, body: object, old?: object): string[] => {
  const object = (given: object) =>
    ({ apiVersion: 'v1', kind: 'K', metadata: { name: 'a' }, ...given }) as StoredObject;
  return warningsAbout(resource, object(body), old && object(old));
};
const container = (more: object) => ({ name: 'main', image: 'i', ...more });

describe('what a client is told about a pod it may have', () => {
  it.each<[object, string[]]>([
    [{ containers: [container({})] }, []],
    [
      {
        containers: [
          container({
            env: [
              { name: 'A', value: '1' },
              { name: 'A', value: '2' },
            ],
          }),
        ],
      },
      ['spec.containers[0].env[1]: hides previous definition of "A", which may be dropped when using apply'],
    ],
    [
      {
        containers: [
          container({
            env: [
              { name: 'A', value: '1' },
              { name: 'A', value: '$(A),2' },
            ],
          }),
        ],
      },
      [],
    ],
    [
      {
        containers: [
          container({ ports: [{ name: 'p', containerPort: 80, protocol: 'TCP' }] }),
          container({ ports: [{ name: 'p', containerPort: 80, protocol: 'TCP' }] }),
        ],
      },
      [
        'spec.containers[1].ports[0]: duplicate port definition with spec.containers[0].ports[0]',
        'spec.containers[1].ports[0]: duplicate port name "p" with spec.containers[0].ports[0], services and probes that select ports by name will use spec.containers[0].ports[0]',
      ],
    ],
    [
      { containers: [container({ resources: { limits: { memory: '100m' } } })] },
      [
        'spec.containers[0].resources.limits[memory]: fractional byte value "100m" is invalid, must be an integer',
      ],
    ],
    [
      { containers: [], nodeSelector: { 'beta.kubernetes.io/os': 'linux' } },
      ['spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead'],
    ],
    [
      { containers: [], volumes: [{ name: 'v', gitRepo: { repository: 'r' } }] },
      ['spec.volumes[0].gitRepo: deprecated in v1.11, and disabled by default in v1.33+'],
    ],
    [
      {
        containers: [],
        volumes: [
          {
            name: 'v',
            configMap: {
              name: 'c',
              items: [
                { key: 'a', path: 'x' },
                { key: 'b', path: 'x/y' },
              ],
            },
          },
        ],
      },
      ['volume "v" (ConfigMap "c"): overlapping paths: "x/y" with "x"'],
    ],
    [
      {
        containers: [],
        affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'z' }] } },
      },
      [
        'spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].labelSelector: a null labelSelector results in matching no pod',
      ],
    ],
    [{ containers: [], imagePullSecrets: [{}] }, ['spec.imagePullSecrets[0].name: invalid empty name ""']],
  ])('for %j', (spec, expected) => {
    expect(about(PODS, { spec })).toEqual(expected);
  });

  it('is told when it is made, and of templates when they change', () => {
    const spec = { containers: [], terminationGracePeriodSeconds: -1 };
    expect(about(PODS, { spec }, { spec })).toEqual([]);
    const template = { spec: { template: { spec } } };
    const at = (generation: number) => ({ metadata: { name: 'a', generation }, ...template });
    expect(about(DEPLOYMENTS, at(2), at(1))).toEqual([
      'spec.template.spec.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1',
    ]);
    expect(about(DEPLOYMENTS, at(1), at(1))).toEqual([]);
  });
});

it('says what a service can do without', () => {
  expect(
    about(
      { group: '', resource: 'services' },
      { spec: { externalName: 'a', trafficDistribution: 'PreferClose' } },
    ),
  ).toEqual([
    'spec.externalName is ignored when spec.type is not "ExternalName"',
    'spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"',
  ]);
});

const kind = (text: string) => ({ group: text.split('/')[0] ?? '', resource: text.split('/')[1] ?? '' });
const named = (text: string, more: object = {}) => ({ metadata: { name: text, ...more } });

describe('what a client is told about other objects', () => {
  const odd = { spec: { nodeSelector: { 'beta.kubernetes.io/arch': 'a' }, containers: [] } };
  const template = { template: odd };
  const oldLabel =
    'nodeSelector[beta.kubernetes.io/arch]: deprecated since v1.14; use "kubernetes.io/arch" instead';
  const dots =
    'metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: [must not contain dots]';

  it.each<[string, object, string[]]>([
    ['apps/deployments', { ...named('a.b'), spec: template }, [dots, `spec.template.spec.${oldLabel}`]],
    [
      'apps/statefulsets',
      {
        spec: {
          template: { spec: { containers: [] } },
          revisionHistoryLimit: -1,
          volumeClaimTemplates: [{ spec: { resources: { requests: { storage: '1500m' } } } }],
        },
      },
      [
        'spec.volumeClaimTemplates[0].resources.requests[storage]: fractional byte value "1500m" is invalid, must be an integer',
        'spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended',
      ],
    ],
    [
      'batch/jobs',
      { spec: { completionMode: 'Indexed', completions: 100_001, parallelism: 10_001 } },
      [
        'spec: In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail',
      ],
    ],
    [
      'networking.k8s.io/ingresses',
      { metadata: { annotations: { 'kubernetes.io/ingress.class': 'nginx' } }, spec: {} },
      [
        'annotation "kubernetes.io/ingress.class" is deprecated, please use \'spec.ingressClassName\' instead',
      ],
    ],
    [
      'networking.k8s.io/ingresses',
      {
        metadata: { annotations: { 'kubernetes.io/ingress.class': 'nginx' } },
        spec: { ingressClassName: 'nginx' },
      },
      [],
    ],
    [
      '/services',
      {
        spec: {
          sessionAffinity: 'None',
          loadBalancerIP: '010.0.0.1',
          loadBalancerSourceRanges: ['10.0.0.1/24', '2001:DB8::/32', '2001:db8::5/64', '10.0.0.0/8'],
        },
      },
      [
        'spec.loadBalancerIP: non-standard IP address "010.0.0.1" is invalid: use "10.0.0.1"',
        'spec.loadBalancerSourceRanges[0]: CIDR value "10.0.0.1/24" is ambiguous in this context (should be "10.0.0.0/24" or "10.0.0.1/32"?)',
        'spec.loadBalancerSourceRanges[1]: IPv6 CIDR value "2001:DB8::/32" should be in RFC 5952 canonical format ("2001:db8::/32")',
        'spec.loadBalancerSourceRanges[2]: CIDR value "2001:db8::5/64" is ambiguous in this context (should be "2001:db8::/64" or "2001:db8::5/128"?)',
      ],
    ],
    [
      '/endpoints',
      { subsets: [{ addresses: [{ ip: '::ffff:10.1.2.3' }], notReadyAddresses: [{ ip: '2001:DB8::1' }] }] },
      [
        'subsets[0].addresses[0].ip: non-standard IP address "::ffff:10.1.2.3" is invalid: use "10.1.2.3"',
        'subsets[0].notReadyAddresses[0].ip: IPv6 address "2001:DB8::1" should be in RFC 5952 canonical format ("2001:db8::1")',
      ],
    ],
    [
      '/resourcequotas',
      {
        spec: { hard: { cpu: '4', 'limits.cpu': '2', 'requests.memory': '1Gi', 'limits.memory': '1024Mi' } },
      },
      ['ResourceQuota cpu (4) should be less than limits.cpu (2)'],
    ],
    [
      '/secrets',
      { type: 'kubernetes.io/tls', data: { 'tls.crt': '', 'tls.key': '' } },
      ['tls: failed to find any PEM data in certificate input'],
    ],
    [
      'storage.k8s.io/csidrivers',
      { spec: { tokenRequests: [{ audience: 'a' }] } },
      [
        'spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to prevent possible logging of tokens in volume attributes',
      ],
    ],
  ])('%s', (resource, object, expected) => {
    expect(about(kind(resource), object)).toEqual(expected);
  });

  it('is silent about a workload of which only labels change', () => {
    const at = (generation: number) => ({ ...named('a.b', { generation }), spec: template });
    expect(about(DEPLOYMENTS, at(2), at(2))).toEqual([]);
    expect(about(DEPLOYMENTS, at(2), at(1))).toEqual([`spec.template.spec.${oldLabel}`]);
  });
});

describe('what a client is told about a key pair', () => {
  const nowMs = Date.UTC(2030, 0, 1);
  const [mine, other] = [generatePrivateKey(), generatePrivateKey()];
  const { cert } = createAuthority({ key: mine, nowMs, commonName: 'a' });
  const secret = (crt: string, key: string) => ({
    type: 'kubernetes.io/tls',
    data: { 'tls.crt': Buffer.from(crt).toString('base64'), 'tls.key': Buffer.from(key).toString('base64') },
  });

  it.each([
    [cert, mine, []],
    [cert, other, ['tls: private key does not match public key']],
    [cert, cert, ['tls: found a certificate rather than a key in the PEM for the private key']],
    [
      mine,
      cert,
      [
        'tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched',
      ],
    ],
  ])('%#', (crt, key, expected) => {
    expect(about({ group: '', resource: 'secrets' }, secret(crt, key))).toEqual(expected);
  });
});
