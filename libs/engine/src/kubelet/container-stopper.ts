import type { ContainerRun } from './container-run.js';
import type { PodContext } from './pod-context.js';
import { report } from './report.js';
import { runHook } from './lifecycle-hook.js';

/** No container is given less than this to end (kuberuntime minimumGracePeriodInSeconds). */
const LEAST_GRACE_MS = 2000;

/** How a container is to be stopped. */
export interface StopOrder {
  readonly graceMs: number;
  /** What the event says. */
  readonly message: string;
  /** True when it was told before, with more time. */
  readonly again?: boolean;
}

/**
 * Tells a container to end: its preStop hook runs inside the grace period, then it gets the signal, and when the grace is
 * over it is killed. What comes of it is known at once and noted as the time and way of its end.
 */
export function stopContainer(
  run: ContainerRun,
  { graceMs, message, again }: StopOrder,
  context: Pick<PodContext, 'pod' | 'surroundings' | 'podIp'>,
): void {
  const { phase } = run;
  if (phase.kind !== 'running' || (phase.stopping && !again)) return;
  const nowMs = context.surroundings.clock.now();
  if (!phase.stopping) report(run, context, 'Normal', 'Killing', message);
  const hook = run.spec.lifecycle?.preStop;
  const isFirst = !phase.stopping;
  if (isFirst) phase.hookMs = hook ? runHook(hook, run, context, nowMs - phase.startedMs).tookMs : 0;
  phase.stopping = true;
  const hookMs = phase.hookMs ?? 0;
  const killMs = nowMs + (graceMs === 0 ? 0 : Math.max(LEAST_GRACE_MS, graceMs));
  const reaction = phase.process.onTerminate;
  if (isFirst && !reaction) phase.process.signal('TERM', nowMs - phase.startedMs + Math.min(hookMs, graceMs));
  const endMs = reaction ? nowMs + Math.min(hookMs, graceMs) + reaction.afterMs : Infinity;
  if (phase.endsMs <= Math.min(endMs, killMs)) return;
  phase.endsMs = Math.min(endMs, killMs);
  phase.end = reaction && endMs <= killMs ? reaction : { afterMs: 0, exitCode: 137 };
}
