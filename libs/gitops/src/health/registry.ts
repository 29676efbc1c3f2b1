import { apiServiceHealth } from './api-service.health.js';
import type { HealthCheck } from './check.js';
import { cronJobHealth } from './cron-job.health.js';
import { customResourceDefinitionHealth } from './custom-resource-definition.health.js';
import { daemonSetHealth } from './daemon-set.health.js';
import { deploymentHealth } from './deployment.health.js';
import { horizontalPodAutoscalerHealth } from './horizontal-pod-autoscaler.health.js';
import { jobHealth } from './job.health.js';
import { ingressHealth, serviceHealth } from './load-balanced.health.js';
import { persistentVolumeClaimHealth } from './persistent-volume-claim.health.js';
import { podDisruptionBudgetHealth } from './pod-disruption-budget.health.js';
import { podHealth } from './pod.health.js';
import { replicaSetHealth } from './replica-set.health.js';
import { statefulSetHealth } from './stateful-set.health.js';

/**
 * Which check judges which kind, by `group/Kind`. Adding a kind is adding a file and a line here.
 * Application has none on purpose, as in Argo CD: a parent doesn't wait for its children.
 */
export const HEALTH_CHECKS: ReadonlyMap<string, HealthCheck> = new Map([
  ['apps/Deployment', deploymentHealth],
  ['apps/StatefulSet', statefulSetHealth],
  ['apps/DaemonSet', daemonSetHealth],
  ['apps/ReplicaSet', replicaSetHealth],
  ['/Pod', podHealth],
  ['batch/Job', jobHealth],
  ['batch/CronJob', cronJobHealth],
  ['/Service', serviceHealth],
  ['networking.k8s.io/Ingress', ingressHealth],
  ['extensions/Ingress', ingressHealth],
  ['/PersistentVolumeClaim', persistentVolumeClaimHealth],
  ['apiregistration.k8s.io/APIService', apiServiceHealth],
  ['autoscaling/HorizontalPodAutoscaler', horizontalPodAutoscalerHealth],
  ['policy/PodDisruptionBudget', podDisruptionBudgetHealth],
  ['apiextensions.k8s.io/CustomResourceDefinition', customResourceDefinitionHealth],
]);
