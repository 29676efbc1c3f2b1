import type { ProcessEnd } from '../runtime/container-runtime.js';
import type { ContainerInstance } from '../runtime/running-pods.js';
import type { ContainerRun, Running, Terminated } from './container-run.js';
import { terminationMessage } from './termination-message.js';

/**
 * Notes the containers that have ended by now; true when there are any. `catchUp` lets those do their work whose next move is
 * due.
 */
export function endContainers(
  containers: readonly ContainerRun[],
  nowMs: number,
  catchUp: () => void,
  lifeOf: (name: string) => ContainerInstance | undefined,
): boolean {
  const due = containers.some(
    ({ phase }) => phase.kind === 'running' && phase.startedMs + phase.process.wakeMs <= nowMs,
  );
  if (due) catchUp();
  let ended = false;
  for (const run of containers) {
    const { phase } = run;
    if (due && phase.kind === 'running') noteEnd(phase);
    if (phase.kind !== 'running' || phase.endsMs > nowMs) continue;
    terminate(run, phase, lifeOf(run.spec.name));
    ended = true;
  }
  return ended;
}

/** A process that acts on what others do has come to its end: it ends then, unless it is to end earlier. */
function noteEnd(phase: Running): void {
  const { end } = phase.process;
  if (!end) return;
  const endsMs = phase.startedMs + end.afterMs;
  if (endsMs >= phase.endsMs) return;
  phase.endsMs = endsMs;
  phase.end = end;
}

function terminate(run: ContainerRun, phase: Running, life: ContainerInstance | undefined): void {
  const { endsMs: finishedMs } = phase;
  const end: ProcessEnd = phase.end ?? { exitCode: 137, afterMs: 0 };
  phase.process.advance(finishedMs - phase.startedMs);
  const message = end.message ?? (life && terminationMessage(run.spec, life, finishedMs, end.exitCode));
  const terminated: Terminated = {
    kind: 'terminated',
    exitCode: end.exitCode,
    reason: end.reason ?? (end.exitCode === 0 ? 'Completed' : 'Error'),
    ...(message && { message }),
    startedMs: phase.startedMs,
    finishedMs,
    containerId: run.containerId ?? '',
  };
  run.phase = terminated;
  run.probers = [];
  run.step = 'idle';
  run.dueMs = 0;
  if (life) life.endedMs = finishedMs;
}
