import type { ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding } from '../types/index.js';

/* The roles and bindings every cluster starts with (plugin/pkg/auth/authorizer/rbac/bootstrappolicy). */

const READ = ['get', 'list', 'watch'];
const WRITE = ['create', 'delete', 'deletecollection', 'patch', 'update'];
const ALL = ['*'];
const LABELS = { 'kubernetes.io/bootstrapping': 'rbac-defaults' };
const ANNOTATIONS = { 'rbac.authorization.kubernetes.io/autoupdate': 'true' };
const AGGREGATE = 'rbac.authorization.k8s.io/aggregate-to-';
const RBAC = 'rbac.authorization.k8s.io';

const rule = (group: string, resources: string, verbs: readonly string[]): PolicyRule => ({
  apiGroups: [group],
  resources: resources.split(' '),
  verbs: [...verbs],
});

const urls = (verbs: readonly string[], ...paths: readonly string[]): PolicyRule => ({
  nonResourceURLs: [...paths],
  verbs: [...verbs],
});

function clusterRole(
  name: string,
  rules: readonly PolicyRule[],
  labels: Record<string, string> = {},
): ClusterRole {
  return {
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRole',
    metadata: { name, labels: { ...LABELS, ...labels }, annotations: ANNOTATIONS },
    rules: [...rules],
  };
}

function aggregated(name: string, to: readonly string[], labels: Record<string, string> = {}): ClusterRole {
  return {
    ...clusterRole(name, [], labels),
    aggregationRule: {
      clusterRoleSelectors: to.map((role) => ({ matchLabels: { [`${AGGREGATE}${role}`]: 'true' } })),
    },
  };
}

/** What `view` may see in a namespace: everything but Secrets, roles and bindings. */
const VIEWED: readonly (readonly [string, string])[] = [
  [
    '',
    'configmaps endpoints persistentvolumeclaims persistentvolumeclaims/status pods replicationcontrollers replicationcontrollers/scale serviceaccounts services services/status',
  ],
  [
    '',
    'bindings events limitranges namespaces/status pods/log pods/status replicationcontrollers/status resourcequotas resourcequotas/status',
  ],
  ['', 'namespaces'],
  ['discovery.k8s.io', 'endpointslices'],
  [
    'apps',
    'controllerrevisions daemonsets daemonsets/status deployments deployments/scale deployments/status replicasets replicasets/scale replicasets/status statefulsets statefulsets/scale statefulsets/status',
  ],
  ['autoscaling', 'horizontalpodautoscalers horizontalpodautoscalers/status'],
  ['batch', 'cronjobs cronjobs/status jobs jobs/status'],
  [
    'extensions',
    'daemonsets daemonsets/status deployments deployments/scale deployments/status ingresses ingresses/status networkpolicies replicasets replicasets/scale replicasets/status replicationcontrollers/scale',
  ],
  ['policy', 'poddisruptionbudgets poddisruptionbudgets/status'],
  ['networking.k8s.io', 'ingresses ingresses/status networkpolicies'],
];

/** What `edit` may change in a namespace. */
const EDITED: readonly (readonly [string, string])[] = [
  ['', 'pods pods/attach pods/exec pods/portforward pods/proxy'],
  [
    '',
    'configmaps events persistentvolumeclaims replicationcontrollers replicationcontrollers/scale secrets serviceaccounts services services/proxy',
  ],
  [
    'apps',
    'daemonsets deployments deployments/rollback deployments/scale replicasets replicasets/scale statefulsets statefulsets/scale',
  ],
  ['autoscaling', 'horizontalpodautoscalers'],
  ['batch', 'cronjobs jobs'],
  [
    'extensions',
    'daemonsets deployments deployments/rollback deployments/scale ingresses networkpolicies replicasets replicasets/scale replicationcontrollers/scale',
  ],
  ['policy', 'poddisruptionbudgets'],
  ['networking.k8s.io', 'ingresses networkpolicies'],
];

const DISCOVERY = [
  '/api',
  '/api/*',
  '/apis',
  '/apis/*',
  '/healthz',
  '/livez',
  '/openapi',
  '/openapi/*',
  '/readyz',
  '/version',
  '/version/',
];

export const bootstrapClusterRoles: readonly ClusterRole[] = [
  clusterRole('cluster-admin', [
    { apiGroups: ALL, resources: ALL, verbs: ALL },
    { nonResourceURLs: ALL, verbs: ALL },
  ]),
  clusterRole('system:discovery', [urls(['get'], ...DISCOVERY)]),
  clusterRole('system:monitoring', [
    urls(
      ['get'],
      '/healthz',
      '/healthz/*',
      '/livez',
      '/livez/*',
      '/metrics',
      '/metrics/slis',
      '/readyz',
      '/readyz/*',
    ),
  ]),
  clusterRole('system:public-info-viewer', [
    urls(['get'], '/healthz', '/livez', '/readyz', '/version', '/version/'),
  ]),
  clusterRole('system:basic-user', [
    rule('authorization.k8s.io', 'selfsubjectaccessreviews selfsubjectrulesreviews', ['create']),
    rule('authentication.k8s.io', 'selfsubjectreviews', ['create']),
  ]),
  aggregated('admin', ['admin']),
  aggregated('edit', ['edit'], { [`${AGGREGATE}admin`]: 'true' }),
  aggregated('view', ['view'], { [`${AGGREGATE}edit`]: 'true' }),
  clusterRole(
    'system:aggregate-to-admin',
    [
      rule('authorization.k8s.io', 'localsubjectaccessreviews', ['create']),
      rule(RBAC, 'rolebindings roles', [...READ, ...WRITE]),
    ],
    { [`${AGGREGATE}admin`]: 'true' },
  ),
  clusterRole(
    'system:aggregate-to-edit',
    [
      rule('', 'pods/attach pods/exec pods/portforward pods/proxy secrets services/proxy', READ),
      rule('', 'serviceaccounts', ['impersonate']),
      ...EDITED.map(([group, resources]) => rule(group, resources, WRITE)),
      rule('', 'pods/eviction serviceaccounts/token', ['create']),
      rule('coordination.k8s.io', 'leases', [...WRITE, ...READ]),
    ],
    { [`${AGGREGATE}edit`]: 'true' },
  ),
  clusterRole(
    'system:aggregate-to-view',
    VIEWED.map(([group, resources]) => rule(group, resources, READ)),
    { [`${AGGREGATE}view`]: 'true' },
  ),
  clusterRole('system:heapster', [
    rule('', 'events namespaces nodes pods', READ),
    rule('extensions', 'deployments', READ),
  ]),
  clusterRole('system:auth-delegator', [
    rule('authentication.k8s.io', 'tokenreviews', ['create']),
    rule('authorization.k8s.io', 'subjectaccessreviews', ['create']),
  ]),
  clusterRole('system:kubelet-api-admin', [
    rule('', 'nodes', [...READ, 'proxy']),
    rule('', 'nodes/log nodes/metrics nodes/proxy nodes/stats', ALL),
  ]),
  clusterRole('system:node-bootstrapper', [
    rule('certificates.k8s.io', 'certificatesigningrequests', ['create', ...READ]),
  ]),
  clusterRole('system:node-problem-detector', [
    rule('', 'nodes', ['get']),
    rule('', 'nodes/status', ['patch']),
    rule('', 'events', ['create', 'patch', 'update']),
  ]),
  clusterRole('system:persistent-volume-provisioner', [
    rule('', 'persistentvolumes', ['create', 'delete', ...READ]),
    rule('', 'persistentvolumeclaims', [...READ, 'update']),
    rule('storage.k8s.io', 'storageclasses', READ),
    rule('', 'events', ['watch', 'create', 'update', 'patch']),
  ]),
  clusterRole('system:service-account-issuer-discovery', [
    urls(
      ['get'],
      '/.well-known/openid-configuration',
      '/.well-known/openid-configuration/',
      '/openid/v1/jwks',
      '/openid/v1/jwks/',
    ),
  ]),
  clusterRole('system:certificates.k8s.io:certificatesigningrequests:nodeclient', [
    rule('certificates.k8s.io', 'certificatesigningrequests/nodeclient', ['create']),
  ]),
  clusterRole('system:certificates.k8s.io:certificatesigningrequests:selfnodeclient', [
    rule('certificates.k8s.io', 'certificatesigningrequests/selfnodeclient', ['create']),
  ]),
  clusterRole('system:kube-dns', [rule('', 'endpoints services', ['list', 'watch'])]),
];

function clusterRoleBinding(role: string, ...groups: readonly string[]): ClusterRoleBinding {
  return {
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name: role, labels: LABELS, annotations: ANNOTATIONS },
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: role },
    subjects: groups.map((name) => ({ apiGroup: RBAC, kind: 'Group', name })),
  };
}

export const bootstrapClusterRoleBindings: readonly ClusterRoleBinding[] = [
  clusterRoleBinding('cluster-admin', 'system:masters'),
  clusterRoleBinding('system:basic-user', 'system:authenticated'),
  clusterRoleBinding('system:discovery', 'system:authenticated'),
  clusterRoleBinding('system:monitoring', 'system:monitoring'),
  clusterRoleBinding('system:public-info-viewer', 'system:authenticated', 'system:unauthenticated'),
  clusterRoleBinding('system:service-account-issuer-discovery', 'system:serviceaccounts'),
];

const inNamespace = (name: string, namespace: string): Role['metadata'] => ({
  name,
  namespace,
  labels: LABELS,
  annotations: ANNOTATIONS,
});

export const bootstrapRoles: readonly Role[] = [
  {
    apiVersion: `${RBAC}/v1`,
    kind: 'Role',
    metadata: inNamespace('extension-apiserver-authentication-reader', 'kube-system'),
    rules: [
      {
        apiGroups: [''],
        resources: ['configmaps'],
        resourceNames: ['extension-apiserver-authentication'],
        verbs: READ,
      },
    ],
  },
];

export const bootstrapRoleBindings: readonly RoleBinding[] = [
  {
    apiVersion: `${RBAC}/v1`,
    kind: 'RoleBinding',
    metadata: inNamespace('system::extension-apiserver-authentication-reader', 'kube-system'),
    roleRef: { apiGroup: RBAC, kind: 'Role', name: 'extension-apiserver-authentication-reader' },
    subjects: [
      { apiGroup: RBAC, kind: 'User', name: 'system:kube-controller-manager' },
      { apiGroup: RBAC, kind: 'User', name: 'system:kube-scheduler' },
    ],
  },
];
