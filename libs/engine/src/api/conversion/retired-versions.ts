import { schemaForKind } from '@lotse/manifests';
import type { Registry } from '../../registry/registry.js';
import type { ResourceInfo } from '../../registry/resource.js';
import type { Conversion, OldShape } from './conversion.js';
import { CUSTOM_RESOURCE_DEFINITION } from './custom-resource-definition-v1beta1.js';
import { AUTOSCALER_V2BETA1 } from './autoscaling-v2beta1.js';
import { INGRESS_V1BETA1 } from './ingress-v1beta1.js';
import { DISRUPTION_BUDGET_V1BETA1 } from './pod-disruption-budget-v1beta1.js';
import {
  DAEMON_SET,
  DAEMON_SET_EXTENSIONS,
  DEPLOYMENT_EXTENSIONS,
  DEPLOYMENT_V1BETA1,
  DEPLOYMENT_V1BETA2,
  REPLICA_SET_EXTENSIONS,
  STATEFUL_SET_V1BETA1,
} from './retired-workloads.js';

/** One version Kubernetes no longer serves. */
interface RetiredVersion {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly resource: string;
  /** The `apiVersion` to write instead. */
  readonly current: string;
  /** Minor versions of Kubernetes: told off since, gone since. */
  readonly deprecated: number;
  readonly gone: number;
  readonly shape: OldShape;
}

const SAME: OldShape = {};

const version = (
  [group, version, current]: readonly [string, string, string],
  [deprecated, gone]: readonly [number, number],
  kinds: Readonly<Record<string, OldShape>>,
): RetiredVersion[] =>
  Object.entries(kinds).map(([kind, shape]) => ({
    group,
    version,
    kind,
    resource: pluralOf(kind),
    current,
    deprecated,
    gone,
    shape,
  }));

const RBAC = { Role: SAME, ClusterRole: SAME, RoleBinding: SAME, ClusterRoleBinding: SAME };

/** https://kubernetes.io/docs/reference/using-api/deprecation-guide/ */
const RETIRED: readonly RetiredVersion[] = [
  ...version(['extensions', 'v1beta1', 'apps/v1'], [9, 16], {
    Deployment: DEPLOYMENT_EXTENSIONS,
    DaemonSet: DAEMON_SET_EXTENSIONS,
    ReplicaSet: REPLICA_SET_EXTENSIONS,
  }),
  ...version(['extensions', 'v1beta1', 'networking.k8s.io/v1'], [9, 16], { NetworkPolicy: SAME }),
  ...version(['extensions', 'v1beta1', 'networking.k8s.io/v1'], [14, 22], { Ingress: INGRESS_V1BETA1 }),
  ...version(['apps', 'v1beta1', 'apps/v1'], [9, 16], {
    Deployment: DEPLOYMENT_V1BETA1,
    StatefulSet: STATEFUL_SET_V1BETA1,
    ControllerRevision: SAME,
  }),
  ...version(['apps', 'v1beta2', 'apps/v1'], [9, 16], {
    Deployment: DEPLOYMENT_V1BETA2,
    DaemonSet: DAEMON_SET,
    ReplicaSet: SAME,
    StatefulSet: SAME,
    ControllerRevision: SAME,
  }),
  ...version(['networking.k8s.io', 'v1beta1', 'networking.k8s.io/v1'], [19, 22], {
    Ingress: INGRESS_V1BETA1,
    IngressClass: SAME,
  }),
  ...version(['policy', 'v1beta1', 'policy/v1'], [21, 25], {
    PodDisruptionBudget: DISRUPTION_BUDGET_V1BETA1,
  }),
  ...version(['batch', 'v1beta1', 'batch/v1'], [21, 25], { CronJob: SAME }),
  ...version(['autoscaling', 'v2beta2', 'autoscaling/v2'], [23, 26], { HorizontalPodAutoscaler: SAME }),
  ...version(['autoscaling', 'v2beta1', 'autoscaling/v2'], [22, 25], {
    HorizontalPodAutoscaler: AUTOSCALER_V2BETA1,
  }),
  ...version(['rbac.authorization.k8s.io', 'v1beta1', 'rbac.authorization.k8s.io/v1'], [17, 22], RBAC),
  ...version(['storage.k8s.io', 'v1beta1', 'storage.k8s.io/v1'], [19, 22], {
    StorageClass: SAME,
    VolumeAttachment: SAME,
    CSIDriver: SAME,
    CSINode: SAME,
  }),
  ...version(['storage.k8s.io', 'v1beta1', 'storage.k8s.io/v1'], [24, 27], { CSIStorageCapacity: SAME }),
  ...version(['scheduling.k8s.io', 'v1beta1', 'scheduling.k8s.io/v1'], [14, 22], { PriorityClass: SAME }),
  ...version(['coordination.k8s.io', 'v1beta1', 'coordination.k8s.io/v1'], [19, 22], { Lease: SAME }),
  ...version(['node.k8s.io', 'v1beta1', 'node.k8s.io/v1'], [22, 25], { RuntimeClass: SAME }),
  ...version(['apiextensions.k8s.io', 'v1beta1', 'apiextensions.k8s.io/v1'], [16, 22], {
    CustomResourceDefinition: CUSTOM_RESOURCE_DEFINITION,
  }),
];

const POD_SECURITY =
  'PodSecurityPolicy was removed in Kubernetes v1.25 and can not be converted. Use Pod Security Standards instead: label the namespace with pod-security.kubernetes.io/enforce=privileged, baseline or restricted (and …/warn, …/audit to try it first)';

/** Old kinds without a successor of the same shape. */
const REFUSED = [
  { group: 'policy', version: 'v1beta1', gone: 25 },
  { group: 'extensions', version: 'v1beta1', gone: 16 },
].map(({ group, version: name, gone }) => ({
  group,
  version: name,
  resource: 'podsecuritypolicies',
  kind: 'PodSecurityPolicy',
  singular: 'podsecuritypolicy',
  namespaced: false,
  verbs: ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'],
  shortNames: [],
  categories: [],
  subresources: [],
  strategy: {},
  retired: true,
  deprecationWarning: `${group}/${name} PodSecurityPolicy is unavailable in v1.${gone}+; use Pod Security Standards (labels pod-security.kubernetes.io/enforce, .../warn, .../audit on namespaces)`,
  refusal: POD_SECURITY,
}));

/** The conversions of all old versions, by `group/version/resource`. */
export const retiredConversions: Readonly<Record<string, Conversion>> = Object.fromEntries(
  RETIRED.map(({ group, version: name, resource, current, shape }) => {
    const [storageGroup = '', storageVersion = ''] = current.split('/');
    const conversion: Conversion = {
      storage: { group: storageGroup, version: storageVersion, resource },
      fromStorage: (object) => ({
        ...(shape.fromStorage?.(object) ?? object),
        apiVersion: `${group}/${name}`,
      }),
      toStorage: (object) => ({ ...(shape.toStorage?.(object) ?? object), apiVersion: current }),
    };
    return [`${group}/${name}/${resource}`, conversion];
  }),
);

const warningOf = ({ group, version: name, kind, current, deprecated, gone }: RetiredVersion): string =>
  `${group}/${name} ${kind} is deprecated in v1.${deprecated}+, unavailable in v1.${gone}+; use ${current} ${kind}`;

/** What users of an old version are told, and the key of its conversion, by `apiVersion kind`. */
export const retiredNotices: ReadonlyMap<string, { readonly key: string; readonly warning: string }> =
  new Map(
    RETIRED.map((entry) => [
      `${entry.group}/${entry.version} ${entry.kind}`,
      { key: `${entry.group}/${entry.version}/${entry.resource}`, warning: warningOf(entry) },
    ]),
  );

/** Old versions as resources beside those they are stored as. */
export function retiredResources(registry: Registry): ResourceInfo[] {
  const found = RETIRED.flatMap((entry): ResourceInfo[] => {
    const [group = '', name = ''] = entry.current.split('/');
    const current = registry.find(group, name, entry.resource);
    const schema = current && schemaForKind(current);
    if (!current || !schema) return [];
    return [
      {
        ...current,
        group: entry.group,
        version: entry.version,
        shortNames: [],
        categories: [],
        schema: entry.shape.schema?.(schema) ?? schema,
        retired: true,
        deprecationWarning: warningOf(entry),
      },
    ];
  });
  return [...found, ...REFUSED];
}

function pluralOf(kind: string): string {
  const name = kind.toLowerCase();
  if (name.endsWith('s')) return `${name}es`;
  return name.endsWith('y') ? `${name.slice(0, -1)}ies` : `${name}s`;
}
