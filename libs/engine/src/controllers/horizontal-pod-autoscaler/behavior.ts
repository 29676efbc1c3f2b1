import type { HPAScalingRules, HorizontalPodAutoscaler } from '../../types/index.js';

/** A change of size that has happened. */
export interface ScaleEvent {
  readonly atMs: number;
  /** Replicas added, or removed when negative. */
  readonly change: number;
}

/** A recommendation that was reached. */
export interface PastRecommendation {
  readonly atMs: number;
  readonly replicas: number;
}

/** What an autoscaler remembers between two looks. */
export interface Memory {
  readonly recommendations: readonly PastRecommendation[];
  readonly events: readonly ScaleEvent[];
}

/** How long a scale-down waits by default (--horizontal-pod-autoscaler-downscale-stabilization). */
const DOWN_STABILIZATION_SECONDS = 300;

/** The size after stabilisation and limits, with the reason when a limit held it back. */
export interface Bounded {
  readonly replicas: number;
  readonly limitReason?: 'TooFewReplicas' | 'TooManyReplicas' | 'ScaleUpLimit' | 'ScaleDownLimit';
  readonly isStabilized: boolean;
}

/**
 * Applies stabilisation windows and policies (podautoscaler/horizontal.go): growing takes the smallest, shrinking the
 * largest recommendation of its window, and neither goes faster than the policies allow.
 */
export function bound(
  autoscaler: HorizontalPodAutoscaler,
  current: number,
  desired: number,
  memory: Memory,
  nowMs: number,
): Bounded {
  const minReplicas = autoscaler.spec?.minReplicas ?? 1;
  const maxReplicas = autoscaler.spec?.maxReplicas ?? 1;
  const up = autoscaler.spec?.behavior?.scaleUp;
  const down = autoscaler.spec?.behavior?.scaleDown;
  const upWindow = up?.stabilizationWindowSeconds ?? 0;
  const downWindow = down?.stabilizationWindowSeconds ?? DOWN_STABILIZATION_SECONDS;
  let lowest = desired;
  let highest = desired;
  for (const { atMs, replicas } of memory.recommendations) {
    if (atMs > nowMs - upWindow * 1000) lowest = Math.min(lowest, replicas);
    if (atMs > nowMs - downWindow * 1000) highest = Math.max(highest, replicas);
  }
  let stabilized = current;
  if (stabilized < lowest) stabilized = lowest;
  if (stabilized > highest) stabilized = highest;
  const isStabilized = stabilized !== desired;

  if (stabilized > current) {
    const limit = Math.max(current, upLimit(up, current, memory, nowMs));
    const most = Math.min(limit, maxReplicas);
    if (stabilized <= most) return { replicas: stabilized, isStabilized };
    return {
      replicas: most,
      limitReason: maxReplicas <= limit ? 'TooManyReplicas' : 'ScaleUpLimit',
      isStabilized,
    };
  }
  if (stabilized < current) {
    const limit = Math.min(current, downLimit(down, current, memory, nowMs));
    const fewest = Math.max(limit, minReplicas);
    if (stabilized >= fewest) return { replicas: stabilized, isStabilized };
    return {
      replicas: fewest,
      limitReason: minReplicas >= limit ? 'TooFewReplicas' : 'ScaleDownLimit',
      isStabilized,
    };
  }
  if (stabilized > maxReplicas)
    return { replicas: maxReplicas, limitReason: 'TooManyReplicas', isStabilized };
  if (stabilized < minReplicas) return { replicas: minReplicas, limitReason: 'TooFewReplicas', isStabilized };
  return { replicas: stabilized, isStabilized };
}

const within = (memory: Memory, seconds: number, nowMs: number, sign: 1 | -1): number =>
  memory.events
    .filter(({ atMs, change }) => atMs > nowMs - seconds * 1000 && Math.sign(change) === sign)
    .reduce((sum, { change }) => sum + Math.abs(change), 0);

function upLimit(rules: HPAScalingRules | undefined, current: number, memory: Memory, nowMs: number): number {
  if (!rules) return Math.max(2 * current, 4);
  if (rules.selectPolicy === 'Disabled') return current;
  const limits = (rules.policies ?? []).map(({ type, value, periodSeconds }) => {
    const start = current - within(memory, periodSeconds, nowMs, 1);
    return type === 'Pods' ? start + value : Math.ceil(start * (1 + value / 100));
  });
  return rules.selectPolicy === 'Min' ? Math.min(...limits) : Math.max(...limits);
}

function downLimit(
  rules: HPAScalingRules | undefined,
  current: number,
  memory: Memory,
  nowMs: number,
): number {
  if (!rules) return 0;
  if (rules.selectPolicy === 'Disabled') return current;
  const limits = (rules.policies ?? []).map(({ type, value, periodSeconds }) => {
    const start = current + within(memory, periodSeconds, nowMs, -1);
    return type === 'Pods' ? start - value : Math.floor(start * (1 - value / 100));
  });
  return rules.selectPolicy === 'Min' ? Math.max(...limits) : Math.min(...limits);
}
