import type { RunningPod } from '../runtime/running-pods.js';
import type { ContainerRun } from './container-run.js';
import type { PodContext } from './pod-context.js';

/**
 * The annotations that tell how to behave have changed: the processes that run are asked anew. True when something changed
 * that status shows.
 */
export function behaviourChanged(
  containers: readonly ContainerRun[],
  running: RunningPod,
  { pod, podIp, surroundings }: Pick<PodContext, 'pod' | 'podIp' | 'surroundings'>,
): boolean {
  const nowMs = surroundings.clock.now();
  let changed = false;
  for (const run of containers) {
    const { phase } = run;
    const lives = running.containers.get(run.spec.name);
    const life = lives?.current;
    if (phase.kind !== 'running' || phase.stopping || !life) continue;
    const process = surroundings.runtime.start({
      pod,
      container: run.spec,
      restartCount: run.restartCount,
      env: life.env,
      podIp,
      hostname: life.hostname,
      startedMs: life.startedMs,
      files: life.files,
      network: life.network,
      clock: surroundings.clock,
      exit: life.exit,
    });
    phase.process = process;
    phase.end = process.end;
    const ready = !process.neverReady;
    if (!run.spec.readinessProbe && phase.started && phase.ready !== ready) {
      phase.ready = ready;
      changed = true;
    }
    // An end that would be in the past comes as long from now as it takes from the start.
    const endsMs = process.end ? phase.startedMs + process.end.afterMs : Infinity;
    phase.endsMs = endsMs < nowMs && process.end ? nowMs + process.end.afterMs : endsMs;
    running.containers.set(run.spec.name, { previous: lives.previous, current: { ...life, process } });
    for (const prober of run.probers) if (prober.kind !== 'startup' || !prober.result) prober.poke(nowMs);
  }
  return changed;
}
