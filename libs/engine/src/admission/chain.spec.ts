import { parseYaml } from '@lotse/manifests';
import { describe, expect, it } from 'vitest';
import { isApiError } from '../api/api-error.js';
import { createCluster, type Cluster } from '../cluster.js';
import type { StoredObject } from '../store/stored-object.js';
import type { Pod } from '../types/index.js';

/** Creates objects one after the other; what came of the last one. */
function created(...yaml: string[]): {
  answer: string;
  warnings: string[];
  object: StoredObject | undefined;
} {
  const cluster = createCluster({ controllers: [] });
  const warnings: string[] = [];
  let object: StoredObject | undefined;
  try {
    for (const text of yaml) object = create(cluster, text, (warning) => warnings.push(warning));
  } catch (error) {
    if (!isApiError(error)) throw error;
    return { answer: `${error.code} ${error.message}`, warnings, object: undefined };
  }
  return { answer: 'accepted', warnings, object };
}

function create(
  { registry, operations }: Cluster,
  text: string,
  onWarning: (text: string) => void,
): StoredObject {
  const given = parseYaml(text) as unknown as StoredObject;
  const resource = registry.findKind(given.apiVersion, given.kind);
  if (!resource) throw new Error(`no kind ${given.kind}`);
  const metadata = {
    ...given.metadata,
    ...(resource.namespaced && { namespace: given.metadata.namespace ?? 'default' }),
  };
  return operations.create(resource, { ...given, metadata }, { user: 'someone' }, { onWarning });
}

const pod = (spec = '{containers: [{name: c, image: i}]}', metadata = '{name: p}'): string =>
  `{apiVersion: v1, kind: Pod, metadata: ${metadata}, spec: ${spec}}`;
const namespace = (labels: string): string =>
  `{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: ${labels}}}`;
const limits = (item: string): string =>
  `{apiVersion: v1, kind: LimitRange, metadata: {name: l}, spec: {limits: [${item}]}}`;
const quota = (hard: string): string =>
  `{apiVersion: v1, kind: ResourceQuota, metadata: {name: q}, spec: {hard: ${hard}}}`;

describe('LimitRanger', () => {
  it('fills in what a container did not ask for, and says so', () => {
    const { object } = created(
      limits('{type: Container, default: {cpu: 500m}, defaultRequest: {cpu: 100m}}'),
      pod(),
    );
    expect(object).toMatchObject({
      metadata: {
        annotations: {
          'kubernetes.io/limit-ranger':
            'LimitRanger plugin set: cpu request for container c; cpu limit for container c',
        },
      },
      spec: { containers: [{ resources: { limits: { cpu: '500m' }, requests: { cpu: '100m' } } }] },
    });
  });

  it('names everything that is out of bounds at once', () => {
    const range = limits('{type: Container, min: {cpu: 100m}, max: {cpu: 1, memory: 1Gi}}');
    const greedy =
      '{containers: [{name: c, image: i, resources: {requests: {cpu: 50m}, limits: {cpu: 2, memory: 2Gi}}}]}';
    expect(created(range, pod(greedy)).answer).toBe(
      '403 pods "p" is forbidden: [minimum cpu usage per Container is 100m, but request is 50m, maximum cpu usage per Container is 1, but limit is 2, maximum memory usage per Container is 1Gi, but limit is 2Gi]',
    );
  });

  it('bounds claims', () => {
    const claim =
      '{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: c}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 2Gi}}}}';
    expect(created(limits('{type: PersistentVolumeClaim, max: {storage: 1Gi}}'), claim).answer).toBe(
      '403 persistentvolumeclaims "c" is forbidden: maximum storage usage per PersistentVolumeClaim is 1Gi, but request is 2Gi',
    );
  });
});

describe('ResourceQuota', () => {
  it('counts objects', () => {
    expect(created(quota('{pods: 1}'), pod(), pod(undefined, '{name: second}')).answer).toBe(
      '403 pods "second" is forbidden: exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1',
    );
  });

  it('adds up what containers ask for', () => {
    const asking = '{containers: [{name: c, image: i, resources: {requests: {cpu: 600m}}}]}';
    expect(created(quota('{requests.cpu: 1}'), pod(asking), pod(asking, '{name: second}')).answer).toBe(
      '403 pods "second" is forbidden: exceeded quota: q, requested: requests.cpu=600m, used: requests.cpu=600m, limited: requests.cpu=1',
    );
  });

  it('makes containers say what they need', () => {
    expect(created(quota('{limits.memory: 1Gi, requests.cpu: 1}'), pod()).answer).toBe(
      '403 pods "p" is forbidden: failed quota: q: must specify limits.memory for: c; requests.cpu for: c',
    );
  });

  it('counts any kind', () => {
    const map = (name: string) => `{apiVersion: v1, kind: ConfigMap, metadata: {name: ${name}}}`;
    expect(created(quota('{count/configmaps: 1}'), map('a'), map('b')).answer).toBe(
      '403 configmaps "b" is forbidden: exceeded quota: q, requested: count/configmaps=1, used: count/configmaps=1, limited: count/configmaps=1',
    );
  });
});

describe('PodSecurity', () => {
  it.each([
    ['baseline', pod(undefined, '{name: p, namespace: shop}'), 'accepted'],
    [
      'baseline',
      pod(
        '{hostNetwork: true, containers: [{name: c, image: i, securityContext: {privileged: true}}]}',
        '{name: p, namespace: shop}',
      ),
      '403 pods "p" is forbidden: violates PodSecurity "baseline:latest": host namespaces (hostNetwork=true), privileged (container "c" must not set securityContext.privileged=true)',
    ],
    [
      'restricted',
      pod(undefined, '{name: p, namespace: shop}'),
      '403 pods "p" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false (container "c" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container "c" must set securityContext.capabilities.drop=["ALL"]), runAsNonRoot != true (pod or container "c" must set securityContext.runAsNonRoot=true), seccompProfile (pod or container "c" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
    ],
    [
      'restricted',
      pod(
        '{securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}, containers: [{name: c, image: i, securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}]}',
        '{name: p, namespace: shop}',
      ),
      'accepted',
    ],
  ])('%s', (level, yaml, expected) => {
    expect(created(namespace(`{pod-security.kubernetes.io/enforce: ${level}}`), yaml).answer).toBe(expected);
  });
});

it('warns of what pods of a workload would violate', () => {
  const deployment =
    '{apiVersion: apps/v1, kind: Deployment, metadata: {name: d, namespace: shop}, spec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {hostPID: true, containers: [{name: c, image: i}]}}}}';
  expect(created(namespace('{pod-security.kubernetes.io/warn: baseline}'), deployment)).toMatchObject({
    answer: 'accepted',
    warnings: ['would violate PodSecurity "baseline:latest": host namespaces (hostPID=true)'],
  });
});

it('gives an Ingress the default class', () => {
  const defaultClass =
    '{apiVersion: networking.k8s.io/v1, kind: IngressClass, metadata: {name: web, annotations: {ingressclass.kubernetes.io/is-default-class: "true"}}, spec: {controller: a/b}}';
  const ingress =
    '{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: i}, spec: {defaultBackend: {service: {name: s, port: {number: 80}}}}}';
  expect(created(defaultClass, ingress).object).toMatchObject({ spec: { ingressClassName: 'web' } });
  expect(created(ingress).object).not.toHaveProperty('spec.ingressClassName');
});

it('charges a pod the overhead of its runtime', () => {
  const runtime =
    '{apiVersion: node.k8s.io/v1, kind: RuntimeClass, metadata: {name: vm}, handler: vm, overhead: {podFixed: {memory: 64Mi}}}';
  const isolated = pod('{runtimeClassName: vm, containers: [{name: c, image: i}]}');
  expect(created(runtime, isolated).object).toMatchObject({ spec: { overhead: { memory: '64Mi' } } });
  expect(created(isolated).answer).toBe(
    '403 pods "p" is forbidden: pod rejected: RuntimeClass "vm" not found',
  );
});

describe('Priority', () => {
  it('takes the number from the class', () => {
    const { object } = created(
      pod('{priorityClassName: system-node-critical, containers: [{name: c, image: i}]}'),
    );
    expect(object).toMatchObject({
      spec: { priority: 2_000_001_000, preemptionPolicy: 'PreemptLowerPriority' },
    });
  });

  it('refuses a policy of preemption that is not that of the class', () => {
    expect(created(pod('{preemptionPolicy: Never, containers: [{name: c, image: i}]}')).answer).toBe(
      '403 pods "p" is forbidden: the string value of PreemptionPolicy (Never) must not be provided in pod spec; priority admission controller computed PreemptLowerPriority from the given PriorityClass name',
    );
  });
});

describe('ServiceAccount', () => {
  it('mounts a token unless it is told not to', () => {
    const mounts = (spec: string): number => {
      const { object } = created(pod(spec));
      return (object as unknown as { spec: { volumes?: unknown[] } }).spec.volumes?.length ?? 0;
    };
    expect(mounts('{containers: [{name: c, image: i}]}')).toBe(1);
    expect(mounts('{automountServiceAccountToken: false, containers: [{name: c, image: i}]}')).toBe(0);
  });
});

describe('ValidatingAdmissionPolicy', () => {
  const policy = (validations: string, more = ''): string =>
    `{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingAdmissionPolicy, metadata: {name: pol}, spec: {${more} matchConstraints: {resourceRules: [{apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [deployments]}]}, validations: ${validations}}}`;
  const binding = (actions: string): string =>
    `{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingAdmissionPolicyBinding, metadata: {name: bin}, spec: {policyName: pol, validationActions: ${actions}}}`;
  const deployment =
    '{apiVersion: apps/v1, kind: Deployment, metadata: {name: d}, spec: {replicas: 6, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}}}';

  it.each([
    [
      '[{expression: "object.spec.replicas <= 5"}]',
      "422 deployments.apps \"d\" is forbidden: ValidatingAdmissionPolicy 'pol' with binding 'bin' denied request: failed expression: object.spec.replicas <= 5",
    ],
    [
      '[{expression: "object.spec.replicas <= 5", reason: Forbidden, messageExpression: "\'at most 5, not \' + string(object.spec.replicas)"}]',
      "403 deployments.apps \"d\" is forbidden: ValidatingAdmissionPolicy 'pol' with binding 'bin' denied request: at most 5, not 6",
    ],
    ['[{expression: "object.spec.replicas <= 10 && request.userInfo.username == \'someone\'"}]', 'accepted'],
    [
      "[{expression: \"authorizer.group('apps').resource('deployments').check('approve').allowed() || authorizer.requestResource.check('create').allowed()\"}]",
      "422 deployments.apps \"d\" is forbidden: ValidatingAdmissionPolicy 'pol' with binding 'bin' denied request: failed expression: authorizer.group('apps').resource('deployments').check('approve').allowed() || authorizer.requestResource.check('create').allowed()",
    ],
    [
      "[{expression: \"!authorizer.serviceAccount('a', 'b').path('/healthz').check('get').allowed()\"}]",
      'accepted',
    ],
    ['[{expression: "object.spec.template.spec.containers.all(c, c.image.matches(\'^i$\'))"}]', 'accepted'],
    [
      '[{expression: "object.spec.nothing > 1"}]',
      "422 deployments.apps \"d\" is forbidden: ValidatingAdmissionPolicy 'pol' with binding 'bin' denied request: expression 'object.spec.nothing > 1' resulted in error: no such key: nothing",
    ],
  ])('%s', (validations, expected) => {
    expect(created(policy(validations), binding('[Deny]'), deployment).answer).toBe(expected);
  });

  it('is refused when it is not CEL', () => {
    expect(created(policy('[{expression: "object.spec."}]')).answer).toMatch(
      /^422 ValidatingAdmissionPolicy.admissionregistration.k8s.io "pol" is invalid: spec.validations\[0\].expression: Invalid value: "object.spec.": compilation failed: /,
    );
  });

  it('only warns when that is what its binding says', () => {
    const { answer, warnings } = created(
      policy('[{expression: "object.spec.replicas <= 5"}]'),
      binding('[Warn]'),
      deployment,
    );
    expect(answer).toBe('accepted');
    expect(warnings).toEqual([
      "Validation failed for ValidatingAdmissionPolicy 'pol' with binding 'bin': failed expression: object.spec.replicas <= 5",
    ]);
  });

  it('computes variables, and leaves out what does not match', () => {
    const more =
      "variables: [{name: most, expression: '3 + 2'}], matchConditions: [{name: m, expression: 'object.metadata.name != \"d\"'}],";
    expect(
      created(
        policy('[{expression: "object.spec.replicas <= variables.most"}]', more),
        binding('[Deny]'),
        deployment,
      ).answer,
    ).toBe('accepted');
  });
});

describe('Priority', () => {
  it('keeps what it gave a pod when that is replaced by a manifest without it', () => {
    // The volume of the token has a name by chance: with it a pod can't be replaced in Kubernetes either.
    const cluster = createCluster({ controllers: [], disabledAdmission: ['ServiceAccount'] });
    const made = create(cluster, pod(), () => {});
    const resource = cluster.registry.findKind('v1', 'Pod');
    if (!resource) throw new Error('no pods');
    const given = parseYaml(pod(undefined, '{name: p, namespace: default, labels: {a: b}}'));
    const replaced = cluster.operations.update(resource, given as unknown as StoredObject, {
      user: 'someone',
    });
    expect(replaced.metadata.labels).toEqual({ a: 'b' });
    expect(replaced).toMatchObject({ spec: (made as Pod).spec });
  });
});
