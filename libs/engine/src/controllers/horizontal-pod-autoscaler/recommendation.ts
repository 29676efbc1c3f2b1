import type { MetricSpec, Pod } from '../../types/index.js';
import { milliValue, quantityValue } from '../../quantity.js';
import { isReady, readySinceMs } from '../shared/pod-state.js';
import { parseTime } from '../../time.js';

/** What one container uses right now. */
export interface ContainerUsage {
  readonly milliCpu: number;
  readonly memoryBytes: number;
}

/** The usage of a pod by container; undefined while there is none to be had. */
export type UsageOf = (pod: Pod) => ReadonlyMap<string, ContainerUsage> | undefined;

/** A ratio this near to one changes nothing (--horizontal-pod-autoscaler-tolerance). */
const TOLERANCE = 0.1;
/** CPU of a pod this young counts only once it is ready (--…-cpu-initialization-period). */
const CPU_INITIALIZATION_MS = 300_000;
/** A pod that became ready this soon after its start was never unready in between (--…-initial-readiness-delay). */
const INITIAL_READINESS_MS = 30_000;

/** What a metric asks for. */
export type Recommendation =
  | {
      readonly kind: 'replicas';
      readonly replicas: number;
      readonly current: MetricValue;
      readonly description: string;
    }
  | { readonly kind: 'failed'; readonly reason: string; readonly message: string };

/** What a metric is at now, as the status shows it. */
export interface MetricValue {
  readonly averageUtilization?: number;
  readonly averageValue: string;
}

/**
 * How many replicas a resource metric asks for (podautoscaler/replica_calculator.go): the ratio of use to target over the
 * pods that count, rounded up. Pods without a measurement count as idle when that keeps us from growing and as full when it
 * keeps us from shrinking; pods not ready yet count as idle on the way up.
 */
export function recommend(
  metric: MetricSpec,
  replicas: number,
  pods: readonly Pod[],
  usageOf: UsageOf,
  nowMs: number,
): Recommendation {
  const source =
    metric.type === 'ContainerResource'
      ? metric.containerResource
      : metric.type === 'Resource'
        ? metric.resource
        : undefined;
  if (!source) {
    return {
      kind: 'failed',
      reason: `FailedGet${metric.type}Metric`,
      message: `unable to get metric: no metrics of type ${metric.type} are served here`,
    };
  }
  const container = metric.type === 'ContainerResource' ? metric.containerResource?.container : undefined;
  const measured: { pod: Pod; used: number; requested: number }[] = [];
  const missing: { pod: Pod; requested: number }[] = [];
  const unready: { pod: Pod; used: number; requested: number }[] = [];
  for (const pod of pods) {
    if (pod.metadata.deletionTimestamp || pod.status?.phase === 'Failed') continue;
    const requested = requestOf(pod, source.name, container);
    const used = usedBy(pod, source.name, container, usageOf);
    if (requested === undefined && source.target.averageUtilization !== undefined) {
      return {
        kind: 'failed',
        reason: 'FailedGetResourceMetric',
        message: `failed to get ${source.name} utilization: missing request for ${source.name} in container ${missingContainer(pod, source.name)} of Pod ${pod.metadata.name}`,
      };
    }
    const entry = { pod, requested: requested ?? 0 };
    if (pod.status?.phase === 'Pending') unready.push({ ...entry, used: 0 });
    else if (used === undefined) missing.push(entry);
    else if (source.name === 'cpu' && isStarting(pod, nowMs)) unready.push({ ...entry, used });
    else measured.push({ ...entry, used });
  }
  if (measured.length === 0) {
    return {
      kind: 'failed',
      reason: 'FailedGetResourceMetric',
      message: `failed to get ${source.name} utilization: did not receive metrics for targeted pods (pods might be unready)`,
    };
  }
  const total = measured.reduce((sum, { used }) => sum + used, 0);
  const average = total / measured.length;
  const utilization = source.target.averageUtilization;
  const targetValue =
    source.target.averageValue === undefined ? 0 : amount(source.name, source.target.averageValue);
  const ratioOf = (list: readonly { used: number; requested: number }[]): number => {
    const used = list.reduce((sum, entry) => sum + entry.used, 0);
    if (utilization === undefined) return used / list.length / targetValue;
    const requested = list.reduce((sum, entry) => sum + entry.requested, 0);
    return Math.floor((used * 100) / requested) / utilization;
  };
  const ratio = ratioOf(measured);
  const requestedTotal = measured.reduce((sum, { requested }) => sum + requested, 0);
  const current: MetricValue = {
    ...(utilization !== undefined && { averageUtilization: Math.floor((total * 100) / requestedTotal) }),
    averageValue: format(source.name, average),
  };
  const description =
    utilization === undefined
      ? `${source.name} resource`
      : `${source.name} resource utilization (percentage of request)`;
  const answer = (value: number): Recommendation => ({
    kind: 'replicas',
    replicas: value,
    current,
    description,
  });

  const isWithin = (value: number): boolean => Math.abs(1 - value) <= TOLERANCE;
  if (unready.length === 0 && missing.length === 0)
    return answer(isWithin(ratio) ? replicas : Math.ceil(ratio * measured.length));
  const assumed = missing.map(({ requested, pod }) => ({
    pod,
    requested,
    used:
      ratio < 1
        ? utilization === undefined
          ? targetValue
          : (requested * Math.max(100, utilization)) / 100
        : 0,
  }));
  const idle = ratio > 1 ? unready.map((entry) => ({ ...entry, used: 0 })) : [];
  const all = [...measured, ...assumed, ...idle];
  const careful = ratioOf(all);
  const flips = (ratio < 1 && careful > 1) || (ratio > 1 && careful < 1);
  if (isWithin(careful) || flips) return answer(replicas);
  const wanted = Math.ceil(careful * all.length);
  return answer((careful < 1 && wanted > replicas) || (careful > 1 && wanted < replicas) ? replicas : wanted);
}

function isStarting(pod: Pod, nowMs: number): boolean {
  const startMs = parseTime(pod.status?.startTime);
  if (startMs === undefined) return true;
  if (startMs + CPU_INITIALIZATION_MS > nowMs) return !isReady(pod);
  const changedMs =
    readySinceMs(pod) ??
    parseTime(pod.status?.conditions?.find(({ type }) => type === 'Ready')?.lastTransitionTime);
  return !isReady(pod) && (changedMs === undefined || startMs + INITIAL_READINESS_MS > changedMs);
}

function containersOf(
  pod: Pod,
  only: string | undefined,
): { name: string; resources?: { requests?: Record<string, string> } }[] {
  return (pod.spec?.containers ?? []).filter(({ name }) => only === undefined || name === only);
}

function requestOf(pod: Pod, resource: string, only: string | undefined): number | undefined {
  let sum = 0;
  for (const { resources } of containersOf(pod, only)) {
    const request = resources?.requests?.[resource];
    if (request === undefined) return undefined;
    sum += amount(resource, request);
  }
  return sum;
}

function missingContainer(pod: Pod, resource: string): string {
  return (
    pod.spec?.containers.find(({ resources }) => resources?.requests?.[resource] === undefined)?.name ?? ''
  );
}

function usedBy(pod: Pod, resource: string, only: string | undefined, usageOf: UsageOf): number | undefined {
  const usage = usageOf(pod);
  if (!usage || usage.size === 0) return undefined;
  let sum = 0;
  for (const { name } of containersOf(pod, only)) {
    const container = usage.get(name);
    if (!container) return undefined;
    sum += resource === 'cpu' ? container.milliCpu : container.memoryBytes;
  }
  return sum;
}

/** CPU in thousandths of a core, everything else in whole units. */
const amount = (resource: string, quantity: string): number =>
  resource === 'cpu' ? milliValue(quantity) : quantityValue(quantity);
const format = (resource: string, value: number): string =>
  resource === 'cpu' ? `${Math.ceil(value)}m` : String(Math.ceil(value));
