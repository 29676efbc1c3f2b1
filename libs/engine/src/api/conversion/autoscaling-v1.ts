import type { JsonObject } from '@lotse/manifests';
import type { StoredObject } from '../../store/stored-object.js';
import type { HorizontalPodAutoscaler, MetricSpec, MetricStatus } from '../../types/index.js';
import {
  behaviorText,
  currentMetricsText,
  listOf,
  metricsText,
  readBehavior,
  readCurrentMetrics,
  readMetrics,
} from './autoscaling-annotations.js';
import type { Conversion } from './conversion.js';

/** Where version 1 keeps what it has no fields for (apis/autoscaling/annotations.go). */
const METRICS = 'autoscaling.alpha.kubernetes.io/metrics';
const CURRENT_METRICS = 'autoscaling.alpha.kubernetes.io/current-metrics';
const CONDITIONS = 'autoscaling.alpha.kubernetes.io/conditions';
const BEHAVIOR = 'autoscaling.alpha.kubernetes.io/behavior';

interface AutoscalerV1 extends StoredObject {
  readonly spec?: { readonly targetCPUUtilizationPercentage?: number; readonly [field: string]: unknown };
  readonly status?: { readonly currentCPUUtilizationPercentage?: number; readonly [field: string]: unknown };
}

const isCpuUtilization = (metric: MetricSpec): boolean =>
  metric.type === 'Resource' &&
  metric.resource?.name === 'cpu' &&
  metric.resource.target.averageUtilization !== undefined;

/** autoscaling/v1: one CPU target; everything else rides in annotations, so nothing is lost. */
export const autoscalingV1: Conversion = {
  storage: { group: 'autoscaling', version: 'v2', resource: 'horizontalpodautoscalers' },

  fromStorage(object) {
    const { spec, status, metadata } = object as HorizontalPodAutoscaler;
    const {
      metrics = [],
      behavior,
      ...sameSpec
    } = spec ?? { maxReplicas: 0, scaleTargetRef: { kind: '', name: '' } };
    const { currentMetrics = [], conditions = [], ...sameStatus } = status ?? { desiredReplicas: 0 };
    const cpu = metrics.find(isCpuUtilization);
    const currentCpu = currentMetrics.find(
      (metric: MetricStatus) =>
        metric.resource?.name === 'cpu' && metric.resource.current.averageUtilization !== undefined,
    );
    const target = cpu?.resource?.target.averageUtilization;
    const current = currentCpu?.resource?.current.averageUtilization;
    const others = metrics.filter((metric) => !isCpuUtilization(metric)) as unknown as JsonObject[];
    const seen = currentMetrics as unknown as JsonObject[];
    const annotations = {
      ...metadata.annotations,
      ...(others.length > 0 && { [METRICS]: metricsText(others) }),
      ...(seen.length > 0 && { [CURRENT_METRICS]: currentMetricsText(seen) }),
      ...(conditions.length > 0 && { [CONDITIONS]: JSON.stringify(conditions) }),
      ...(behavior && { [BEHAVIOR]: behaviorText(behavior as unknown as JsonObject) }),
    };
    return {
      ...object,
      apiVersion: 'autoscaling/v1',
      metadata: Object.keys(annotations).length > 0 ? { ...metadata, annotations } : metadata,
      spec: { ...sameSpec, ...(target !== undefined && { targetCPUUtilizationPercentage: target }) },
      status: {
        currentReplicas: 0,
        ...sameStatus,
        desiredReplicas: sameStatus.desiredReplicas ?? 0,
        ...(current !== undefined && { currentCPUUtilizationPercentage: current }),
      },
    } as StoredObject;
  },

  toStorage(object) {
    const { spec, status, metadata, ...rest } = object as AutoscalerV1;
    const { targetCPUUtilizationPercentage: target, ...sameSpec } = spec ?? {};
    const { currentCPUUtilizationPercentage: current, ...sameStatus } = status ?? {};
    const {
      [METRICS]: givenMetrics,
      [CURRENT_METRICS]: currentText,
      [CONDITIONS]: conditionsText,
      [BEHAVIOR]: givenBehavior,
      ...annotations
    } = metadata.annotations ?? {};
    const cpu = (value: number, field: 'target' | 'current'): object => ({
      type: 'Resource',
      resource: {
        name: 'cpu',
        [field]: { ...(field === 'target' && { type: 'Utilization' }), averageUtilization: value },
      },
    });
    const metrics = [
      ...readMetrics(givenMetrics),
      ...(typeof target === 'number' ? [cpu(target, 'target')] : []),
    ];
    const seen = readCurrentMetrics(currentText);
    const currentMetrics = seen.length > 0 || current === undefined ? seen : [cpu(current, 'current')];
    const conditions = listOf(conditionsText);
    const behavior = readBehavior(givenBehavior);
    const { annotations: _, ...metadataRest } = metadata;
    return {
      ...rest,
      apiVersion: 'autoscaling/v2',
      metadata: Object.keys(annotations).length > 0 ? { ...metadataRest, annotations } : metadataRest,
      spec: {
        ...sameSpec,
        ...(metrics.length > 0 && { metrics }),
        ...(behavior && { behavior }),
      },
      ...(status && {
        status: {
          ...sameStatus,
          ...(currentMetrics.length > 0 && { currentMetrics }),
          ...(conditions.length > 0 && { conditions }),
        },
      }),
    } as StoredObject;
  },

  withUnsaid(configuration, live) {
    // An apply that says nothing of what version 1 has no fields for leaves it as it is.
    const { annotations = {} } = autoscalingV1.fromStorage(live).metadata;
    const kept = [METRICS, BEHAVIOR].flatMap((key) =>
      annotations[key] === undefined ? [] : [[key, annotations[key]] as const],
    );
    if (kept.length === 0) return configuration;
    const { metadata } = configuration;
    return {
      ...configuration,
      metadata: { ...metadata, annotations: { ...Object.fromEntries(kept), ...metadata.annotations } },
    };
  },
};
