import { isDeepStrictEqual } from 'node:util';
import { storageOf } from '../../api/conversion/conversions.js';
import { parseApiVersion } from '@lotse/manifests';
import { HorizontalPodAutoscalers, Pods } from '../../clients/resource-type.js';
import type { ReconcileResult } from '../../clients/work-queue.js';
import { indexByLabels } from '../../clients/selector-index.js';
import { formatTime } from '../../time.js';
import type {
  HorizontalPodAutoscaler,
  HorizontalPodAutoscalerCondition,
  LabelSelector,
  MetricStatus,
  Pod,
} from '../../types/index.js';
import type { StoredObject } from '../../store/stored-object.js';
import type { Controller, ControllerContext } from '../controller.js';
import { withCondition } from '../shared/conditions.js';
import { keyOf, startKeyedController } from '../shared/keyed-controller.js';
import { untyped } from '../shared/untyped.js';
import { bound, type Memory } from './behavior.js';
import { recommend, type Recommendation, type UsageOf } from './recommendation.js';

const NAME = 'horizontal-pod-autoscaler';
/** How often an autoscaler looks (--horizontal-pod-autoscaler-sync-period). */
const PERIOD_MS = 15_000;
/** Longest stabilisation window and policy period there may be: older memories are of no use. */
const MEMORY_MS = 3_600_000;

/** What can be scaled: built-in kinds keep their size in `spec.replicas`. */
interface Scalable extends StoredObject {
  readonly spec?: { readonly replicas?: number; readonly selector?: LabelSelector | Record<string, string> };
  readonly status?: { readonly replicas?: number };
}

/** Sizes workloads by what their pods use (pkg/controller/podautoscaler). */
export function horizontalPodAutoscalerController(usageOf: UsageOf): Controller {
  return {
    name: NAME,
    start(context) {
      const memories = new Map<string, Memory>();
      return startKeyedController(
        context,
        NAME,
        HorizontalPodAutoscalers,
        (autoscaler) => {
          reconcile(context, autoscaler, usageOf, memories);
          return { requeueAfterMs: PERIOD_MS } satisfies ReconcileResult;
        },
        () => [],
        (namespace, name) => memories.delete(`${namespace}/${name}`),
      );
    },
  };
}

type Condition = Pick<HorizontalPodAutoscalerCondition, 'type' | 'status' | 'reason' | 'message'>;

function reconcile(
  context: ControllerContext,
  autoscaler: HorizontalPodAutoscaler,
  usageOf: UsageOf,
  memories: Map<string, Memory>,
): void {
  const { clock, events } = context;
  const nowMs = clock.now();
  const target = findTarget(context, autoscaler);
  if (!target) {
    const reason = missingTarget(context, autoscaler);
    const message = `the HPA controller was unable to get the target's current scale: ${reason}`;
    events.event(autoscaler, 'Warning', 'FailedGetScale', reason);
    writeStatus(context, autoscaler, {}, [
      { type: 'AbleToScale', status: 'False', reason: 'FailedGetScale', message },
    ]);
    return;
  }
  const current = target.object.spec?.replicas ?? 1;
  const key = keyOf(autoscaler);
  // The size it finds counts as a recommendation, so that a new autoscaler does not shrink what it has hardly seen.
  const memory = memories.get(key) ?? {
    recommendations: [{ atMs: nowMs, replicas: current }],
    events: [],
  };
  memories.set(key, memory);
  const conditions: Condition[] = [
    {
      type: 'AbleToScale',
      status: 'True',
      reason: 'SucceededGetScale',
      message: "the HPA controller was able to get the target's current scale",
    },
  ];
  if (current === 0) {
    conditions.push({
      type: 'ScalingActive',
      status: 'False',
      reason: 'ScalingDisabled',
      message: 'scaling is disabled since the replica count of the target is zero',
    });
    writeStatus(context, autoscaler, { currentReplicas: 0, desiredReplicas: 0 }, conditions);
    return;
  }
  const { minReplicas = 1, maxReplicas } = autoscaler.spec ?? { maxReplicas: current };
  if (current < minReplicas || current > maxReplicas) {
    // Bounds need no measurements.
    const replicas = current < minReplicas ? minReplicas : maxReplicas;
    const why =
      current < minReplicas
        ? 'Current number of replicas below Spec.MinReplicas'
        : 'Current number of replicas above Spec.MaxReplicas';
    conditions[0] = rescale(context, autoscaler, target, replicas, why);
    const currentReplicas = target.object.status?.replicas ?? current;
    const lastScaleTime = formatTime(nowMs);
    writeStatus(
      context,
      autoscaler,
      { currentReplicas, desiredReplicas: replicas, lastScaleTime },
      conditions,
    );
    return;
  }
  const pods = selectPods(context, target.object);
  const metrics = (autoscaler.spec?.metrics ?? []).map((metric) => ({
    metric,
    result: recommend(metric, current, pods, usageOf, nowMs),
  }));
  const decided = choose(
    metrics.map(({ result }) => result),
    current,
  );
  const currentMetrics = metrics.flatMap(({ metric, result }): MetricStatus[] =>
    result.kind === 'replicas' && metric.resource
      ? [{ type: 'Resource', resource: { name: metric.resource.name, current: result.current } }]
      : [],
  );
  const counts = {
    currentReplicas: target.object.status?.replicas ?? current,
    ...(currentMetrics.length > 0 && { currentMetrics }),
  };
  if (decided.kind === 'failed') {
    events.event(autoscaler, 'Warning', decided.reason, decided.message);
    conditions.push({
      type: 'ScalingActive',
      status: 'False',
      reason: decided.reason,
      message: `the HPA was unable to compute the replica count: ${decided.message}`,
    });
    writeStatus(context, autoscaler, { ...counts, desiredReplicas: current }, conditions);
    return;
  }
  conditions.push({
    type: 'ScalingActive',
    status: 'True',
    reason: 'ValidMetricFound',
    message: `the HPA was able to successfully calculate a replica count from ${decided.description}`,
  });
  const { replicas, limitReason, isStabilized } = bound(autoscaler, current, decided.replicas, memory, nowMs);
  const change = replicas - current;
  memories.set(key, {
    recommendations: [
      ...memory.recommendations.filter(({ atMs }) => atMs > nowMs - MEMORY_MS),
      { atMs: nowMs, replicas: decided.replicas },
    ],
    events: [
      ...memory.events.filter(({ atMs }) => atMs > nowMs - MEMORY_MS),
      ...(change === 0 ? [] : [{ atMs: nowMs, change }]),
    ],
  });
  conditions.push(
    limitReason
      ? { type: 'ScalingLimited', status: 'True', reason: limitReason, message: limitText(limitReason) }
      : {
          type: 'ScalingLimited',
          status: 'False',
          reason: 'DesiredWithinRange',
          message: 'the desired count is within the acceptable range',
        },
  );
  if (change !== 0) {
    const why = change > 0 ? `${decided.description} above target` : 'All metrics below target';
    conditions[0] = rescale(context, autoscaler, target, replicas, why);
  } else {
    conditions[0] = isStabilized
      ? {
          type: 'AbleToScale',
          status: 'True',
          reason: 'ScaleDownStabilized',
          message:
            'recent recommendations were higher than current one, applying the highest recent recommendation',
        }
      : {
          type: 'AbleToScale',
          status: 'True',
          reason: 'ReadyForNewScale',
          message: 'recommended size matches current size',
        };
  }
  writeStatus(
    context,
    autoscaler,
    { ...counts, desiredReplicas: replicas, ...(change !== 0 && { lastScaleTime: formatTime(nowMs) }) },
    conditions,
  );
}

function rescale(
  { client, events }: ControllerContext,
  autoscaler: HorizontalPodAutoscaler,
  { resource, object }: NonNullable<ReturnType<typeof findTarget>>,
  replicas: number,
  why: string,
): Condition {
  const resized = { ...object, spec: { ...object.spec, replicas } } as StoredObject;
  client.update(untyped(resource), resized, { fieldManager: NAME });
  events.event(autoscaler, 'Normal', 'SuccessfulRescale', `New size: ${replicas}; reason: ${why}`);
  return {
    type: 'AbleToScale',
    status: 'True',
    reason: 'SucceededRescale',
    message: `the HPA controller was able to update the target scale to ${replicas}`,
  };
}

const limitText = (reason: string): string =>
  ({
    TooFewReplicas: 'the desired replica count is less than the minimum replica count',
    TooManyReplicas: 'the desired replica count is more than the maximum replica count',
    ScaleUpLimit: 'the desired replica count is increasing faster than the maximum scale rate',
    ScaleDownLimit: 'the desired replica count is decreasing faster than the maximum scale rate',
  })[reason] ?? '';

/** The largest of the answers; one that failed forbids shrinking. */
function choose(results: readonly Recommendation[], current: number): Recommendation {
  const failed = results.find(({ kind }) => kind === 'failed');
  const good = results
    .filter((result) => result.kind === 'replicas')
    .sort((a, b) => b.replicas - a.replicas)[0];
  if (!good)
    return (
      failed ?? { kind: 'failed', reason: 'FailedComputeMetricsReplicas', message: 'no metrics are named' }
    );
  return failed && good.replicas < current ? failed : good;
}

function findTarget(context: ControllerContext, autoscaler: HorizontalPodAutoscaler) {
  const reference = autoscaler.spec?.scaleTargetRef;
  if (!reference) return undefined;
  const { apiVersion = '', kind, name } = reference;
  const { registry } = context;
  const named = scalable(registry, parseApiVersion(apiVersion).group, kind);
  const resource = named && storageOf(registry, named);
  const object =
    resource &&
    (context.client.lister(untyped(resource)).get(autoscaler.metadata.namespace, name) as
      Scalable | undefined);
  return resource && object && { resource, object };
}

const scalable = (registry: ControllerContext['registry'], group: string, kind: string) =>
  [...registry.all(), ...registry.retired()].find(
    (candidate) =>
      candidate.group === group &&
      candidate.kind === kind &&
      candidate.subresources.some((entry) => entry.name === 'scale'),
  );

/** Why there is nothing to scale. */
function missingTarget({ registry }: ControllerContext, { spec }: HorizontalPodAutoscaler): string {
  const { apiVersion = '', kind, name } = spec?.scaleTargetRef ?? { kind: '', name: '' };
  const { group } = parseApiVersion(apiVersion);
  const resource = scalable(registry, group, kind);
  if (!resource) return `no matches for kind ${JSON.stringify(kind)} in group ${JSON.stringify(group)}`;
  return `${[resource.resource, ...(group ? [group] : [])].join('.')} ${JSON.stringify(name)} not found`;
}

function selectPods({ client }: ControllerContext, target: Scalable): readonly Pod[] {
  const selector = target.spec?.selector;
  const isPlain = target.kind === 'ReplicationController';
  return indexByLabels(client.lister(Pods))(
    target.metadata.namespace,
    isPlain ? { matchLabels: selector as Record<string, string> } : (selector as LabelSelector | undefined),
  );
}

function writeStatus(
  { client, clock }: ControllerContext,
  autoscaler: HorizontalPodAutoscaler,
  counts: Partial<NonNullable<HorizontalPodAutoscaler['status']>>,
  set: readonly Condition[],
): void {
  const lastTransitionTime = formatTime(clock.now());
  let conditions = autoscaler.status?.conditions ?? [];
  for (const condition of set) conditions = withCondition(conditions, { ...condition, lastTransitionTime });
  const status = {
    ...autoscaler.status,
    ...counts,
    desiredReplicas: counts.desiredReplicas ?? autoscaler.status?.desiredReplicas ?? 0,
    ...(autoscaler.metadata.generation !== undefined && {
      observedGeneration: autoscaler.metadata.generation,
    }),
    conditions,
  };
  if (!isDeepStrictEqual(status, autoscaler.status))
    client.updateStatus(HorizontalPodAutoscalers, { ...autoscaler, status });
}
