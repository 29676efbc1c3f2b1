import type { StoredObject } from '../store/stored-object.js';
import type * as k8s from '../types/index.js';

/** Names a resource and, for the compiler, the type of its objects. */
export interface ResourceType<T extends StoredObject> {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly kind: string;
  readonly namespaced: boolean;
  /** Never set; carries `T`. */
  readonly object?: T;
}

function type<T extends StoredObject>(
  apiVersion: string,
  resource: string,
  kind: string,
  namespaced = true,
): ResourceType<T> {
  const slash = apiVersion.indexOf('/');
  return {
    group: apiVersion.slice(0, Math.max(0, slash)),
    version: apiVersion.slice(slash + 1),
    resource,
    kind,
    namespaced,
  };
}

export const Namespaces = type<k8s.Namespace>('v1', 'namespaces', 'Namespace', false);
export const Nodes = type<k8s.Node>('v1', 'nodes', 'Node', false);
export const Pods = type<k8s.Pod>('v1', 'pods', 'Pod');
export const Services = type<k8s.Service>('v1', 'services', 'Service');
export const Endpoints = type<k8s.Endpoints>('v1', 'endpoints', 'Endpoints');
export const ConfigMaps = type<k8s.ConfigMap>('v1', 'configmaps', 'ConfigMap');
export const Secrets = type<k8s.Secret>('v1', 'secrets', 'Secret');
export const ServiceAccounts = type<k8s.ServiceAccount>('v1', 'serviceaccounts', 'ServiceAccount');
export const Events = type<k8s.Event>('v1', 'events', 'Event');
export const PersistentVolumes = type<k8s.PersistentVolume>(
  'v1',
  'persistentvolumes',
  'PersistentVolume',
  false,
);
export const PersistentVolumeClaims = type<k8s.PersistentVolumeClaim>(
  'v1',
  'persistentvolumeclaims',
  'PersistentVolumeClaim',
);
export const ReplicationControllers = type<k8s.ReplicationController>(
  'v1',
  'replicationcontrollers',
  'ReplicationController',
);
export const ValidatingAdmissionPolicies = type<k8s.ValidatingAdmissionPolicy>(
  'admissionregistration.k8s.io/v1',
  'validatingadmissionpolicies',
  'ValidatingAdmissionPolicy',
  false,
);
export const ResourceQuotas = type<k8s.ResourceQuota>('v1', 'resourcequotas', 'ResourceQuota');
export const LimitRanges = type<k8s.LimitRange>('v1', 'limitranges', 'LimitRange');
export const Deployments = type<k8s.Deployment>('apps/v1', 'deployments', 'Deployment');
export const ReplicaSets = type<k8s.ReplicaSet>('apps/v1', 'replicasets', 'ReplicaSet');
export const StatefulSets = type<k8s.StatefulSet>('apps/v1', 'statefulsets', 'StatefulSet');
export const DaemonSets = type<k8s.DaemonSet>('apps/v1', 'daemonsets', 'DaemonSet');
export const ControllerRevisions = type<k8s.ControllerRevision>(
  'apps/v1',
  'controllerrevisions',
  'ControllerRevision',
);
export const Jobs = type<k8s.Job>('batch/v1', 'jobs', 'Job');
export const CronJobs = type<k8s.CronJob>('batch/v1', 'cronjobs', 'CronJob');
export const HorizontalPodAutoscalers = type<k8s.HorizontalPodAutoscaler>(
  'autoscaling/v2',
  'horizontalpodautoscalers',
  'HorizontalPodAutoscaler',
);
export const PodDisruptionBudgets = type<k8s.PodDisruptionBudget>(
  'policy/v1',
  'poddisruptionbudgets',
  'PodDisruptionBudget',
);
export const EndpointSlices = type<k8s.EndpointSlice>(
  'discovery.k8s.io/v1',
  'endpointslices',
  'EndpointSlice',
);
export const Leases = type<k8s.Lease>('coordination.k8s.io/v1', 'leases', 'Lease');
export const PriorityClasses = type<k8s.PriorityClass>(
  'scheduling.k8s.io/v1',
  'priorityclasses',
  'PriorityClass',
  false,
);
export const StorageClasses = type<k8s.StorageClass>(
  'storage.k8s.io/v1',
  'storageclasses',
  'StorageClass',
  false,
);
export const Ingresses = type<k8s.Ingress>('networking.k8s.io/v1', 'ingresses', 'Ingress');
export const IPAddresses = type<k8s.IPAddress>('networking.k8s.io/v1', 'ipaddresses', 'IPAddress', false);
export const ServiceCIDRs = type<k8s.ServiceCIDR>(
  'networking.k8s.io/v1',
  'servicecidrs',
  'ServiceCIDR',
  false,
);
export const NetworkPolicies = type<k8s.NetworkPolicy>(
  'networking.k8s.io/v1',
  'networkpolicies',
  'NetworkPolicy',
);
export const CustomResourceDefinitions = type<k8s.CustomResourceDefinition>(
  'apiextensions.k8s.io/v1',
  'customresourcedefinitions',
  'CustomResourceDefinition',
  false,
);
export const FlowSchemas = type<k8s.FlowSchema>(
  'flowcontrol.apiserver.k8s.io/v1',
  'flowschemas',
  'FlowSchema',
  false,
);
export const PriorityLevelConfigurations = type<k8s.PriorityLevelConfiguration>(
  'flowcontrol.apiserver.k8s.io/v1',
  'prioritylevelconfigurations',
  'PriorityLevelConfiguration',
  false,
);
export const CertificateSigningRequests = type<k8s.CertificateSigningRequest>(
  'certificates.k8s.io/v1',
  'certificatesigningrequests',
  'CertificateSigningRequest',
  false,
);
