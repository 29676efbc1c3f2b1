import type { FlowSchema, PriorityLevelConfiguration } from '../types/index.js';

/** Says whether the API server may bring an object of its own up to date. */
export const AUTO_UPDATE = 'apf.kubernetes.io/autoupdate-spec';
const VERSION = 'flowcontrol.apiserver.k8s.io/v1';
/** What no cluster is without, whatever somebody makes of it. */
const MANDATORY = new Set(['exempt', 'catch-all']);

type Spec = NonNullable<FlowSchema['spec']>;
type Rule = NonNullable<Spec['rules']>[number];
type ResourceRule = NonNullable<Rule['resourceRules']>[number];

const metadata = (name: string) => ({ name, annotations: { [AUTO_UPDATE]: 'true' } });

/** Shares, what others may borrow of them, and the queues (number, hand and length) that requests wait in. */
function limited(
  name: string,
  nominalConcurrencyShares: number,
  lendablePercent: number,
  queues?: readonly [number, number, number],
): PriorityLevelConfiguration {
  const [count = 0, handSize = 0, queueLengthLimit = 0] = queues ?? [];
  const limitResponse = queues
    ? { type: 'Queue', queuing: { queues: count, handSize, queueLengthLimit } }
    : { type: 'Reject' };
  return {
    apiVersion: VERSION,
    kind: 'PriorityLevelConfiguration',
    metadata: metadata(name),
    spec: { type: 'Limited', limited: { nominalConcurrencyShares, lendablePercent, limitResponse } },
  };
}

/** The priority levels of a new cluster (apis/flowcontrol/bootstrap). */
export const PRIORITY_LEVELS: readonly PriorityLevelConfiguration[] = [
  {
    apiVersion: VERSION,
    kind: 'PriorityLevelConfiguration',
    metadata: metadata('exempt'),
    spec: { type: 'Exempt', exempt: { nominalConcurrencyShares: 0, lendablePercent: 0 } },
  },
  limited('catch-all', 5, 0),
  limited('system', 30, 33, [64, 6, 50]),
  limited('node-high', 40, 25, [64, 6, 50]),
  limited('leader-election', 10, 0, [16, 4, 50]),
  limited('workload-high', 40, 50, [128, 6, 50]),
  limited('workload-low', 100, 90, [128, 6, 50]),
  limited('global-default', 20, 50, [128, 6, 50]),
];

const group = (name: string) => ({ kind: 'Group', group: { name } });
const user = (name: string) => ({ kind: 'User', user: { name } });
const systemAccounts = {
  kind: 'ServiceAccount',
  serviceAccount: { namespace: 'kube-system', name: '*' },
};
const EVERYBODY = [group('system:unauthenticated'), group('system:authenticated')];
const MANAGER = user('system:kube-controller-manager');
const SCHEDULER = user('system:kube-scheduler');
const LEASES: ResourceRule = {
  verbs: ['*'],
  apiGroups: ['coordination.k8s.io'],
  resources: ['leases'],
  namespaces: ['*'],
};
const EVERYTHING: Pick<Rule, 'resourceRules' | 'nonResourceRules'> = {
  resourceRules: [
    { verbs: ['*'], apiGroups: ['*'], resources: ['*'], clusterScope: true, namespaces: ['*'] },
  ],
  nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
};

function schema(
  name: string,
  level: string,
  matchingPrecedence: number,
  method: 'ByUser' | 'ByNamespace' | undefined,
  rule: Rule,
): FlowSchema {
  return {
    apiVersion: VERSION,
    kind: 'FlowSchema',
    metadata: metadata(name),
    spec: {
      priorityLevelConfiguration: { name: level },
      matchingPrecedence,
      ...(method && { distinguisherMethod: { type: method } }),
      rules: [rule],
    },
  };
}

/** Which requests have which priority in a new cluster, in the order in which they are asked. */
export const FLOW_SCHEMAS: readonly FlowSchema[] = [
  schema('exempt', 'exempt', 1, undefined, { subjects: [group('system:masters')], ...EVERYTHING }),
  schema('probes', 'exempt', 2, undefined, {
    subjects: EVERYBODY,
    nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/healthz', '/readyz', '/livez'] }],
  }),
  schema('system-leader-election', 'leader-election', 100, 'ByUser', {
    subjects: [MANAGER, SCHEDULER, systemAccounts],
    resourceRules: [{ ...LEASES, verbs: ['get', 'create', 'update'] }],
  }),
  schema('system-node-high', 'node-high', 400, 'ByUser', {
    subjects: [group('system:nodes')],
    resourceRules: [
      {
        verbs: ['*'],
        apiGroups: [''],
        resources: ['nodes', 'nodes/status'],
        clusterScope: true,
        namespaces: ['*'],
      },
      LEASES,
    ],
  }),
  schema('system-nodes', 'system', 500, 'ByUser', { subjects: [group('system:nodes')], ...EVERYTHING }),
  schema('kube-controller-manager', 'workload-high', 800, 'ByNamespace', {
    subjects: [MANAGER],
    ...EVERYTHING,
  }),
  schema('kube-scheduler', 'workload-high', 800, 'ByNamespace', { subjects: [SCHEDULER], ...EVERYTHING }),
  schema('kube-system-service-accounts', 'workload-high', 900, 'ByNamespace', {
    subjects: [systemAccounts],
    ...EVERYTHING,
  }),
  schema('service-accounts', 'workload-low', 9000, 'ByUser', {
    subjects: [group('system:serviceaccounts')],
    ...EVERYTHING,
  }),
  schema('global-default', 'global-default', 9900, 'ByUser', { subjects: EVERYBODY, ...EVERYTHING }),
  schema('catch-all', 'catch-all', 10_000, 'ByUser', { subjects: EVERYBODY, ...EVERYTHING }),
];

/** True for names of objects whose specification nobody can change for long. */
export const isMandatory = (name: string): boolean => MANDATORY.has(name);
