import type { ContainerRun, Running } from './container-run.js';
import type { PodContext } from './pod-context.js';
import { report } from './report.js';
import { stopContainer } from './container-stopper.js';
import { firstProbeMs } from './prober.js';

/** Asks every probe that is due and does what its answer asks for. True when something changed that status shows. */
export function probeRound(
  containers: readonly ContainerRun[],
  context: Pick<PodContext, 'pod' | 'surroundings' | 'podIp' | 'resync'>,
): boolean {
  const { clock } = context.surroundings;
  const nowMs = clock.now();
  let changed = false;
  for (const run of containers) {
    for (const prober of run.probers) {
      const { phase } = run;
      if (phase.kind !== 'running' || prober.nextMs > nowMs) continue;
      if (prober.kind !== 'startup' && !phase.started) {
        prober.nextMs = Infinity;
        continue;
      }
      if (phase.stopping && prober.kind !== 'readiness') continue;
      const { failed, output, changedTo } = prober.ask(phase.process, phase.startedMs, nowMs);
      if (failed) {
        const kind = prober.kind.charAt(0).toUpperCase() + prober.kind.slice(1);
        report(run, context, 'Warning', 'Unhealthy', `${kind} probe failed: ${output}`);
      }
      if (changedTo === undefined) continue;
      if (prober.kind === 'readiness') {
        phase.ready = changedTo;
        changed = true;
      } else if (!changedTo) {
        const graceSeconds =
          prober.probe.terminationGracePeriodSeconds ?? context.pod.spec?.terminationGracePeriodSeconds ?? 30;
        const message = `Container ${run.spec.name} failed ${prober.kind} probe, will be restarted`;
        stopContainer(run, { graceMs: graceSeconds * 1000, message }, context);
      } else if (prober.kind === 'startup') {
        startupPassed(run, phase, nowMs);
        changed = true;
        // What waited for this container to be started can go on.
        clock.defer(context.resync);
      }
    }
  }
  return changed;
}

function startupPassed(run: ContainerRun, phase: Running, nowMs: number): void {
  phase.started = true;
  if (!run.spec.readinessProbe) phase.ready = !phase.process.neverReady;
  for (const prober of run.probers)
    if (prober.kind !== 'startup')
      prober.nextMs = Math.max(nowMs, firstProbeMs(prober.probe, phase.startedMs));
}
