import { describe, expect, it } from 'vitest';
import type { StoredObject } from '../../store/stored-object.js';
import { strategies } from './index.js';

/** What a kind says about an object with this body, filled in as the server does. */
function findings(resource: string, body: object, old?: object): string[] {
  const strategy = strategies[resource];
  const filled = (given: object): StoredObject => {
    const metadata = { name: 'a', namespace: 'default' };
    const object = { apiVersion: 'v1', kind: 'K', metadata, ...given } as StoredObject;
    return strategy?.defaults?.(object) ?? object;
  };
  const errors = old
    ? strategy?.validateUpdate?.(filled(body), filled(old))
    : strategy?.validate?.(filled(body));
  return (errors ?? []).map(({ field, message }) => `${field}: ${message}`);
}

const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } };
const rule = { apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*'] };

describe('an empty text where none was meant', () => {
  it.each<[string, object, string]>([
    [
      'networking.k8s.io/networkpolicies',
      { spec: { podSelector: {}, ingress: [{ ports: [{ protocol: '' }] }] } },
      'spec.ingress[0].ports[0].protocol',
    ],
    [
      'discovery.k8s.io/endpointslices',
      { addressType: 'IPv4', ports: [{ protocol: '' }] },
      'ports[0].protocol',
    ],
    ['storage.k8s.io/storageclasses', { provisioner: 'a/b', volumeBindingMode: '' }, 'volumeBindingMode'],
    [
      '/services',
      { spec: { ports: [{ port: 1 }], internalTrafficPolicy: '' } },
      'spec.internalTrafficPolicy',
    ],
    [
      'admissionregistration.k8s.io/validatingadmissionpolicybindings',
      { spec: { policyName: 'p', validationActions: ['Deny'], matchResources: { matchPolicy: '' } } },
      'spec.matchResources.matchPolicy',
    ],
    [
      'admissionregistration.k8s.io/validatingwebhookconfigurations',
      {
        webhooks: [
          {
            name: 'a.b.c',
            sideEffects: 'None',
            admissionReviewVersions: ['v1'],
            clientConfig: { url: 'https://a' },
            rules: [{ ...rule, scope: '' }],
          },
        ],
      },
      'webhooks[0].rules[0].scope',
    ],
  ])('is refused in %s', (resource, body, field) =>
    expect(findings(resource, body).join('\n')).toContain(`${field}: Unsupported value: ""`),
  );
});

describe('rules of kinds', () => {
  it.each<[string, string, object, string[]]>([
    [
      'roles that add up nothing',
      'rbac.authorization.k8s.io/clusterroles',
      { aggregationRule: {} },
      [
        'aggregationRule.clusterRoleSelectors: Required value: at least one clusterRoleSelector required if aggregationRule is non-nil',
      ],
    ],
    [
      'budgets of more than all',
      'policy/poddisruptionbudgets',
      { spec: { minAvailable: '101%', unhealthyPodEvictionPolicy: 'Sometimes' } },
      [
        'spec.minAvailable: Invalid value: "101%": must not be greater than 100%',
        'spec.unhealthyPodEvictionPolicy: Unsupported value: "Sometimes": supported values: "AlwaysAllow", "IfHealthyBudget"',
      ],
    ],
    [
      'controllers whose pods end',
      '/replicationcontrollers',
      {
        spec: {
          minReadySeconds: -1,
          template: { ...template, spec: { ...template.spec, activeDeadlineSeconds: 9 } },
        },
      },
      [
        'spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0',
        'spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in ReplicationController is not Supported',
      ],
    ],
    [
      'services elsewhere with addresses here',
      '/services',
      {
        spec: {
          type: 'ExternalName',
          externalName: 'a',
          clusterIPs: ['10.0.0.1'],
          ipFamilyPolicy: 'SingleStack',
        },
      },
      [
        'spec.clusterIPs: Forbidden: may not be set for ExternalName services',
        'spec.ipFamilyPolicy: Forbidden: may not be set for ExternalName services',
      ],
    ],
    [
      'parameters of a kind that can be none',
      'admissionregistration.k8s.io/validatingadmissionpolicies',
      {
        spec: {
          paramKind: { apiVersion: 'a/', kind: 'No_Kind' },
          matchConstraints: { resourceRules: [{ ...rule, resourceNames: ['x', 'x'] }] },
          validations: [{ expression: 'true' }],
        },
      },
      [
        'spec.paramKind.apiVersion: Invalid value: "a/": version must be specified',
        expect.stringMatching(
          /^spec\.paramKind\.kind: Invalid value: "No_Kind": may have mixed case, but should otherwise match: /,
        ) as string,
        'spec.matchConstraints.resourceRules[0].resourceNames[1]: Duplicate value: "x"',
      ],
    ],
    [
      'webhooks at no path',
      'admissionregistration.k8s.io/mutatingwebhookconfigurations',
      {
        webhooks: [
          {
            name: 'a.b.c',
            sideEffects: 'None',
            admissionReviewVersions: ['v1'],
            clientConfig: { service: { name: 's', namespace: 'n', path: '/a//b' } },
          },
        ],
      },
      ['webhooks[0].clientConfig.service.path: Invalid value: "/a//b": segment[1] may not be empty'],
    ],
    [
      'secrets for registries that can not be read',
      '/secrets',
      { type: 'kubernetes.io/dockerconfigjson', stringData: { '.dockerconfigjson': 'secret' } },
      [
        'data[.dockerconfigjson]: Invalid value: "<secret contents redacted>": invalid character \'s\' looking for beginning of value',
      ],
    ],
    [
      'secrets of a list where an object is wanted',
      '/secrets',
      { type: 'kubernetes.io/dockercfg', stringData: { '.dockercfg': '["secret"]' } },
      [
        'data[.dockercfg]: Invalid value: "<secret contents redacted>": json: cannot unmarshal array into Go value of type map[string]interface {}',
      ],
    ],
    [
      'workloads whose selector can not be read',
      'apps/replicasets',
      { spec: { selector: { matchLabels: { a: '!' } }, template } },
      [
        expect.stringMatching(/^spec\.selector\.matchLabels: Invalid value: "!"/) as string,
        'spec.selector: Invalid value: {"matchLabels":{"a":"!"}}: invalid label selector',
      ],
    ],
    [
      'processes of a node that are not in its network',
      'apps/daemonsets',
      {
        spec: {
          selector: { matchLabels: { a: 'b' } },
          template: {
            ...template,
            spec: {
              ...template.spec,
              securityContext: { windowsOptions: { hostProcess: true, runAsUserName: 'A\\b\\c' } },
            },
          },
        },
      },
      [
        'spec.template.spec.securityContext.windowsOptions.runAsUserName: Invalid value: "A\\\\b\\\\c": runAsUserName cannot contain more than one backslash',
        'spec.template.spec.hostNetwork: Invalid value: false: hostNetwork must be true if pod contains any hostProcess containers',
      ],
    ],
  ])('refuse %s', (_, resource, body, errors) => expect(findings(resource, body)).toEqual(errors));

  it('leave a wrong label of a job where it is, and refuse it', () => {
    const labels = { 'job-name': 'other' };
    const spec = { template: { ...template, metadata: { labels } } };
    const job = {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'a', uid: 'u' },
      spec,
    } as StoredObject;
    const strategy = strategies['batch/jobs'];
    const made = strategy?.prepareForCreate?.(job, undefined as never) ?? job;
    expect(strategy?.validate?.(made).map(({ field }) => field)).toContain(
      'spec.template.metadata.labels[job-name]',
    );
  });

  it('leave out of pods what is behind gates that are off', () => {
    const bundle = { clusterTrustBundle: { path: 'p' }, podCertificate: { signerName: 's' } };
    const volumes = [{ name: 'v', projected: { sources: [bundle] } }];
    const pod = { metadata: {}, spec: { containers: [], volumes } } as unknown as StoredObject;
    expect(strategies['/pods']?.defaults?.(pod)).toMatchObject({
      spec: { volumes: [{ projected: { sources: [{}] } }] },
    });
    expect(JSON.stringify(strategies['/pods']?.defaults?.(pod))).not.toContain('clusterTrustBundle');
  });

  it('keep a volume where it is, whatever its labels are called by now', () => {
    const volume = (key: string, value = 'x') => ({
      spec: {
        accessModes: ['ReadWriteOnce'],
        capacity: { storage: '1Gi' },
        local: { path: '/a' },
        nodeAffinity: {
          required: { nodeSelectorTerms: [{ matchExpressions: [{ key, operator: 'In', values: [value] }] }] },
        },
      },
    });
    const old = volume('failure-domain.beta.kubernetes.io/zone');
    expect(findings('/persistentvolumes', volume('topology.kubernetes.io/zone'), old)).toEqual([]);
    const [found = ''] = findings('/persistentvolumes', volume('topology.kubernetes.io/zone', 'y'), old);
    expect(found).toMatch(/^nodeAffinity: .*field is immutable, except for updating from beta label to GA$/);
  });
});
