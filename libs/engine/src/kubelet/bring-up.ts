import type { ContainerRun } from './container-run.js';
import { shouldStart } from './pod-containers.js';

/**
 * Brings the containers of a pod up as far as they can go now, in order: init containers one by one, sidecars among them,
 * then main containers. `advance` takes one of them nearer to running. `ended` when none is to run any more.
 */
export function bringUp(
  containers: readonly ContainerRun[],
  policy: string,
  advance: (run: ContainerRun) => void,
): 'ongoing' | 'ended' {
  for (const run of containers) {
    if (run.role === 'main' || run.role === 'ephemeral') continue;
    if (run.role === 'sidecar') {
      if (run.phase.kind !== 'running') advance(run);
      if (run.phase.kind !== 'running' || !run.phase.started) {
        if (!run.last && run.phase.kind !== 'terminated') return 'ongoing';
      }
      continue;
    }
    if (run.succeeded) continue;
    if (run.phase.kind === 'terminated' && !shouldStart(run, policy)) return 'ended';
    if (run.phase.kind !== 'running') advance(run);
    if (!run.succeeded) return 'ongoing';
  }
  let ongoing = false;
  for (const run of containers) {
    if (run.role !== 'main') continue;
    if (run.phase.kind !== 'running' && shouldStart(run, policy)) advance(run);
    if (run.phase.kind === 'running' || shouldStart(run, policy)) ongoing = true;
    // Containers are created one after another: a pull holds up those behind it.
    if (run.phase.kind !== 'running' && run.step !== 'idle') return 'ongoing';
  }
  return ongoing ? 'ongoing' : 'ended';
}
