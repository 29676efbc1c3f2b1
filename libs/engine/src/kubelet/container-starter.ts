import type { Container } from '../types/index.js';
import { formatGoDuration } from './back-off.js';
import { ContainerConfigError } from './container-config.js';
import { containerIdOf, type ContainerRun } from './container-run.js';
import { pull, pulled } from './image-pull.js';
import { launch } from './launch.js';
import { HOOK_PATIENCE_MS, runHook } from './lifecycle-hook.js';
import type { StartContext } from './pod-context.js';
import { report } from './report.js';
import { subPathOf } from './sub-path.js';

/** How long a container with a broken configuration waits before it is tried again (kubelet backOffPeriod). */
const CONFIG_RETRY_MS = 10_000;

/**
 * Takes a container one step nearer to running, if its time has come: wait out the back-off, pull, create, start. The step
 * after that is due at `run.dueMs`. True when something changed that status shows.
 */
export function stepTowardsRunning(run: ContainerRun, context: StartContext): boolean {
  const nowMs = context.surroundings.clock.now();
  if (run.dueMs > nowMs) return false;
  switch (run.step) {
    case 'idle':
      return begin(run, context, nowMs);
    case 'pulling':
      return pulled(run, context, nowMs);
    case 'creating':
      return create(run, context, nowMs);
  }
}

function begin(run: ContainerRun, context: StartContext, nowMs: number): boolean {
  const { phase } = run;
  if (phase.kind === 'running') return false;
  const failed = phase.kind === 'terminated' ? phase : run.last;
  if (failed && !run.mustRestart && run.containerId === failed.containerId) {
    const waitMs = failed.finishedMs + run.restartBackOff.waitFrom(failed.finishedMs) - nowMs;
    if (waitMs > 0) return crashLoop(run, context, waitMs, nowMs);
  }
  return pull(run, context, nowMs);
}

function crashLoop(run: ContainerRun, context: StartContext, waitMs: number, nowMs: number): boolean {
  const { pod } = context;
  const { namespace = '', name = '', uid = '' } = pod.metadata;
  const id = `${name}_${namespace}(${uid})`;
  const delay = formatGoDuration(run.restartBackOff.delayMs);
  run.wait('CrashLoopBackOff', `back-off ${delay} restarting failed container=${run.spec.name} pod=${id}`);
  run.dueMs = nowMs + waitMs;
  report(
    run,
    context,
    'Warning',
    'BackOff',
    `Back-off restarting failed container ${run.spec.name} in pod ${id}`,
  );
  return true;
}

function create(run: ContainerRun, context: StartContext, nowMs: number): boolean {
  const { pod } = context;
  let env: ReadonlyMap<string, string>;
  try {
    env = context.environment(run);
    for (const mount of run.spec.volumeMounts ?? []) subPathOf(mount, env);
    refuseRoot(run.spec, context);
  } catch (error) {
    if (!(error instanceof ContainerConfigError)) throw error;
    return putOff(run, context, nowMs, { reason: 'CreateContainerConfigError', message: error.message });
  }
  const missing = missingImageVolume(run.spec, context);
  if (missing !== undefined) return putOff(run, context, nowMs, { reason: 'ErrImagePull', message: missing });
  const before = run.phase.kind === 'terminated' ? run.phase : run.last;
  if (before && run.containerId === before.containerId) {
    run.last = before;
    run.restartCount++;
    if (!run.mustRestart) run.restartBackOff.next(before.finishedMs, nowMs);
  }
  run.containerId = containerIdOf(pod.metadata.uid ?? '', run.spec.name, run.restartCount);
  run.step = 'idle';
  run.mustRestart = false;
  run.applied = undefined;
  launch(run, context, env, nowMs);
  report(run, context, 'Normal', 'Created', 'Container created');
  report(run, context, 'Normal', 'Started', 'Container started');
  const hook = run.spec.lifecycle?.postStart;
  if (hook && !hook.sleep && run.phase.kind === 'running') {
    // A hook waits for its server: it is asked when that had time to come up.
    const answer = runHook(hook, run, context, HOOK_PATIENCE_MS);
    if (!answer.ok) {
      report(run, context, 'Warning', 'FailedPostStartHook', `PostStartHook failed: ${answer.output}`);
      run.phase.endsMs = nowMs;
      run.phase.end = { afterMs: 0, exitCode: 137 };
      run.phase.stopping = true;
    }
  }
  return true;
}

/** It can't be created as it is; that may change. */
function putOff(
  run: ContainerRun,
  context: StartContext,
  nowMs: number,
  { reason, message }: { readonly reason: string; readonly message: string },
): true {
  run.wait(reason, message);
  run.step = 'idle';
  run.dueMs = nowMs + CONFIG_RETRY_MS;
  report(run, context, 'Warning', 'Failed', `Error: ${message}`);
  return true;
}

/** Why an image that a container mounts can't be had. */
function missingImageVolume(spec: Container, { pod, surroundings }: StartContext): string | undefined {
  for (const { name } of spec.volumeMounts ?? []) {
    const image = pod.spec?.volumes?.find((volume) => volume.name === name)?.image?.reference;
    const pulled = image === undefined ? undefined : surroundings.runtime.pull(image, pod, '');
    if (pulled && 'reason' in pulled)
      return `Failed to pull image volume reference "${image}" of volume "${name}": ${pulled.message}`;
  }
  return undefined;
}

/** A container that says it does not run as root is not started as root (kuberuntime verifyRunAsNonRoot). */
function refuseRoot(spec: Container, { pod, surroundings }: StartContext): void {
  const ofPod = pod.spec?.securityContext;
  const own = spec.securityContext;
  if (!(own?.runAsNonRoot ?? ofPod?.runAsNonRoot)) return;
  const user = own?.runAsUser ?? ofPod?.runAsUser;
  const id = `pod: "${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})", container: ${spec.name}`;
  if (user === 0) throw new ContainerConfigError(`container's runAsUser breaks non-root policy (${id})`);
  if (user === undefined && surroundings.runtime.image(spec.image ?? '').isRoot)
    throw new ContainerConfigError(`container has runAsNonRoot and image will run as root (${id})`);
}
