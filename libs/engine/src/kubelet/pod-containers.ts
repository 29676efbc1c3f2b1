import { restartsAfter } from '../registry/restarts-after.js';
import type { Pod } from '../types/index.js';
import { ContainerRun, type ContainerRole } from './container-run.js';

/** The containers of a pod as they are before anything has run. */
export function containersOf(pod: Pod): ContainerRun[] {
  const inits = pod.spec?.initContainers ?? [];
  const reason = inits.length > 0 ? 'PodInitializing' : 'ContainerCreating';
  const waiting = { kind: 'waiting', reason } as const;
  const role = (restartPolicy: string | undefined): ContainerRole =>
    restartPolicy === 'Always' ? 'sidecar' : 'init';
  return [
    ...inits.map((spec) => new ContainerRun(spec, role(spec.restartPolicy), waiting)),
    ...(pod.spec?.containers ?? []).map((spec) => new ContainerRun(spec, 'main', waiting)),
    ...(pod.status?.ephemeralContainerStatuses ?? []).flatMap(({ name }) => {
      const spec = pod.spec?.ephemeralContainers?.find((container) => container.name === name);
      return spec ? [new ContainerRun(spec, 'ephemeral', waiting)] : [];
    }),
  ];
}

/** Takes in the containers that were added to a running pod; true when there are new ones. */
export function addEphemeral({ spec }: Pod, containers: ContainerRun[]): boolean {
  const known = containers.length;
  for (const added of spec?.ephemeralContainers ?? [])
    if (!containers.some((run) => run.role === 'ephemeral' && run.spec.name === added.name))
      containers.push(new ContainerRun(added, 'ephemeral', { kind: 'waiting', reason: 'ContainerCreating' }));
  return containers.length > known;
}

/** True when a container that does not run is to be started (again). */
export function shouldStart(run: ContainerRun, policy: string): boolean {
  const ended =
    run.phase.kind === 'terminated' ? run.phase : run.phase.kind === 'waiting' ? run.last : undefined;
  if (!ended || run.containerId !== ended.containerId) return run.phase.kind !== 'running';
  return run.mustRestart || restartsAfter(run.spec, ended.exitCode, policy);
}
