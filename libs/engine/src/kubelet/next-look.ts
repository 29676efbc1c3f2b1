import type { ContainerRun } from './container-run.js';

/** When the containers of a pod have to be looked at next: something ends, is to be asked, or the next step is due. */
export function nextLookMs(
  containers: readonly ContainerRun[],
  { nowMs, isStopping }: { readonly nowMs: number; readonly isStopping: boolean },
): number {
  let dueMs = Infinity;
  for (const { phase, probers, step, dueMs: stepMs } of containers) {
    if (phase.kind === 'running') {
      dueMs = Math.min(dueMs, phase.endsMs, phase.startedMs + phase.process.wakeMs);
      for (const { nextMs } of probers) dueMs = Math.min(dueMs, nextMs);
    } else if (!isStopping && (step !== 'idle' || stepMs > nowMs)) dueMs = Math.min(dueMs, stepMs);
  }
  return dueMs;
}
