import { describe, expect, it } from 'vitest';
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
