import { describe, expect, it } from 'vitest';
import { isApiError } from '../api/api-error.js';
import { createAuthority, generatePrivateKey } from '../auth/certificates.js';
import { createCluster, type Cluster } from '../cluster.js';
import { CustomResourceDefinitions } from '../clients/resource-type.js';
import type { CustomResourceDefinition, CustomResourceDefinitionVersion } from '../types/index.js';

const version = (change: Partial<CustomResourceDefinitionVersion> = {}): CustomResourceDefinitionVersion => ({
  name: 'v1',
  served: true,
  storage: true,
  schema: { openAPIV3Schema: { type: 'object' } },
  ...change,
});
const definition = (
  versions: CustomResourceDefinitionVersion[],
  group = 'tea.example.com',
  annotations: Record<string, string> = {},
): CustomResourceDefinition => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `cups.${group}`, annotations },
  spec: { group, scope: 'Namespaced', names: { plural: 'cups', kind: 'Cup' }, versions },
});
const refusal = (action: () => unknown): string => {
  try {
    action();
    return 'accepted';
  } catch (error) {
    if (isApiError(error)) return error.message;
    throw error;
  }
};
const created = (one: CustomResourceDefinition): string =>
  refusal(() => createCluster({ controllers: [] }).client.create(CustomResourceDefinitions, one));
const columns = (...list: object[]): CustomResourceDefinition =>
  definition([
    version({
      additionalPrinterColumns: list as CustomResourceDefinitionVersion['additionalPrinterColumns'] & object,
    }),
  ]);
const scale = (paths: object): CustomResourceDefinition =>
  definition([
    version({ subresources: { scale: paths as { specReplicasPath: string; statusReplicasPath: string } } }),
  ]);
const AT = 'spec.versions[0]';

describe('a definition is refused for', () => {
  it.each<[string, CustomResourceDefinition]>([
    [`${AT}.additionalPrinterColumns[0].name: Required value`, columns({ type: 'string', jsonPath: '.a' })],
    [
      `${AT}.additionalPrinterColumns[0].type: Invalid value: "text": must be one of boolean,date,integer,number,string`,
      columns({ name: 'A', type: 'text', jsonPath: '.a' }),
    ],
    [
      `${AT}.additionalPrinterColumns[1].format: Invalid value: "int": must be one of byte,date,date-time,double,float,int32,int64,password`,
      columns(
        { name: 'A', type: 'date', jsonPath: '.a' },
        { name: 'B', type: 'integer', format: 'int', jsonPath: '.b' },
      ),
    ],
    [
      `${AT}.additionalPrinterColumns[0].JSONPath: Invalid value: "spec.a": must be a simple json path starting with .`,
      columns({ name: 'A', type: 'string', jsonPath: 'spec.a' }),
    ],
    [`${AT}.additionalPrinterColumns[0].JSONPath: Required value`, columns({ name: 'A', type: 'string' })],
    [
      `${AT}.subresources.scale.specReplicasPath: Invalid value: ".status.n": should be a json path under .spec`,
      scale({ specReplicasPath: '.status.n', statusReplicasPath: '.status.n' }),
    ],
    [`${AT}.subresources.scale.statusReplicasPath: Required value`, scale({ specReplicasPath: '.spec.n' })],
    [
      `${AT}.subresources.scale.labelSelectorPath: Invalid value: ".metadata.n": should be a json path under either .spec or .status`,
      scale({
        specReplicasPath: '.spec.n',
        statusReplicasPath: '.status.n',
        labelSelectorPath: '.metadata.n',
      }),
    ],
    [
      `${AT}.deprecationWarning: Invalid value: "old": can only be set for deprecated versions`,
      definition([version({ deprecationWarning: 'old' })]),
    ],
    [
      `metadata.annotations[api-approved.kubernetes.io]: Required value: protected groups must have approval annotation`,
      definition([version()], 'cups.k8s.io'),
    ],
    [
      `metadata.annotations[api-approved.kubernetes.io]: Invalid value: "yes": protected groups must have approval annotation`,
      definition([version()], 'x.kubernetes.io', { 'api-approved.kubernetes.io': 'yes' }),
    ],
  ])('%s', (problem, one) => {
    expect(created(one)).toContain(problem);
  });

  it('version names that are there twice', () => {
    expect(created(definition([version(), version({ storage: false })]))).toContain(
      'must contain unique version names',
    );
  });
});

const conditionsOf = (cluster: Cluster, name: string): Record<string, string> => {
  const { status } = cluster.client.get(CustomResourceDefinitions, undefined, name);
  return Object.fromEntries(
    (status?.conditions ?? []).map(({ type, status: is, reason }) => [type, `${is} ${reason}`]),
  );
};

it('a definition in a group of the community says in its status whether it was approved', () => {
  const cluster = createCluster({ controllers: [] });
  const approved = { 'api-approved.kubernetes.io': 'https://github.com/kubernetes/enhancements/pull/1' };
  cluster.client.create(CustomResourceDefinitions, definition([version()], 'cups.k8s.io', approved));
  cluster.client.create(
    CustomResourceDefinitions,
    definition([version()], 'tea.kubernetes.io', { 'api-approved.kubernetes.io': 'unapproved, a try' }),
  );
  expect(conditionsOf(cluster, 'cups.cups.k8s.io')).toMatchObject({
    KubernetesAPIApprovalPolicyConformant: 'True ApprovedAnnotation',
    Established: 'True InitialNamesAccepted',
  });
  expect(conditionsOf(cluster, 'cups.tea.kubernetes.io')).toMatchObject({
    KubernetesAPIApprovalPolicyConformant: 'False UnapprovedAnnotation',
  });
});

describe('the certificates a conversion webhook is trusted by', () => {
  const { cert } = createAuthority({ key: generatePrivateKey(), nowMs: Date.now(), commonName: 'ca' });
  const good = Buffer.from(cert).toString('base64');
  const converting = (caBundle: string): CustomResourceDefinition => {
    const one = definition([version()]);
    const webhook = {
      clientConfig: { url: 'https://a.example/', caBundle },
      conversionReviewVersions: ['v1'],
    };
    return { ...one, spec: { ...one.spec, conversion: { strategy: 'Webhook', webhook } } };
  };
  const put = (cluster: Cluster, caBundle: string): string =>
    refusal(() => {
      const old = cluster.client.get(CustomResourceDefinitions, undefined, 'cups.tea.example.com');
      cluster.client.update(CustomResourceDefinitions, { ...old, spec: converting(caBundle).spec });
    });

  it.each([
    ['Cg==', 'unable to parse bytes as PEM block'],
    [
      Buffer.from('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n').toString('base64'),
      'failed to parse certificate',
    ],
    [
      Buffer.from('-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n').toString('base64'),
      'no valid certificate authority data seen',
    ],
  ])('may be put in later, and not be broken then: %s', (bundle, problem) => {
    const cluster = createCluster({ controllers: [] });
    cluster.client.create(CustomResourceDefinitions, converting(bundle));
    expect(conditionsOf(cluster, 'cups.tea.example.com')['Established']).toBe('False InvalidCABundle');
    expect(cluster.registry.find('tea.example.com', 'v1', 'cups')).toBeUndefined();
    expect(put(cluster, good)).toBe('accepted');
    expect(conditionsOf(cluster, 'cups.tea.example.com')['Established']).toBe('True InitialNamesAccepted');
    expect(cluster.registry.find('tea.example.com', 'v1', 'cups')).toBeDefined();
    const refused = put(cluster, bundle);
    expect(refused).toContain('spec.conversion.webhookClientConfig.caBundle: Invalid value');
    expect(refused).toContain(`unable to load root certificates: ${problem}`);
  });
});
