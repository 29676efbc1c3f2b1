import { describe, expect, it } from 'vitest';
import { builtInResources } from '../../registry/built-in.js';
import type { StoredObject } from '../../store/stored-object.js';
import { printerFor } from './index.js';

const nowMs = Date.parse('2030-01-01T01:00:00Z');
const resources = builtInResources();

function show(apiVersion: string, kind: string, rest: object, wide = true): string {
  const resource = resources.find(
    (found) =>
      found.kind === kind && (found.group ? `${found.group}/${found.version}` : found.version) === apiVersion,
  );
  if (!resource) throw new Error(`${apiVersion} ${kind} is not served`);
  const object = {
    apiVersion,
    kind,
    ...rest,
    metadata: {
      name: 'x',
      creationTimestamp: '2030-01-01T00:00:00Z',
      ...(rest as { metadata?: object }).metadata,
    },
  } as StoredObject;
  const printer = printerFor(resource);
  const shown = printer.cells(object, { nowMs });
  return printer.columns
    .map(({ name, priority }, index) => (wide || !priority ? `${name}=${shown[index]}` : ''))
    .filter(Boolean)
    .join(' | ');
}

describe('every kind', () => {
  it.each(
    resources.map(
      (resource) => [`${resource.group}/${resource.version} ${resource.kind}`, resource] as const,
    ),
  )('%s can be shown with nothing but a name, one cell for each column', (_, resource) => {
    const printer = printerFor(resource);
    const least = { apiVersion: 'v1', kind: resource.kind, metadata: { name: 'x' } };
    for (const object of [least, { ...least, spec: {}, status: {} }] as StoredObject[]) {
      const shown = printer.cells(object, { nowMs });
      expect(shown).toHaveLength(printer.columns.length);
      expect(shown).not.toContain(undefined);
      printer.conditions?.(object);
    }
  });
});

describe('columns', () => {
  it.each<[string, string, object, string]>([
    [
      'v1',
      'Service',
      {
        spec: {
          type: 'NodePort',
          clusterIPs: ['10.0.0.1'],
          ports: [
            { port: 80, nodePort: 30080, protocol: 'TCP' },
            { port: 53, protocol: 'UDP' },
          ],
          selector: { app: 'a' },
        },
      },
      'Name=x | Type=NodePort | Cluster-IP=10.0.0.1 | External-IP=<none> | Port(s)=80:30080/TCP,53/UDP | Age=60m | Selector=app=a',
    ],
    [
      'v1',
      'Service',
      { spec: { type: 'LoadBalancer', clusterIP: '10.0.0.1' } },
      'Name=x | Type=LoadBalancer | Cluster-IP=10.0.0.1 | External-IP=<pending> | Port(s)=<none> | Age=60m | Selector=<none>',
    ],
    [
      'v1',
      'Node',
      {
        metadata: { labels: { 'node-role.kubernetes.io/worker': '', 'node-role.kubernetes.io/edge': '' } },
        spec: { unschedulable: true },
        status: {
          conditions: [{ type: 'Ready', status: 'False' }],
          addresses: [{ type: 'InternalIP', address: '1.2.3.4' }],
          nodeInfo: { kubeletVersion: 'v1.36.2' },
        },
      },
      'Name=x | Status=NotReady,SchedulingDisabled | Roles=edge,worker | Age=60m | Version=v1.36.2 | Internal-IP=1.2.3.4 | External-IP=<none> | OS-Image=<unknown> | Kernel-Version=<unknown> | Container-Runtime=<unknown>',
    ],
    [
      'v1',
      'PersistentVolumeClaim',
      {
        spec: { volumeName: 'v', storageClassName: 's' },
        status: {
          phase: 'Bound',
          capacity: { storage: '1Gi' },
          accessModes: ['ReadWriteMany', 'ReadWriteOnce'],
        },
      },
      'Name=x | Status=Bound | Volume=v | Capacity=1Gi | Access Modes=RWO,RWX | StorageClass=s | VolumeAttributesClass=<unset> | Age=60m | VolumeMode=<unset>',
    ],
    [
      'v1',
      'ResourceQuota',
      { status: { hard: { 'limits.cpu': '2', pods: '10', cpu: '1' }, used: { pods: '3' } } },
      'Name=x | Request=cpu: 0/1, pods: 3/10 | Limit=limits.cpu: 0/2 | Age=60m',
    ],
    [
      'v1',
      'Event',
      {
        involvedObject: { kind: 'Pod', name: 'p', fieldPath: 'spec.containers{c}' },
        reason: 'Started',
        type: 'Normal',
        message: ' Started \n',
        source: { component: 'kubelet', host: 'n' },
        firstTimestamp: '2030-01-01T00:50:00Z',
        lastTimestamp: '2030-01-01T00:59:00Z',
        count: 4,
      },
      'Last Seen=60s | Type=Normal | Reason=Started | Object=pod/p | Subobject=spec.containers{c} | Source=kubelet, n | Message=Started | First Seen=10m | Count=4 | Name=x',
    ],
    [
      'batch/v1',
      'Job',
      {
        spec: { parallelism: 3, template: { spec: { containers: [{ name: 'c', image: 'i' }] } } },
        status: { succeeded: 1, startTime: '2030-01-01T00:59:00Z' },
      },
      'Name=x | Status=Running | Completions=1/1 of 3 | Duration=60s | Age=60m | Containers=c | Images=i | Selector=<none>',
    ],
    [
      'batch/v1',
      'CronJob',
      {
        spec: { schedule: '* * * * *', suspend: true },
        status: { active: [{}], lastScheduleTime: '2030-01-01T00:59:30Z' },
      },
      'Name=x | Schedule=* * * * * | Timezone=<none> | Suspend=True | Active=1 | Last Schedule=30s | Age=60m | Containers= | Images= | Selector=<none>',
    ],
    [
      'autoscaling/v2',
      'HorizontalPodAutoscaler',
      {
        spec: {
          scaleTargetRef: { kind: 'Deployment', name: 'd' },
          maxReplicas: 5,
          minReplicas: 2,
          metrics: [
            { type: 'Resource', resource: { name: 'cpu', target: { averageUtilization: 80 } } },
            { type: 'Resource', resource: { name: 'memory', target: { averageValue: '1Gi' } } },
            { type: 'Pods', pods: { metric: { name: 'm' }, target: { averageValue: '3' } } },
          ],
        },
        status: {
          currentReplicas: 3,
          currentMetrics: [
            { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 40 } } },
          ],
        },
      },
      'Name=x | Reference=Deployment/d | Targets=cpu: 40%/80%, memory: <unknown>/1Gi + 1 more... | MinPods=2 | MaxPods=5 | Replicas=3 | Age=60m',
    ],
    [
      'autoscaling/v1',
      'HorizontalPodAutoscaler',
      {
        spec: {
          scaleTargetRef: { kind: 'Deployment', name: 'd' },
          maxReplicas: 5,
          targetCPUUtilizationPercentage: 80,
        },
        status: { currentReplicas: 3, desiredReplicas: 3, currentCPUUtilizationPercentage: 40 },
      },
      'Name=x | Reference=Deployment/d | Targets=cpu: 40%/80% | MinPods=<unset> | MaxPods=5 | Replicas=3 | Age=60m',
    ],
    [
      'discovery.k8s.io/v1',
      'EndpointSlice',
      {
        addressType: 'IPv4',
        ports: [{ port: 80 }, { port: 443 }],
        endpoints: ['1', '2', '3', '4'].map((end) => ({ addresses: [`10.0.0.${end}`] })),
      },
      'Name=x | AddressType=IPv4 | Ports=80,443 | Endpoints=10.0.0.1,10.0.0.2,10.0.0.3 + 1 more... | Age=60m',
    ],
    [
      'networking.k8s.io/v1',
      'Ingress',
      {
        spec: { ingressClassName: 'n', rules: [{ host: 'a' }, { host: 'b' }], tls: [{}] },
        status: { loadBalancer: { ingress: [{ ip: '1.1.1.1' }] } },
      },
      'Name=x | Class=n | Hosts=a,b | Address=1.1.1.1 | Ports=80, 443 | Age=60m',
    ],
    [
      'rbac.authorization.k8s.io/v1',
      'RoleBinding',
      {
        roleRef: { kind: 'Role', name: 'r' },
        subjects: [
          { kind: 'User', name: 'u' },
          { kind: 'Group', name: 'g' },
          { kind: 'ServiceAccount', name: 's', namespace: 'n' },
        ],
      },
      'Name=x | Role=Role/r | Age=60m | Users=u | Groups=g | ServiceAccounts=n/s',
    ],
    [
      'storage.k8s.io/v1',
      'StorageClass',
      {
        metadata: { annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
        provisioner: 'p',
      },
      'Name=x (default) | Provisioner=p | ReclaimPolicy=Delete | VolumeBindingMode=Immediate | AllowVolumeExpansion=false | Age=60m',
    ],
    [
      'apps/v1',
      'ControllerRevision',
      {
        revision: 3,
        metadata: {
          ownerReferences: [
            { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 's', uid: 'u', controller: true },
          ],
        },
      },
      'Name=x | Controller=statefulset.apps/s | Revision=3 | Age=60m',
    ],
  ])('of %s %s', (apiVersion, kind, rest, expected) => {
    expect(show(apiVersion, kind, rest)).toBe(expected);
  });
});
