import type { Strategy } from '../resource.js';
import { mutatingWebhookStrategy, validatingWebhookStrategy } from './admission-configuration.js';
import {
  mutatingAdmissionPolicyBindingStrategy,
  mutatingAdmissionPolicyStrategy,
  validatingAdmissionPolicyBindingStrategy,
  validatingAdmissionPolicyStrategy,
} from './admission-policy.js';
import { certificateSigningRequestStrategy } from './certificate-signing-request.js';
import { configMapStrategy } from './config-map.js';
import { cronJobStrategy } from './cron-job.js';
import { customResourceDefinitionStrategy } from './custom-resource-definition.js';
import { daemonSetStrategy } from './daemon-set.js';
import { deploymentStrategy } from './deployment.js';
import { deviceClassStrategy } from './device-class.js';
import { endpointSliceStrategy, endpointsStrategy } from './endpoints.js';
import { eventStrategy, newEventStrategy } from './event.js';
import { flowSchemaStrategy } from './flow-schema.js';
import { horizontalPodAutoscalerStrategy } from './horizontal-pod-autoscaler.js';
import { controllerRevisionStrategy } from './controller-revision.js';
import { ingressClassStrategy, ingressStrategy } from './ingress.js';
import { apiServiceStrategy } from './api-service.js';
import { ipAddressStrategy } from './ip-address.js';
import { jobStrategy } from './job.js';
import { leaseStrategy } from './lease.js';
import { limitRangeStrategy } from './limit-range.js';
import { namespaceStrategy } from './namespace.js';
import { networkPolicyStrategy } from './network-policy.js';
import { nodeStrategy } from './node.js';
import { persistentVolumeClaimStrategy } from './persistent-volume-claim.js';
import { persistentVolumeStrategy } from './persistent-volume.js';
import { podDisruptionBudgetStrategy } from './pod-disruption-budget.js';
import { podTemplateStrategy } from './pod-template.js';
import { podStrategy } from './pod.js';
import { priorityClassStrategy } from './priority-class.js';
import { priorityLevelStrategy } from './priority-level.js';
import {
  clusterRoleBindingStrategy,
  clusterRoleStrategy,
  roleBindingStrategy,
  roleStrategy,
} from './rbac.js';
import { replicaSetStrategy } from './replica-set.js';
import { replicationControllerStrategy } from './replication-controller.js';
import { resourceClaimStrategy, resourceClaimTemplateStrategy } from './resource-claim.js';
import { resourceSliceStrategy } from './resource-slice.js';
import { resourceQuotaStrategy } from './resource-quota.js';
import { runtimeClassStrategy } from './runtime-class.js';
import { secretStrategy } from './secret.js';
import { serviceCidrStrategy } from './service-cidr.js';
import { serviceStrategy } from './service.js';
import { statefulSetStrategy } from './stateful-set.js';
import { storageClassStrategy } from './storage-class.js';
import {
  csiDriverStrategy,
  csiNodeStrategy,
  csiStorageCapacityStrategy,
  volumeAttachmentStrategy,
  volumeAttributesClassStrategy,
} from './storage-drivers.js';

/** Kinds whose only peculiarity is that they do not count their generation. */
const uncounted: Strategy = { generation: false };

/** The strategy of each kind that has one, by `group/resource`. A new kind is a file here and a line below. */
export const strategies: Record<string, Strategy> = {
  '/pods': podStrategy as Strategy,
  '/podtemplates': podTemplateStrategy as Strategy,
  '/services': serviceStrategy as Strategy,
  '/namespaces': namespaceStrategy as Strategy,
  '/nodes': nodeStrategy as Strategy,
  '/configmaps': configMapStrategy as Strategy,
  '/secrets': secretStrategy as Strategy,
  '/serviceaccounts': uncounted,
  '/events': eventStrategy as Strategy,
  '/endpoints': endpointsStrategy as Strategy,
  '/limitranges': limitRangeStrategy as Strategy,
  '/resourcequotas': resourceQuotaStrategy as Strategy,
  '/persistentvolumes': persistentVolumeStrategy as Strategy,
  '/persistentvolumeclaims': persistentVolumeClaimStrategy as Strategy,
  '/replicationcontrollers': replicationControllerStrategy as Strategy,
  'apps/deployments': deploymentStrategy as Strategy,
  'apps/replicasets': replicaSetStrategy as Strategy,
  'apps/statefulsets': statefulSetStrategy as Strategy,
  'apps/daemonsets': daemonSetStrategy as Strategy,
  'apps/controllerrevisions': controllerRevisionStrategy as Strategy,
  'batch/jobs': jobStrategy as Strategy,
  'batch/cronjobs': cronJobStrategy as Strategy,
  'autoscaling/horizontalpodautoscalers': horizontalPodAutoscalerStrategy as Strategy,
  'policy/poddisruptionbudgets': podDisruptionBudgetStrategy as Strategy,
  'networking.k8s.io/ingresses': ingressStrategy as Strategy,
  'networking.k8s.io/ingressclasses': ingressClassStrategy as Strategy,
  'networking.k8s.io/networkpolicies': networkPolicyStrategy as Strategy,
  'networking.k8s.io/ipaddresses': ipAddressStrategy as Strategy,
  'networking.k8s.io/servicecidrs': serviceCidrStrategy as Strategy,
  'discovery.k8s.io/endpointslices': endpointSliceStrategy as Strategy,
  'apiextensions.k8s.io/customresourcedefinitions': customResourceDefinitionStrategy as Strategy,
  'apiregistration.k8s.io/apiservices': apiServiceStrategy as Strategy,
  'coordination.k8s.io/leases': leaseStrategy as Strategy,
  'rbac.authorization.k8s.io/roles': roleStrategy as Strategy,
  'rbac.authorization.k8s.io/clusterroles': clusterRoleStrategy as Strategy,
  'rbac.authorization.k8s.io/rolebindings': roleBindingStrategy as Strategy,
  'rbac.authorization.k8s.io/clusterrolebindings': clusterRoleBindingStrategy as Strategy,
  'scheduling.k8s.io/priorityclasses': priorityClassStrategy as Strategy,
  'storage.k8s.io/storageclasses': storageClassStrategy as Strategy,
  'storage.k8s.io/csidrivers': csiDriverStrategy as Strategy,
  'storage.k8s.io/csinodes': csiNodeStrategy as Strategy,
  'storage.k8s.io/csistoragecapacities': csiStorageCapacityStrategy as Strategy,
  'storage.k8s.io/volumeattachments': volumeAttachmentStrategy as Strategy,
  'storage.k8s.io/volumeattributesclasses': volumeAttributesClassStrategy as Strategy,
  'node.k8s.io/runtimeclasses': runtimeClassStrategy as Strategy,
  'certificates.k8s.io/certificatesigningrequests': certificateSigningRequestStrategy as Strategy,
  'events.k8s.io/events': newEventStrategy as Strategy,
  'admissionregistration.k8s.io/mutatingwebhookconfigurations': mutatingWebhookStrategy as Strategy,
  'admissionregistration.k8s.io/validatingwebhookconfigurations': validatingWebhookStrategy as Strategy,
  'admissionregistration.k8s.io/validatingadmissionpolicies': validatingAdmissionPolicyStrategy as Strategy,
  'admissionregistration.k8s.io/mutatingadmissionpolicies': mutatingAdmissionPolicyStrategy as Strategy,
  'admissionregistration.k8s.io/validatingadmissionpolicybindings':
    validatingAdmissionPolicyBindingStrategy as Strategy,
  'admissionregistration.k8s.io/mutatingadmissionpolicybindings':
    mutatingAdmissionPolicyBindingStrategy as Strategy,
  'flowcontrol.apiserver.k8s.io/flowschemas': flowSchemaStrategy as Strategy,
  'flowcontrol.apiserver.k8s.io/prioritylevelconfigurations': priorityLevelStrategy as Strategy,
  'resource.k8s.io/deviceclasses': deviceClassStrategy as Strategy,
  'resource.k8s.io/resourceclaims': resourceClaimStrategy as Strategy,
  'resource.k8s.io/resourceclaimtemplates': resourceClaimTemplateStrategy as Strategy,
  'resource.k8s.io/resourceslices': resourceSliceStrategy as Strategy,
};
