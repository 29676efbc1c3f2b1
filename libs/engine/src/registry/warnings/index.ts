import type { StoredObject } from '../../store/stored-object.js';
import type { PodTemplate } from '../../types/index.js';
import { jsonEqual } from '../json-equal.js';
import { resourceKey } from '../resource.js';
import { keyPairWarnings } from './key-pair-warnings.js';
import {
  endpointsWarnings,
  ingressWarnings,
  networkPolicyWarnings,
  sliceWarnings,
} from './network-warnings.js';
import {
  accountWarnings,
  deviceWarnings,
  nodeWarnings,
  quotaWarnings,
  runtimeClassWarnings,
  staticNameWarnings,
} from './other-warnings.js';
import { templateWarnings } from './pod-warnings.js';
import { serviceWarnings } from './service-warnings.js';
import { balancerWarnings, podStatusWarnings } from './status-warnings.js';
import {
  capacityWarnings,
  claimWarnings,
  driverWarnings,
  storageClassWarnings,
  volumeObjectWarnings,
} from './storage-warnings.js';
import {
  ofController,
  ofCronJob,
  ofDaemons,
  ofJob,
  ofNamingWorkload,
  ofPod,
  ofStatefulSet,
} from './workload-warnings.js';

type Warnings = (object: never, old?: never) => string[];

const ADMISSION = 'admissionregistration.k8s.io';

/** What is told about objects of a kind, by `group/resource`; a changed one comes with what was there before. */
const WARNINGS: Readonly<Record<string, Warnings>> = {
  '/pods': ofPod,
  '/podtemplates': ({ template }: PodTemplate, old?: PodTemplate) =>
    old && jsonEqual(old.template, template) ? [] : templateWarnings(template, 'template'),
  '/replicationcontrollers': ofController,
  '/services': serviceWarnings,
  '/secrets': keyPairWarnings,
  '/serviceaccounts': accountWarnings,
  '/endpoints': endpointsWarnings,
  '/nodes': nodeWarnings,
  '/resourcequotas': quotaWarnings,
  '/persistentvolumes': volumeObjectWarnings,
  '/persistentvolumeclaims': claimWarnings,
  'apps/deployments': ofNamingWorkload,
  'apps/replicasets': ofNamingWorkload,
  'apps/statefulsets': ofStatefulSet,
  'apps/daemonsets': ofDaemons,
  'batch/jobs': ofJob,
  'batch/cronjobs': ofCronJob,
  'networking.k8s.io/ingresses': ingressWarnings,
  'networking.k8s.io/networkpolicies': networkPolicyWarnings,
  'discovery.k8s.io/endpointslices': sliceWarnings,
  'node.k8s.io/runtimeclasses': runtimeClassWarnings,
  'resource.k8s.io/resourceslices': deviceWarnings,
  'storage.k8s.io/storageclasses': storageClassWarnings,
  'storage.k8s.io/csistoragecapacities': capacityWarnings,
  'storage.k8s.io/csidrivers': driverWarnings,
  [`${ADMISSION}/validatingwebhookconfigurations`]: staticNameWarnings,
  [`${ADMISSION}/mutatingwebhookconfigurations`]: staticNameWarnings,
  [`${ADMISSION}/validatingadmissionpolicies`]: staticNameWarnings,
  [`${ADMISSION}/validatingadmissionpolicybindings`]: staticNameWarnings,
  [`${ADMISSION}/mutatingadmissionpolicies`]: staticNameWarnings,
  [`${ADMISSION}/mutatingadmissionpolicybindings`]: staticNameWarnings,
};

/** What is told about a status that is written. */
const STATUS_WARNINGS: Readonly<Record<string, (object: never) => string[]>> = {
  '/pods': podStatusWarnings,
  '/services': balancerWarnings,
  'networking.k8s.io/ingresses': balancerWarnings,
};

interface Kind {
  readonly group: string;
  readonly resource: string;
  readonly custom?: boolean;
}

/** What a client is told about an object it wrote, though it is fine; `old` is what was there before. */
export function warningsAbout(kind: Kind, object: StoredObject, old?: StoredObject): string[] {
  const ofKind = kind.custom ? undefined : WARNINGS[resourceKey(kind)];
  return ofKind?.(object as never, old as never) ?? [];
}

/** What a client is told about the status it wrote. */
export function warningsAboutStatus(kind: Kind, object: StoredObject): string[] {
  const ofKind = kind.custom ? undefined : STATUS_WARNINGS[resourceKey(kind)];
  return ofKind?.(object as never) ?? [];
}
