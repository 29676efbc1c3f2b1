import { isJsonObject, type JsonObject, type KubeObject } from '@lotse/manifests';
import { annotation } from '../annotations.js';
import type { HealthCheck } from './check.js';
import { listAt, textAt } from './read.js';

/** Reasons by which an autoscaler says that it can't do its work. Their status is not looked at, as in Argo CD. */
const DEGRADED: Record<string, readonly string[]> = {
  AbleToScale: ['FailedGetScale', 'FailedUpdateScale'],
  ScalingActive: [
    'FailedGetResourceMetric',
    'FailedGetObjectMetric',
    'FailedGetPodsMetric',
    'FailedGetExternalMetric',
    'FailedComputeMetricsReplicas',
    'InvalidSelector',
  ],
};

/** Version 1 keeps its conditions in an annotation. */
function conditionsOf(object: KubeObject): JsonObject[] {
  if (!object.apiVersion.endsWith('/v1')) return listAt(object, 'status', 'conditions');
  const text = annotation(object, 'autoscaling.alpha.kubernetes.io/conditions');
  if (text === undefined) return [];
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? parsed.filter(isJsonObject) : [];
  } catch {
    return [];
  }
}

/** HorizontalPodAutoscaler: by the reasons of its conditions. */
export const horizontalPodAutoscalerHealth: HealthCheck = (object) => {
  const conditions = conditionsOf(object);
  for (const condition of conditions) {
    const type = textAt(condition, 'type');
    if (Object.hasOwn(DEGRADED, type) && DEGRADED[type]?.includes(textAt(condition, 'reason'))) {
      return { status: 'Degraded', message: textAt(condition, 'message') };
    }
  }
  for (const condition of conditions) {
    const type = textAt(condition, 'type');
    if ((type === 'AbleToScale' || type === 'ScalingLimited') && condition['status'] === 'True') {
      return { status: 'Healthy', message: textAt(condition, 'message') };
    }
  }
  return { status: 'Progressing', message: 'Waiting to Autoscale' };
};
