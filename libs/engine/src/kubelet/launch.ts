import type { ContainerFiles } from '../runtime/files/container-files.js';
import type { Container } from '../types/index.js';
import type { ContainerRun } from './container-run.js';
import { hostnameOf } from './network-files.js';
import type { StartContext } from './pod-context.js';
import { Prober } from './prober.js';

/** Lets a container run from `startedMs` on: now, or long ago when the engine was away meanwhile. */
export function launch(
  run: ContainerRun,
  { pod, podIp, surroundings, running, resync, files: filesOf }: Omit<StartContext, 'agent' | 'environment'>,
  env: ReadonlyMap<string, string>,
  startedMs: number,
  was?: { readonly started: boolean; readonly ready: boolean },
): void {
  let made: ContainerFiles | undefined;
  const files = (): ContainerFiles => (made ??= filesOf(run, env));
  const network = surroundings.reach.networkOf(pod, podIp);
  const hostname = hostnameOf(pod, pod.spec?.nodeName ?? '', surroundings.domain);
  const exit = (exitCode: number): void => {
    const { phase: present } = run;
    if (present.kind !== 'running' || present.startedMs !== startedMs) return;
    present.endsMs = surroundings.clock.now();
    present.end = { afterMs: present.endsMs - startedMs, exitCode };
    surroundings.clock.defer(resync);
  };
  const process = surroundings.runtime.start({
    pod,
    container: run.spec,
    restartCount: run.restartCount,
    env,
    podIp,
    hostname,
    startedMs,
    files,
    network,
    clock: surroundings.clock,
    exit,
  });
  const { spec, role } = run;
  run.applied ??= spec.resources ?? {};
  const hasProbes = role === 'main' || role === 'sidecar';
  run.phase = {
    kind: 'running',
    startedMs,
    process,
    end: process.end,
    endsMs: process.end ? startedMs + process.end.afterMs : Infinity,
    stopping: false,
    started: was?.started ?? !(hasProbes && spec.startupProbe),
    ready: was?.ready ?? !(process.neverReady || (hasProbes && (spec.readinessProbe ?? spec.startupProbe))),
  };
  run.probers = hasProbes ? probersOf(spec, podIp, startedMs) : [];
  if (was) {
    for (const prober of run.probers) {
      if (prober.kind === 'startup' && was.started) Object.assign(prober, { result: true, nextMs: Infinity });
      if (prober.kind === 'readiness') prober.result = was.ready;
      if (prober.nextMs < surroundings.clock.now()) prober.nextMs = surroundings.clock.now();
      if (prober.kind === 'startup' && was.started) prober.nextMs = Infinity;
    }
  }
  const poke = (): void => {
    const nowMs = surroundings.clock.now();
    for (const prober of run.probers) if (prober.kind !== 'startup' || !prober.result) prober.poke(nowMs);
    surroundings.clock.defer(resync);
  };
  const lives = running.containers.get(spec.name);
  running.containers.set(spec.name, {
    previous: lives?.current,
    current: {
      process,
      startedMs,
      endedMs: undefined,
      env,
      image: spec.image ?? '',
      files,
      knownFiles: () => made,
      network,
      hostname,
      poke,
      exit,
    },
  });
}

function probersOf(spec: Container, podIp: string, startedMs: number): Prober[] {
  const probers: Prober[] = [];
  if (spec.startupProbe) probers.push(new Prober('startup', spec.startupProbe, spec, podIp, startedMs));
  if (spec.readinessProbe) probers.push(new Prober('readiness', spec.readinessProbe, spec, podIp, startedMs));
  if (spec.livenessProbe) probers.push(new Prober('liveness', spec.livenessProbe, spec, podIp, startedMs));
  return probers;
}
