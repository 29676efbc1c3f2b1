import type { StoredObject } from '../store/stored-object.js';
import type { Controller } from './controller.js';
import { admissionPolicyStatusController } from './admission-policy-status/admission-policy-status-controller.js';
import { certificateCleaner } from './certificate-cleaner/certificate-cleaner.js';
import { cronJobController } from './cron-job/cron-job-controller.js';
import { daemonSetController } from './daemon-set/daemon-set-controller.js';
import { deploymentController } from './deployment/deployment-controller.js';
import { disruptionController } from './disruption/disruption-controller.js';
import { endpointSliceController } from './endpoint-slice/endpoint-slice-controller.js';
import { endpointSliceMirroringController } from './endpoint-slice/endpoint-slice-mirroring-controller.js';
import { endpointsController } from './endpoint-slice/endpoints-controller.js';
import { eventTtlController } from './event-ttl/event-ttl-controller.js';
import { garbageCollector } from './garbage-collector/garbage-collector.js';
import { horizontalPodAutoscalerController } from './horizontal-pod-autoscaler/horizontal-pod-autoscaler-controller.js';
import type { UsageOf } from './horizontal-pod-autoscaler/recommendation.js';
import { jobController } from './job/job-controller.js';
import { namespaceController } from './namespace/namespace-controller.js';
import { nodeLifecycleController } from './node-lifecycle/node-lifecycle-controller.js';
import { taintEvictionController } from './node-lifecycle/taint-eviction-controller.js';
import { nodeTtlController } from './node-ttl/node-ttl-controller.js';
import { persistentVolumeController } from './persistent-volume/persistent-volume-controller.js';
import { podGarbageCollector } from './pod-gc/pod-gc-controller.js';
import { replicaSetController, replicationController } from './replica-set/replica-set-controller.js';
import { resourceQuotaController } from './resource-quota/resource-quota-controller.js';
import { ipAddressController } from './service-addresses/ip-address-controller.js';
import { serviceCidrController } from './service-addresses/service-cidr-controller.js';
import { serviceAccountController } from './service-account/service-account-controller.js';
import { ingressAddressController } from './ingress-address/ingress-address-controller.js';
import { serviceLoadBalancerController } from './service-load-balancer/service-load-balancer-controller.js';
import { statefulSetController } from './stateful-set/stateful-set-controller.js';
import { systemObjectsController } from './system-objects/system-objects-controller.js';
import { ttlAfterFinishedController } from './ttl-after-finished/ttl-after-finished-controller.js';

/** What some controllers need to be told. */
export interface ControllerSettings {
  /** PEM of the cluster's certificate authority, published in every namespace. */
  readonly rootCertificate: string;
  /** Range of the external addresses of services. */
  readonly loadBalancerCidr: string;
  /** Where the traffic of ingresses is taken. */
  readonly ingressAddress: string;
  /** What pods use, for autoscaling. */
  readonly usageOf: UsageOf;
  /** What a new cluster begins with, and the way to create what is missing of it. */
  readonly systemObjects: readonly StoredObject[];
  readonly install: (objects: readonly StoredObject[]) => void;
}

/** Every controller the cluster runs, in the order they start. A new one is a folder here and a line below. */
export function allControllers(settings: ControllerSettings): Controller[] {
  return [
    serviceAccountController(settings.rootCertificate),
    namespaceController,
    garbageCollector,
    deploymentController,
    replicaSetController,
    replicationController,
    statefulSetController,
    daemonSetController,
    jobController,
    cronJobController,
    ttlAfterFinishedController,
    endpointSliceController,
    endpointsController,
    endpointSliceMirroringController,
    serviceLoadBalancerController(settings.loadBalancerCidr),
    ingressAddressController(settings.ingressAddress),
    ipAddressController,
    serviceCidrController,
    disruptionController,
    admissionPolicyStatusController,
    resourceQuotaController,
    horizontalPodAutoscalerController(settings.usageOf),
    persistentVolumeController,
    nodeLifecycleController,
    nodeTtlController,
    taintEvictionController,
    podGarbageCollector,
    eventTtlController,
    certificateCleaner,
    systemObjectsController(settings.systemObjects, settings.install),
  ];
}
