import { describe, expect, it } from 'vitest';
import type { StoredObject } from '../../store/stored-object.js';
import { strategies } from './index.js';

const metadata = { name: 'a', namespace: 'default', uid: 'u' };

/** What a kind says about an object with this body, filled in as the server does. */
function findings(resource: string, body: object, old?: object): string[] {
  const strategy = strategies[resource];
  const filled = (given: object): StoredObject => {
    const object = { apiVersion: 'v1', kind: 'K', metadata, ...given } as StoredObject;
    return strategy?.defaults?.(object) ?? object;
  };
  const errors = old
    ? strategy?.validateUpdate?.(filled(body), filled(old))
    : strategy?.validate?.(filled(body));
  return (errors ?? []).map(({ field, message }) => `${field}: ${message}`);
}

const template = (restartPolicy: string) => ({
  metadata: { labels: { app: 'a' } },
  spec: { restartPolicy, containers: [{ name: 'main', image: 'i' }] },
});

describe('jobs', () => {
  const job = { manualSelector: true, selector: { matchLabels: { app: 'a' } }, template: template('Never') };

  it.each<[string, object, string[]]>([
    [
      'a limit of indexes without any',
      { maxFailedIndexes: 2 },
      [
        'spec.backoffLimitPerIndex: Required value: when maxFailedIndexes is specified',
        'spec.maxFailedIndexes: Invalid value: 2: requires indexed completion mode',
      ],
    ],
    [
      'more failed indexes than there are',
      { completionMode: 'Indexed', completions: 1, backoffLimitPerIndex: 1, maxFailedIndexes: 2 },
      ['spec.maxFailedIndexes: Invalid value: 2: must be less than or equal to completions'],
    ],
    [
      'rules about no container of its own, out of order',
      {
        podFailurePolicy: {
          rules: [
            {
              action: 'FailJob',
              onExitCodes: { containerName: 'b', operator: 'In', values: [2, 1, 0] },
            },
            { action: 'FailIndex' },
          ],
        },
      },
      [
        'spec.podFailurePolicy.rules[0].onExitCodes.containerName: Invalid value: "b": must be one of the container or initContainer names in the pod template',
        'spec.podFailurePolicy.rules[0].onExitCodes.values[2]: Invalid value: 0: must not be 0 for the In operator',
        'spec.podFailurePolicy.rules[0].onExitCodes.values: Invalid value: [2,1,0]: must be ordered',
        'spec.podFailurePolicy.rules[1].action: Invalid value: "FailIndex": requires the backoffLimitPerIndex to be set',
        'spec.podFailurePolicy.rules[1]: Invalid value: specifying one of OnExitCodes and OnPodConditions is required',
      ],
    ],
    [
      'success of indexes it has not',
      {
        completionMode: 'Indexed',
        completions: 3,
        successPolicy: {
          rules: [{ succeededIndexes: '0-4' }, { succeededIndexes: '0,1', succeededCount: 3 }, {}],
        },
      },
      [
        'spec.successPolicy.rules[0].succeededIndexes: Invalid value: "0-4": error parsing succeededIndexes: too large index: "4"',
        'spec.successPolicy.rules[1].succeededCount: Invalid value: 3: must be less than or equal to 2 (the number of indexes in the specified succeededIndexes field)',
        'spec.successPolicy.rules[2]: Required value: at least one of succeededCount or succeededIndexes must be specified',
      ],
    ],
    [
      'pods that never end',
      { template: template('Always') },
      ['spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"'],
    ],
  ])('are refused for %s', (_, spec, expected) => {
    expect(findings('batch/jobs', { spec: { ...job, ...spec } })).toEqual(expected);
  });

  it('keep their rules once made', () => {
    const old = { spec: { ...job, completionMode: 'Indexed', completions: 2, parallelism: 2 } };
    const changed = (spec: object) => findings('batch/jobs', { spec: { ...old.spec, ...spec } }, old);
    expect(changed({ completions: 3, parallelism: 3 })).toEqual([]);
    expect(changed({ completions: 3 })).toEqual([
      'spec.completions: Invalid value: 3: can only be modified in tandem with spec.parallelism',
    ]);
    expect(changed({ backoffLimitPerIndex: 1 })).toEqual([
      'spec.backoffLimitPerIndex: Invalid value: 1: field is immutable',
    ]);
  });

  it('made by the hour know the time zones', () => {
    const cron = (spec: object) =>
      findings('batch/cronjobs', {
        spec: { schedule: '@daily', jobTemplate: { spec: { template: template('Never') } }, ...spec },
      });
    expect(cron({ timeZone: 'Europe/Berlin' })).toEqual([]);
    expect(cron({ timeZone: 'Mars/Olympus' })).toEqual([
      'spec.timeZone: Invalid value: "Mars/Olympus": unknown time zone Mars/Olympus',
    ]);
    expect(cron({ concurrencyPolicy: 'Never' })).toEqual([
      'spec.concurrencyPolicy: Unsupported value: "Never": supported values: "Allow", "Forbid", "Replace"',
    ]);
  });
});

describe('sets of pods', () => {
  const selector = { matchLabels: { app: 'a' } };

  it('take one pod away before the next comes, or the other way round', () => {
    const daemons = (rollingUpdate: object) =>
      findings('apps/daemonsets', {
        spec: {
          selector,
          template: template('Always'),
          updateStrategy: { type: 'RollingUpdate', rollingUpdate },
        },
      });
    expect(daemons({ maxSurge: '20%', maxUnavailable: 0 })).toEqual([]);
    expect(daemons({ maxSurge: 1, maxUnavailable: 1 })).toEqual([
      'spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: 1: may not be set when maxUnavailable is non-zero',
    ]);
    expect(daemons({ maxSurge: 0, maxUnavailable: 0 })).toEqual([
      'spec.updateStrategy.rollingUpdate.maxUnavailable: Required value: cannot be 0 when maxSurge is 0',
    ]);
  });

  it('check the claims they will make', () => {
    const spec = {
      selector,
      template: template('Always'),
      serviceName: 'Not ok',
      volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: { accessModes: ['Sometimes'] } }],
    };
    expect(findings('apps/statefulsets', { spec })).toEqual([
      'spec.volumeClaimTemplates[0].spec.accessModes: Unsupported value: "Sometimes": supported values: "ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"',
      'spec.volumeClaimTemplates[0].spec.resources[storage]: Required value',
      expect.stringContaining('spec.serviceName: Invalid value: "Not ok": a lowercase RFC 1123 label'),
    ]);
  });
});

describe('autoscalers', () => {
  it.each<[object, string[]]>([
    [
      { maxReplicas: 0, scaleTargetRef: { kind: 'Deployment', name: 'a', apiVersion: 'v1' } },
      [
        'spec.maxReplicas: Required value: must be set and greater than 0',
        'spec.maxReplicas: Invalid value: 0: must be greater than or equal to `minReplicas`',
        'spec.scaleTargetRef.apiVersion: Invalid value: "v1": apiVersion must specify API group',
      ],
    ],
    [
      {
        metrics: [
          {
            type: 'Resource',
            pods: { metric: { name: 'm' }, target: { type: 'AverageValue', averageValue: '1' } },
          },
        ],
      },
      ['spec.metrics[0].resource: Required value: must populate information for the given metric source'],
    ],
    [
      {
        behavior: {
          scaleUp: { selectPolicy: 'Most', policies: [{ type: 'Pods', value: 0, periodSeconds: 1801 }] },
        },
      },
      [
        'spec.behavior.scaleUp.selectPolicy: Unsupported value: "Most": supported values: "Disabled", "Max", "Min"',
        'spec.behavior.scaleUp.policies[0].value: Invalid value: 0: must be greater than zero',
        'spec.behavior.scaleUp.policies[0].periodSeconds: Invalid value: 1801: must be less than or equal to 1800',
      ],
    ],
  ])('are refused for %j', (spec, expected) => {
    const scaleTargetRef = { kind: 'Deployment', name: 'a', apiVersion: 'apps/v1' };
    expect(
      findings('autoscaling/horizontalpodautoscalers', { spec: { maxReplicas: 3, scaleTargetRef, ...spec } }),
    ).toEqual(expected);
  });
});

describe('storage', () => {
  const volume = { accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' } };

  it('is somewhere, and in one place', () => {
    const found = (spec: object) => findings('/persistentvolumes', { spec: { ...volume, ...spec } });
    expect(found({})).toEqual(['spec: Required value: must specify a volume type']);
    expect(found({ nfs: { server: 's', path: '/p' }, csi: { driver: 'd', volumeHandle: 'h' } })).toEqual([
      'spec.csi: Forbidden: may not specify more than 1 volume type',
    ]);
    expect(found({ local: { path: '/mnt' } })).toEqual([
      'spec.nodeAffinity: Required value: Local volume requires node affinity',
    ]);
  });

  it('stays where it is', () => {
    const old = { spec: { ...volume, csi: { driver: 'd', volumeHandle: 'h' } } };
    const moved = (csi: object) => findings('/persistentvolumes', { spec: { ...volume, csi } }, old);
    expect(moved({ driver: 'd', volumeHandle: 'i' })).toEqual([
      'spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation',
    ]);
    const controllerExpandSecretRef = { name: 's', namespace: 'n' };
    expect(moved({ driver: 'd', volumeHandle: 'h', controllerExpandSecretRef })).toEqual([]);
  });

  it('is claimed from one source', () => {
    const claim = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
    const found = (spec: object) => findings('/persistentvolumeclaims', { spec: { ...claim, ...spec } });
    expect(found({ dataSource: { kind: 'Pod', name: 'a' } })).toEqual([
      'spec.dataSource: Invalid value: "Pod": must be \'PersistentVolumeClaim\' when referencing the default apiGroup',
    ]);
    expect(found({ accessModes: ['ReadWriteOnce', 'ReadWriteOncePod'] })).toEqual([
      'spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes',
    ]);
  });

  it('has drivers and classes that do not change', () => {
    expect(findings('storage.k8s.io/csidrivers', { spec: { attachRequired: false } }, { spec: {} })).toEqual([
      'spec.attachedRequired: Invalid value: false: field is immutable',
    ]);
    expect(findings('storage.k8s.io/storageclasses', { provisioner: 'a' }, { provisioner: 'b' })).toEqual([
      'provisioner: Invalid value: "a": field is immutable',
    ]);
    expect(
      findings('storage.k8s.io/volumeattachments', { spec: { attacher: 'a', nodeName: 'n', source: {} } }),
    ).toEqual([
      'spec.source: Required value: must specify exactly one of inlineVolumeSpec and persistentVolumeName',
    ]);
  });
});

describe('ways in', () => {
  const path = (more: object) => ({
    rules: [
      {
        http: {
          paths: [
            {
              path: '/',
              pathType: 'Prefix',
              backend: { service: { name: 'a', port: { number: 80 } } },
              ...more,
            },
          ],
        },
      },
    ],
  });

  it.each<[object, string[]]>([
    [path({}), []],
    [
      path({ backend: { service: { name: 'a' } } }),
      ['spec.rules[0].http.paths[0].backend: Required value: port name or number is required'],
    ],
    [
      path({ backend: {} }),
      ['spec.rules[0].http.paths[0].backend: Invalid value: "": resource or service backend is required'],
    ],
    [
      path({ path: '/a/..' }),
      ['spec.rules[0].http.paths[0].path: Invalid value: "/a/..": cannot end with \'/..\''],
    ],
    [
      { rules: [{ host: '10.0.0.1' }] },
      ['spec.rules[0].host: Invalid value: "10.0.0.1": must be a DNS name, not an IP address'],
    ],
    [{}, ['spec: Invalid value: null: either `defaultBackend` or `rules` must be specified']],
  ])('are refused for %j', (spec, expected) => {
    expect(findings('networking.k8s.io/ingresses', { spec })).toEqual(expected);
  });

  it('are served by who was named first', () => {
    const found = (controller: string, old?: object) =>
      findings('networking.k8s.io/ingressclasses', { spec: { controller } }, old);
    expect(found('nginx')).toEqual([
      'spec.controller: Invalid value: "nginx": must be a domain-prefixed path (such as "acme.io/foo")',
    ]);
    expect(found('example.com/b', { spec: { controller: 'example.com/a' } })).toEqual([
      'spec.controller: Invalid value: "example.com/b": field is immutable',
    ]);
  });

  it('are services with sound ports, addresses and policies', () => {
    const found = (spec: object) => findings('/services', { spec: { ports: [{ port: 80 }], ...spec } });
    expect(
      found({ sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 0 } } }),
    ).toEqual([
      'spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 0: must be greater than 0 and less than 86400',
    ]);
    expect(found({ loadBalancerClass: 'a/b', externalIPs: ['127.0.0.1'] })).toEqual([
      'spec.externalIPs[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
      "spec.loadBalancerClass: Forbidden: may only be used when `type` is 'LoadBalancer'",
    ]);
    expect(
      found({
        ports: [
          { port: 80, name: 'a' },
          { port: 80, name: 'a' },
        ],
      }),
    ).toEqual([
      'spec.ports[1].name: Duplicate value: "a"',
      'spec.ports[1]: Duplicate value: {"Name":"","Protocol":"TCP","AppProtocol":null,"Port":80,"TargetPort":0,"NodePort":0}',
    ]);
  });
});

it('keeps what a set once was', () => {
  const revision = (data: unknown) => ({ data, revision: 1 });
  expect(findings('apps/controllerrevisions', revision(undefined))).toEqual([
    'data: Required value: data is mandatory',
  ]);
  expect(findings('apps/controllerrevisions', revision({ a: 1 }), revision({ a: 2 }))).toEqual([
    'data: Invalid value: {"a":1}: field is immutable',
  ]);
});

it('survives a policy whose annotation says nothing', () => {
  const found = findings('admissionregistration.k8s.io/validatingadmissionpolicies', {
    spec: { matchConstraints: { resourceRules: [] }, auditAnnotations: [{}] },
  });
  expect(found).toContain(
    'spec.auditAnnotations[0].valueExpression: Required value: valueExpression is not specified',
  );
});

it('lets a node lose its drivers', () => {
  const old = { spec: { drivers: [{ name: 'd', nodeID: 'n' }] } };
  expect(findings('storage.k8s.io/csinodes', { spec: {} }, old)).toEqual([]);
});
