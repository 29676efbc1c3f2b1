import type { Operations } from '../api/operations.js';
import { isApiError } from '../api/api-error.js';
import { API_PORT } from '../network/cluster-network.js';
import type { StoredObject } from '../store/stored-object.js';
import type {
  Endpoints,
  EndpointSlice,
  Namespace,
  PriorityClass,
  Service,
  ServiceCIDR,
  StorageClass,
} from '../types/index.js';
import type { Registry } from './registry.js';

/** Priorities of the two classes every cluster has (scheduling/v1 types.go). */
const NODE_CRITICAL = 2_000_001_000;
const CLUSTER_CRITICAL = 2_000_000_000;

/** The namespaces that are always there; all but the last can't be deleted. */
export const SYSTEM_NAMESPACES = ['default', 'kube-system', 'kube-public', 'kube-node-lease'] as const;

const namespace = (name: string): Namespace => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });

const priorityClass = (name: string, value: number, description: string): PriorityClass => ({
  apiVersion: 'scheduling.k8s.io/v1',
  kind: 'PriorityClass',
  metadata: { name },
  value,
  globalDefault: false,
  description,
  preemptionPolicy: 'PreemptLowerPriority',
});

/** Where the API is found inside the cluster. */
const kubernetesService = (clusterIp: string, targetPort: number): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: {
    name: 'kubernetes',
    namespace: 'default',
    labels: { component: 'apiserver', provider: 'kubernetes' },
  },
  spec: {
    type: 'ClusterIP',
    clusterIP: clusterIp,
    clusterIPs: [clusterIp],
    ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort }],
  },
});

/** Where the names of the cluster are asked for. No pod answers: the control plane does. */
export function clusterDnsObjects(
  clusterIp: string | undefined,
  controlPlane: string,
): [Service, Endpoints, EndpointSlice] {
  const labels = {
    'k8s-app': 'kube-dns',
    'kubernetes.io/cluster-service': 'true',
    'kubernetes.io/name': 'CoreDNS',
  };
  const place = { name: 'kube-dns', namespace: 'kube-system' };
  const ports = [
    { name: 'dns', port: 53, protocol: 'UDP' },
    { name: 'dns-tcp', port: 53, protocol: 'TCP' },
  ];
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { ...place, labels },
      spec: {
        type: 'ClusterIP',
        ...(clusterIp !== undefined && { clusterIP: clusterIp, clusterIPs: [clusterIp] }),
        ports: ports.map((port) => ({ ...port, targetPort: 53 })),
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: { ...place, labels: { ...labels, 'endpointslice.kubernetes.io/skip-mirror': 'true' } },
      subsets: [{ addresses: [{ ip: controlPlane }], ports }],
    },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { ...place, labels: { ...labels, 'kubernetes.io/service-name': place.name } },
      addressType: 'IPv4',
      endpoints: [{ addresses: [controlPlane], conditions: { ready: true } }],
      ports,
    },
  ];
}

const standardStorage: StorageClass = {
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name: 'standard', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
  provisioner: 'lotse.dev/simulated',
  reclaimPolicy: 'Delete',
  volumeBindingMode: 'WaitForFirstConsumer',
  allowVolumeExpansion: true,
};

/** Where the API server itself is found. It keeps these two by itself: no controller mirrors one into the other. */
const kubernetesEndpoints = (ip: string, port: number): [Endpoints, EndpointSlice] => [
  {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: {
      name: 'kubernetes',
      namespace: 'default',
      labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' },
    },
    subsets: [{ addresses: [{ ip }], ports: [{ name: 'https', port, protocol: 'TCP' }] }],
  },
  {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: 'kubernetes',
      namespace: 'default',
      labels: { 'kubernetes.io/service-name': 'kubernetes' },
    },
    addressType: 'IPv4',
    endpoints: [{ addresses: [ip], conditions: { ready: true } }],
    ports: [{ name: 'https', port, protocol: 'TCP' }],
  },
];

/** Where the addresses of services come from. */
const serviceRange = (cidr: string): ServiceCIDR => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'ServiceCIDR',
  metadata: { name: 'kubernetes', finalizers: ['networking.k8s.io/service-cidr-finalizer'] },
  spec: { cidrs: [cidr] },
});

/** What a new cluster is told of its surroundings. */
export interface BootstrapSettings {
  /** The first address of services: the API's own. */
  readonly firstServiceAddress: string;
  readonly serviceCidr: string;
  /** Where the control plane is among the nodes. */
  readonly controlPlaneAddress: string;
  /** True where pods run that ask for names. */
  readonly hasDns: boolean;
  /** The address its service is to have, while that is free. */
  readonly dnsAddress: string | undefined;
}

/** What a new cluster holds before anyone has asked for anything. */
export function bootstrapObjects(settings: BootstrapSettings): StoredObject[] {
  return [
    ...SYSTEM_NAMESPACES.map(namespace),
    priorityClass(
      'system-node-critical',
      NODE_CRITICAL,
      'Used for system critical pods that must not be moved from their current node.',
    ),
    priorityClass(
      'system-cluster-critical',
      CLUSTER_CRITICAL,
      'Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.',
    ),
    standardStorage,
    serviceRange(settings.serviceCidr),
    kubernetesService(settings.firstServiceAddress, API_PORT),
    ...kubernetesEndpoints(settings.controlPlaneAddress, API_PORT),
    ...(settings.hasDns ? clusterDnsObjects(settings.dnsAddress, settings.controlPlaneAddress) : []),
  ];
}

/** Kinds of which the API server keeps its own objects for as long as it runs; the others are there to begin with. */
const LASTING = new Set(['Namespace', 'Service', 'Endpoints', 'EndpointSlice', 'ServiceCIDR']);

/** Is it one of those objects of a new cluster that come back when they are deleted? */
export const isLastingObject = ({ kind }: StoredObject): boolean => LASTING.has(kind);

/** Creates those of the objects that are not there. What a person has changed stays as it is. */
export function installObjects(
  operations: Operations,
  registry: Registry,
  objects: readonly StoredObject[],
): void {
  for (const object of objects) {
    const resource = registry.findKind(object.apiVersion, object.kind);
    if (!resource) continue;
    try {
      operations.create(resource, object, { user: 'system:apiserver', component: true });
    } catch (error) {
      if (!isApiError(error, 'AlreadyExists')) throw error;
    }
  }
}
