/** A sound object of a kind, and where it is created. */
export interface HostileTemplate {
  readonly path: string;
  readonly object: {
    readonly apiVersion: string;
    readonly kind: string;
    readonly metadata: { readonly name: string };
  };
}

const selector = {
  matchLabels: { app: 'a' },
  matchExpressions: [{ key: 'app', operator: 'In', values: ['a'] }],
};
const podSpec = {
  containers: [
    {
      name: 'main',
      image: 'nginx',
      command: ['sh', '-c', 'sleep 1'],
      env: [
        { name: 'A', value: '1' },
        { name: 'B', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
        { name: 'C', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '1m' } } },
      ],
      envFrom: [{ configMapRef: { name: 'a', optional: true } }],
      ports: [{ name: 'http', containerPort: 80, protocol: 'TCP' }],
      resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { cpu: '1', memory: '1Gi' } },
      livenessProbe: { httpGet: { path: '/', port: 'http' }, periodSeconds: 1 },
      readinessProbe: { exec: { command: ['true'] } },
      lifecycle: { preStop: { sleep: { seconds: 1 } } },
      securityContext: { runAsUser: 1, capabilities: { drop: ['ALL'] } },
      volumeMounts: [{ name: 'v', mountPath: '/v', subPath: 'x' }],
    },
  ],
  initContainers: [{ name: 'init', image: 'busybox', command: ['true'] }],
  volumes: [
    { name: 'v', emptyDir: { sizeLimit: '1Gi' } },
    {
      name: 'p',
      projected: {
        sources: [{ downwardAPI: { items: [{ path: 'l', fieldRef: { fieldPath: 'metadata.labels' } }] } }],
      },
    },
  ],
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [
          { matchExpressions: [{ key: 'kubernetes.io/os', operator: 'In', values: ['linux'] }] },
        ],
      },
    },
    podAntiAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [
        { weight: 1, podAffinityTerm: { topologyKey: 'kubernetes.io/hostname', labelSelector: selector } },
      ],
    },
  },
  topologySpreadConstraints: [
    {
      maxSkew: 1,
      topologyKey: 'kubernetes.io/hostname',
      whenUnsatisfiable: 'ScheduleAnyway',
      labelSelector: selector,
    },
  ],
  tolerations: [{ key: 'a', operator: 'Exists', effect: 'NoSchedule' }],
  securityContext: { fsGroup: 1, sysctls: [{ name: 'net.a', value: '1' }] },
  hostAliases: [{ ip: '10.0.0.1', hostnames: ['a'] }],
  dnsConfig: { options: [{ name: 'ndots', value: '2' }] },
};
const template = { metadata: { labels: { app: 'a' }, annotations: { note: 'x' } }, spec: podSpec };
const job = { template: { spec: { ...podSpec, restartPolicy: 'Never' } }, backoffLimit: 1 };

const at = (path: string, apiVersion: string, kind: string, rest: object): HostileTemplate => ({
  path,
  object: {
    apiVersion,
    kind,
    metadata: {
      name: 'a',
      labels: { app: 'a' },
      annotations: { 'example.com/note': 'x' },
      ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: 'n', uid: 'u', controller: false }],
      ...(rest as { metadata?: object }).metadata,
    } as { name: string },
    ...rest,
  } as HostileTemplate['object'],
});

/** Objects of kinds whose fields are looked at by defaults, validation, admission, controllers, scheduler or kubelets. */
export const HOSTILE_TEMPLATES: readonly HostileTemplate[] = [
  at('api/v1/namespaces/default/pods', 'v1', 'Pod', { spec: podSpec }),
  at('api/v1/namespaces/default/configmaps', 'v1', 'ConfigMap', {
    data: { a: 'b' },
    binaryData: { c: 'ZA==' },
  }),
  at('api/v1/namespaces/default/secrets', 'v1', 'Secret', { type: 'Opaque', data: { a: 'Yg==' } }),
  at('api/v1/namespaces/default/services', 'v1', 'Service', {
    spec: {
      type: 'NodePort',
      selector: { app: 'a' },
      ports: [{ name: 'http', port: 80, targetPort: 'http' }],
      sessionAffinity: 'ClientIP',
      sessionAffinityConfig: { clientIP: { timeoutSeconds: 5 } },
    },
  }),
  at('apis/apps/v1/namespaces/default/deployments', 'apps/v1', 'Deployment', {
    spec: {
      replicas: 1,
      selector,
      template,
      strategy: { rollingUpdate: { maxSurge: '25%', maxUnavailable: 1 } },
    },
  }),
  at('apis/apps/v1/namespaces/default/statefulsets', 'apps/v1', 'StatefulSet', {
    spec: {
      serviceName: 'a',
      selector,
      template,
      updateStrategy: { rollingUpdate: { partition: 1 } },
      volumeClaimTemplates: [
        {
          metadata: { name: 'c' },
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
        },
      ],
    },
  }),
  at('apis/apps/v1/namespaces/default/daemonsets', 'apps/v1', 'DaemonSet', { spec: { selector, template } }),
  at('apis/batch/v1/namespaces/default/jobs', 'batch/v1', 'Job', {
    spec: {
      ...job,
      podFailurePolicy: {
        rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }],
      },
    },
  }),
  at('apis/batch/v1/namespaces/default/cronjobs', 'batch/v1', 'CronJob', {
    spec: { schedule: '*/5 * * * *', timeZone: 'Etc/UTC', jobTemplate: { spec: job } },
  }),
  at(
    'apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers',
    'autoscaling/v2',
    'HorizontalPodAutoscaler',
    {
      spec: {
        maxReplicas: 3,
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'a' },
        metrics: [
          {
            type: 'Resource',
            resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } },
          },
        ],
        behavior: { scaleDown: { policies: [{ type: 'Pods', value: 1, periodSeconds: 15 }] } },
      },
    },
  ),
  at('apis/policy/v1/namespaces/default/poddisruptionbudgets', 'policy/v1', 'PodDisruptionBudget', {
    spec: { minAvailable: '50%', selector },
  }),
  at('apis/networking.k8s.io/v1/namespaces/default/ingresses', 'networking.k8s.io/v1', 'Ingress', {
    spec: {
      tls: [{ hosts: ['a.example'], secretName: 'a' }],
      rules: [
        {
          host: 'a.example',
          http: {
            paths: [
              { path: '/', pathType: 'Prefix', backend: { service: { name: 'a', port: { number: 80 } } } },
            ],
          },
        },
      ],
    },
  }),
  at(
    'apis/networking.k8s.io/v1/namespaces/default/networkpolicies',
    'networking.k8s.io/v1',
    'NetworkPolicy',
    {
      spec: {
        podSelector: selector,
        policyTypes: ['Ingress', 'Egress'],
        ingress: [
          {
            from: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }],
            ports: [{ port: 80, endPort: 90 }],
          },
        ],
        egress: [{ to: [{ namespaceSelector: {} }] }],
      },
    },
  ),
  at('api/v1/namespaces/default/persistentvolumeclaims', 'v1', 'PersistentVolumeClaim', {
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, selector },
  }),
  at('api/v1/persistentvolumes', 'v1', 'PersistentVolume', {
    spec: {
      accessModes: ['ReadWriteOnce'],
      capacity: { storage: '1Gi' },
      hostPath: { path: '/a' },
      nodeAffinity: {
        required: {
          nodeSelectorTerms: [
            { matchFields: [{ key: 'metadata.name', operator: 'In', values: ['node-1'] }] },
          ],
        },
      },
    },
  }),
  at('api/v1/namespaces/default/resourcequotas', 'v1', 'ResourceQuota', {
    spec: {
      hard: { 'count/widgets.example.com': '5' },
      scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator: 'Exists' }] },
    },
  }),
  at('api/v1/namespaces/default/limitranges', 'v1', 'LimitRange', {
    spec: { limits: [{ type: 'Container', max: { cpu: '4' }, default: { cpu: '1' } }] },
  }),
  at('api/v1/nodes', 'v1', 'Node', {
    spec: { taints: [{ key: 'a', value: 'b', effect: 'NoExecute' }], podCIDR: '10.9.0.0/24' },
  }),
  at('apis/rbac.authorization.k8s.io/v1/clusterroles', 'rbac.authorization.k8s.io/v1', 'ClusterRole', {
    rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
    aggregationRule: { clusterRoleSelectors: [selector] },
  }),
  at(
    'apis/apiextensions.k8s.io/v1/customresourcedefinitions',
    'apiextensions.k8s.io/v1',
    'CustomResourceDefinition',
    {
      metadata: { name: 'widgets.example.com' },
      spec: {
        group: 'example.com',
        scope: 'Namespaced',
        names: { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList' },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            subresources: {
              status: {},
              scale: { specReplicasPath: '.spec.n', statusReplicasPath: '.status.n' },
            },
            additionalPrinterColumns: [{ name: 'N', type: 'integer', jsonPath: '.spec.n' }],
            selectableFields: [{ jsonPath: '.spec.colour' }],
            schema: {
              openAPIV3Schema: {
                type: 'object',
                properties: {
                  spec: {
                    type: 'object',
                    'x-kubernetes-validations': [{ rule: 'self.n < 9', message: 'too many' }],
                    properties: {
                      n: { type: 'integer', minimum: 0, default: 1 },
                      colour: { type: 'string', enum: ['red', 'blue'], maxLength: 9 },
                      list: {
                        type: 'array',
                        'x-kubernetes-list-type': 'map',
                        'x-kubernetes-list-map-keys': ['k'],
                        items: { type: 'object', required: ['k'], properties: { k: { type: 'string' } } },
                      },
                    },
                  },
                  status: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
                },
              },
            },
          },
        ],
      },
    },
  ),
  at('apis/example.com/v1/namespaces/default/widgets', 'example.com/v1', 'Widget', {
    spec: { n: 2, colour: 'red', list: [{ k: 'a' }, { k: 'b' }] },
  }),
  at(
    'apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies',
    'admissionregistration.k8s.io/v1',
    'ValidatingAdmissionPolicy',
    {
      spec: {
        matchConstraints: {
          resourceRules: [
            { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['secrets'] },
          ],
        },
        variables: [{ name: 'x', expression: 'object.metadata.name' }],
        validations: [{ expression: 'variables.x != "never"', messageExpression: '"no " + variables.x' }],
      },
    },
  ),
  at('apis/coordination.k8s.io/v1/namespaces/default/leases', 'coordination.k8s.io/v1', 'Lease', {
    spec: { holderIdentity: 'a', leaseDurationSeconds: 5, renewTime: '2030-01-01T00:00:00.000000Z' },
  }),
  at('apis/discovery.k8s.io/v1/namespaces/default/endpointslices', 'discovery.k8s.io/v1', 'EndpointSlice', {
    addressType: 'IPv4',
    endpoints: [
      { addresses: ['10.0.0.1'], conditions: { ready: true }, targetRef: { kind: 'Pod', name: 'a' } },
    ],
    ports: [{ name: 'http', port: 80, protocol: 'TCP' }],
  }),
];
