import { parseYaml, type JsonValue } from '@lotse/manifests';
import { expect, it } from 'vitest';
import { createCluster } from '../cluster.js';
import type { StoredObject } from '../store/stored-object.js';

/** What is left out, and the part of the object that Kubernetes puts there. */
const table: [string, string, string, JsonValue][] = [
  [
    'a Deployment',
    `{apiVersion: apps/v1, kind: Deployment, metadata: {name: x}, spec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: nginx}]}}}}`,
    'spec',
    {
      replicas: 1,
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } },
      selector: { matchLabels: { a: 'b' } },
      template: {
        metadata: { labels: { a: 'b' } },
        spec: {
          containers: [
            {
              name: 'c',
              image: 'nginx',
              imagePullPolicy: 'Always',
              resources: {},
              terminationMessagePath: '/dev/termination-log',
              terminationMessagePolicy: 'File',
            },
          ],
          dnsPolicy: 'ClusterFirst',
          restartPolicy: 'Always',
          schedulerName: 'default-scheduler',
          securityContext: {},
          terminationGracePeriodSeconds: 30,
        },
      },
    },
  ],
  [
    'a Recreate strategy',
    `{apiVersion: apps/v1, kind: Deployment, metadata: {name: x}, spec: {strategy: {type: Recreate}, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: nginx}]}}}}`,
    'spec.strategy',
    { type: 'Recreate' },
  ],
  [
    'a StatefulSet',
    `{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: x}, spec: {serviceName: s, selector: {matchLabels: {a: b}}, volumeClaimTemplates: [{metadata: {name: d}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1024Mi}}}}], template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: nginx}]}}}}`,
    'spec.volumeClaimTemplates',
    [
      {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { name: 'd' },
        spec: {
          accessModes: ['ReadWriteOnce'],
          resources: { requests: { storage: '1Gi' } },
          volumeMode: 'Filesystem',
        },
        status: { phase: 'Pending' },
      },
    ],
  ],
  [
    'a DaemonSet',
    `{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: x}, spec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: nginx}]}}}}`,
    'spec.updateStrategy',
    { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
  ],
  [
    'the image of a pinned container',
    `{apiVersion: v1, kind: Pod, metadata: {name: x}, spec: {automountServiceAccountToken: false, containers: [{name: c, image: "registry:5000/a:1"}]}}`,
    'spec.containers.0.imagePullPolicy',
    'IfNotPresent',
  ],
  [
    'a probe',
    `{apiVersion: v1, kind: Pod, metadata: {name: x}, spec: {containers: [{name: c, image: a, livenessProbe: {httpGet: {port: 80}}}]}}`,
    'spec.containers.0.livenessProbe',
    {
      failureThreshold: 3,
      httpGet: { path: '/', port: 80, scheme: 'HTTP' },
      periodSeconds: 10,
      successThreshold: 1,
      timeoutSeconds: 1,
    },
  ],
  [
    'the requests of a pod with limits',
    `{apiVersion: v1, kind: Pod, metadata: {name: x}, spec: {containers: [{name: c, image: a, resources: {limits: {cpu: 0.5, memory: 1Gi}}}]}}`,
    'spec.containers.0.resources',
    { limits: { cpu: '500m', memory: '1Gi' }, requests: { cpu: '500m', memory: '1Gi' } },
  ],
  [
    'the quality of service of such a pod',
    `{apiVersion: v1, kind: Pod, metadata: {name: x}, spec: {containers: [{name: c, image: a, resources: {limits: {cpu: 0.5, memory: 1Gi}}}]}}`,
    'status',
    { phase: 'Pending', qosClass: 'Guaranteed' },
  ],
  [
    'the tolerations of a pod',
    `{apiVersion: v1, kind: Pod, metadata: {name: x}, spec: {containers: [{name: c, image: a}]}}`,
    'spec.tolerations',
    [
      {
        effect: 'NoExecute',
        key: 'node.kubernetes.io/not-ready',
        operator: 'Exists',
        tolerationSeconds: 300,
      },
      {
        effect: 'NoExecute',
        key: 'node.kubernetes.io/unreachable',
        operator: 'Exists',
        tolerationSeconds: 300,
      },
    ],
  ],
  [
    'volumes',
    `{apiVersion: v1, kind: Pod, metadata: {name: x}, spec: {automountServiceAccountToken: false, volumes: [{name: a}, {name: b, configMap: {name: c}}, {name: d, hostPath: {path: /}}], containers: [{name: c, image: a}]}}`,
    'spec.volumes',
    [
      { name: 'a', emptyDir: {} },
      { name: 'b', configMap: { name: 'c', defaultMode: 420 } },
      { name: 'd', hostPath: { path: '/', type: '' } },
    ],
  ],
  [
    'a headless Service without selector',
    `{apiVersion: v1, kind: Service, metadata: {name: x}, spec: {clusterIP: None}}`,
    'spec',
    {
      clusterIP: 'None',
      clusterIPs: ['None'],
      internalTrafficPolicy: 'Cluster',
      ipFamilies: ['IPv4', 'IPv6'],
      ipFamilyPolicy: 'RequireDualStack',
      sessionAffinity: 'None',
      type: 'ClusterIP',
    },
  ],
  [
    'an ExternalName Service',
    `{apiVersion: v1, kind: Service, metadata: {name: x}, spec: {type: ExternalName, externalName: example.com}}`,
    'spec',
    { externalName: 'example.com', sessionAffinity: 'None', type: 'ExternalName' },
  ],
  [
    'a Secret written as text',
    `{apiVersion: v1, kind: Secret, metadata: {name: x}, data: {a: YQ==}, stringData: {b: b}}`,
    'data',
    { a: 'YQ==', b: 'Yg==' },
  ],
  ['the type of a Secret', `{apiVersion: v1, kind: Secret, metadata: {name: x}}`, 'type', 'Opaque'],
  [
    'the storage class of a claim',
    `{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: x}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}`,
    'spec',
    {
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: '1Gi' } },
      storageClassName: 'standard',
      volumeMode: 'Filesystem',
    },
  ],
  [
    'a CronJob',
    `{apiVersion: batch/v1, kind: CronJob, metadata: {name: x}, spec: {schedule: "* * * * *", jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: a}]}}}}}}`,
    'spec.concurrencyPolicy',
    'Allow',
  ],
  [
    'a HorizontalPodAutoscaler',
    `{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: x}, spec: {maxReplicas: 2, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: d}}}`,
    'spec.metrics',
    [
      {
        type: 'Resource',
        resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } },
      },
    ],
  ],
  [
    'a NetworkPolicy with egress rules',
    `{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: x}, spec: {podSelector: {}, egress: [{ports: [{port: 53}]}]}}`,
    'spec',
    {
      podSelector: {},
      egress: [{ ports: [{ port: 53, protocol: 'TCP' }] }],
      policyTypes: ['Ingress', 'Egress'],
    },
  ],
  [
    'the subjects of a RoleBinding',
    `{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: x}, roleRef: {kind: Role, name: r}, subjects: [{kind: User, name: u}, {kind: ServiceAccount, name: s}]}`,
    'subjects',
    [
      { kind: 'User', name: 'u', apiGroup: 'rbac.authorization.k8s.io' },
      { kind: 'ServiceAccount', name: 's' },
    ],
  ],
];

const at = (object: StoredObject, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], object);

it.each(table)('%s is completed', (_, yaml, path, expected) => {
  const { registry, operations } = createCluster({ controllers: [] });
  const given = parseYaml(yaml) as unknown as StoredObject;
  const resource = registry.findKind(given.apiVersion, given.kind);
  if (!resource) throw new Error(given.kind);
  const metadata = { ...given.metadata, namespace: 'default' };
  const created = operations.create(resource, { ...given, metadata }, { user: 'someone' });
  expect(at(created, path)).toEqual(expected);
  // What is complete is left alone, so that writing it again changes nothing.
  expect(resource.strategy.defaults?.(created) ?? created).toBe(created);
});
