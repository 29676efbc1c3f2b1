import { customPrinter } from '../../crds/custom-printer.js';
import { eventsV1 } from '../conversion/events-v1.js';
import type { ResourceInfo } from '../../registry/resource.js';
import { bindingPrinter, createdAtPrinter, signingRequestPrinter } from './access.js';
import { age } from './age.js';
import * as cluster from './cluster.js';
import * as networking from './networking.js';
import { podPrinter } from './pod.js';
import * as policies from './policies.js';
import { columns, type Printer } from './printer.js';
import * as storage from './storage.js';
import * as workloads from './workloads.js';

/** What kinds without columns of their own show. */
const byAge: Printer = {
  columns: columns('Name', 'Age'),
  cells: ({ metadata }, { nowMs }) => [metadata.name ?? '', age(metadata.creationTimestamp, nowMs)],
};

const printers: Readonly<Record<string, Printer>> = {
  '/pods': podPrinter,
  '/podtemplates': workloads.podTemplatePrinter,
  '/replicationcontrollers': workloads.replicationControllerPrinter,
  'apps/deployments': workloads.deploymentPrinter,
  'apps/replicasets': workloads.replicaSetPrinter,
  'apps/statefulsets': workloads.statefulSetPrinter,
  'apps/daemonsets': workloads.daemonSetPrinter,
  'apps/controllerrevisions': workloads.controllerRevisionPrinter,
  'batch/jobs': workloads.jobPrinter,
  'batch/cronjobs': workloads.cronJobPrinter,
  'policy/poddisruptionbudgets': workloads.podDisruptionBudgetPrinter,
  'autoscaling/horizontalpodautoscalers': workloads.autoscalerPrinter,
  '/services': networking.servicePrinter,
  '/endpoints': networking.endpointsPrinter,
  'discovery.k8s.io/endpointslices': networking.endpointSlicePrinter,
  'networking.k8s.io/ingresses': networking.ingressPrinter,
  'networking.k8s.io/ingressclasses': networking.ingressClassPrinter,
  'networking.k8s.io/networkpolicies': networking.networkPolicyPrinter,
  'networking.k8s.io/ipaddresses': networking.ipAddressPrinter,
  'networking.k8s.io/servicecidrs': networking.serviceCidrPrinter,
  '/namespaces': cluster.namespacePrinter,
  '/nodes': cluster.nodePrinter,
  '/events': cluster.eventPrinter,
  'events.k8s.io/events': {
    ...cluster.eventPrinter,
    cells: (event, context) => cluster.eventPrinter.cells(eventsV1.toStorage(event), context),
  },
  '/configmaps': cluster.configMapPrinter,
  '/secrets': cluster.secretPrinter,
  '/serviceaccounts': cluster.serviceAccountPrinter,
  '/resourcequotas': cluster.resourceQuotaPrinter,
  '/componentstatuses': cluster.componentStatusPrinter,
  'scheduling.k8s.io/priorityclasses': cluster.priorityClassPrinter,
  'node.k8s.io/runtimeclasses': cluster.runtimeClassPrinter,
  'coordination.k8s.io/leases': cluster.leasePrinter,
  'apiregistration.k8s.io/apiservices': cluster.apiServicePrinter,
  '/persistentvolumes': storage.persistentVolumePrinter,
  '/persistentvolumeclaims': storage.persistentVolumeClaimPrinter,
  'storage.k8s.io/storageclasses': storage.storageClassPrinter,
  'storage.k8s.io/volumeattributesclasses': storage.volumeAttributesClassPrinter,
  'storage.k8s.io/volumeattachments': storage.volumeAttachmentPrinter,
  'storage.k8s.io/csinodes': storage.csiNodePrinter,
  'storage.k8s.io/csidrivers': storage.csiDriverPrinter,
  'storage.k8s.io/csistoragecapacities': createdAtPrinter,
  'rbac.authorization.k8s.io/roles': createdAtPrinter,
  'rbac.authorization.k8s.io/clusterroles': createdAtPrinter,
  'rbac.authorization.k8s.io/rolebindings': bindingPrinter,
  'rbac.authorization.k8s.io/clusterrolebindings': bindingPrinter,
  'certificates.k8s.io/certificatesigningrequests': signingRequestPrinter,
  '/limitranges': createdAtPrinter,
  'apiextensions.k8s.io/customresourcedefinitions': createdAtPrinter,
  'admissionregistration.k8s.io/mutatingwebhookconfigurations': policies.webhooksPrinter,
  'admissionregistration.k8s.io/validatingwebhookconfigurations': policies.webhooksPrinter,
  'admissionregistration.k8s.io/validatingadmissionpolicies': policies.validatingPolicyPrinter,
  'admissionregistration.k8s.io/validatingadmissionpolicybindings': policies.policyBindingPrinter,
  'admissionregistration.k8s.io/mutatingadmissionpolicies': policies.mutatingPolicyPrinter,
  'admissionregistration.k8s.io/mutatingadmissionpolicybindings': policies.policyBindingPrinter,
  'flowcontrol.apiserver.k8s.io/flowschemas': policies.flowSchemaPrinter,
  'flowcontrol.apiserver.k8s.io/prioritylevelconfigurations': policies.priorityLevelPrinter,
  'resource.k8s.io/resourceclaims': policies.resourceClaimPrinter,
  'resource.k8s.io/resourceslices': policies.resourceSlicePrinter,
};

/** How the objects of a resource look in a table. `kind` is what is shown, where that is not the resource's own. */
export function printerFor(resource: ResourceInfo, kind = resource.kind): Printer {
  if (kind === 'Scale') return workloads.scalePrinter;
  if (kind !== resource.kind) return byAge;
  if (resource.printerColumns) return customPrinter(resource.printerColumns);
  const key = `${resource.group}/${resource.resource}`;
  return (Object.hasOwn(printers, key) ? printers[key] : undefined) ?? byAge;
}
