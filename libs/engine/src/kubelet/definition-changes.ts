import type { Pod } from '../types/index.js';
import { BackOff } from './back-off.js';
import type { ContainerRun } from './container-run.js';
import { stopContainer } from './container-stopper.js';
import type { PodContext } from './pod-context.js';

/**
 * Takes up the images a pod's spec names now: a container that runs is started again from the new one, whatever the restart
 * policy; one that waits for its image forgets the old one (kuberuntime computePodActions).
 */
export function takeUpImages(
  runs: readonly ContainerRun[],
  context: Pick<PodContext, 'pod' | 'surroundings' | 'podIp'>,
): void {
  for (const run of runs) {
    const image = imageOf(context.pod, run);
    if (image === undefined || image === run.spec.image) continue;
    run.spec = { ...run.spec, image };
    if (run.succeeded && run.role === 'init') continue;
    if (run.phase.kind === 'running') {
      if (run.role === 'init') continue;
      run.mustRestart = true;
      const graceMs = (context.pod.spec?.terminationGracePeriodSeconds ?? 30) * 1000;
      const what = run.role === 'main' ? 'Container' : 'Init container';
      const message = `${what} ${run.spec.name} definition changed`;
      stopContainer(
        run,
        { graceMs, message: run.role === 'main' ? `${message}, will be restarted` : message },
        context,
      );
      continue;
    }
    run.pullBackOff = new BackOff();
    run.restartBackOff = new BackOff();
    run.step = 'idle';
    run.dueMs = 0;
  }
}

function imageOf({ spec }: Pod, { role, spec: { name } }: ContainerRun): string | undefined {
  if (role === 'ephemeral') return undefined;
  const list = role === 'main' ? spec?.containers : spec?.initContainers;
  return list?.find((container) => container.name === name)?.image;
}
