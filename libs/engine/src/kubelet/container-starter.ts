import type { ImagePull } from '../runtime/container-runtime.js';
import type { ContainerFiles } from '../runtime/files/container-files.js';
import type { RunningPod } from '../runtime/running-pods.js';
import type { Container, Pod } from '../types/index.js';
import { formatGoDuration } from './back-off.js';
import { ContainerConfigError, containerEnvironment } from './container-config.js';
import { containerIdOf, type ContainerRun } from './container-run.js';
import { hostnameOf } from './network-files.js';
import type { NodeAgent } from './node-agent.js';
import { HOOK_PATIENCE_MS, runHook } from './lifecycle-hook.js';
import { Prober } from './prober.js';
import { subPathOf } from './sub-path.js';
import type { Surroundings } from './surroundings.js';

/** From an image being there to the container running. */
const CREATE_MS = 100;
/** From a failed pull to the status that says that the next one waits. */
const SHOWN_ERROR_MS = 1000;
/** How long a container with a broken configuration waits before it is tried again (kubelet backOffPeriod). */
const CONFIG_RETRY_MS = 10_000;

/** What starting needs to know of the pod. */
export interface StartContext {
  readonly pod: Pod;
  readonly agent: NodeAgent;
  readonly surroundings: Surroundings;
  readonly running: RunningPod;
  readonly podIp: string;
  /** Makes the file system of a container. */
  readonly files: (run: ContainerRun, env: ReadonlyMap<string, string>) => ContainerFiles;
  /** Has the pod looked at again: something happened from outside. */
  readonly resync: () => void;
}

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
  if (run.phase.kind === 'terminated') run.last = run.phase;
  const delay = formatGoDuration(run.restartBackOff.delayMs);
  run.phase = {
    kind: 'waiting',
    reason: 'CrashLoopBackOff',
    message: `back-off ${delay} restarting failed container=${run.spec.name} pod=${id}`,
  };
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

function pull(run: ContainerRun, context: StartContext, nowMs: number): boolean {
  const { agent, pod, surroundings } = context;
  const image = run.spec.image ?? '';
  const local = agent.image(image);
  const policy = run.spec.imagePullPolicy ?? defaultPullPolicy(image);
  if (local && policy !== 'Always') {
    use(run, local);
    report(
      run,
      context,
      'Normal',
      'Pulled',
      `Container image "${image}" already present on machine and can be accessed by the pod`,
    );
    return creating(run, nowMs);
  }
  if (!local && policy === 'Never') {
    return failed(run, context, nowMs, {
      ms: 0,
      reason: 'ErrImageNeverPull',
      message: `Container image "${image}" is not present with pull policy of Never`,
    });
  }
  const begun = agent.pull(image, nowMs, () => surroundings.runtime.pull(image, pod, run.spec.name));
  if ('reason' in begun.result && begun.result.reason === 'InvalidImageName')
    return failed(run, context, nowMs, begun.result);
  report(run, context, 'Normal', 'Pulling', `Pulling image "${image}"`);
  run.step = 'pulling';
  run.pullBeganMs = nowMs;
  run.dueMs = local ? nowMs + Math.min(begun.result.ms, 250) : begun.readyMs;
  return false;
}

function pulled(run: ContainerRun, context: StartContext, nowMs: number): boolean {
  const { agent, pod, surroundings } = context;
  const image = run.spec.image ?? '';
  const result: ImagePull = surroundings.runtime.pull(image, pod, run.spec.name);
  agent.pulled(image);
  if ('reason' in result) return failed(run, context, nowMs, result);
  agent.addImage(image, result);
  use(run, result);
  const took = formatGoDuration(nowMs - run.pullBeganMs);
  report(
    run,
    context,
    'Normal',
    'Pulled',
    `Successfully pulled image "${image}" in ${took} (${took} including waiting). Image size: ${result.sizeBytes} bytes.`,
  );
  return creating(run, nowMs);
}

function failed(
  run: ContainerRun,
  context: StartContext,
  nowMs: number,
  error: { readonly reason: string; readonly message: string; readonly ms: number },
): boolean {
  const image = run.spec.image ?? '';
  keepLast(run);
  run.step = 'idle';
  if (error.reason !== 'ErrImagePull') {
    run.phase = { kind: 'waiting', reason: error.reason, message: error.message };
    if (error.reason === 'InvalidImageName') report(run, context, 'Warning', 'InspectFailed', error.message);
    else report(run, context, 'Warning', error.reason, error.message);
    report(run, context, 'Warning', 'Failed', `Error: ${error.reason}`);
    run.dueMs = nowMs + CONFIG_RETRY_MS;
    return true;
  }
  const showing = run.phase;
  const alreadyShown = showing.kind === 'waiting' && showing.reason === 'ErrImagePull';
  if (!alreadyShown) {
    run.phase = { kind: 'waiting', reason: 'ErrImagePull', message: error.message };
    report(run, context, 'Warning', 'Failed', `Failed to pull image "${image}": ${error.message}`);
    report(run, context, 'Warning', 'Failed', 'Error: ErrImagePull');
    run.pullBackOff.next(nowMs, nowMs);
    run.step = 'pulling';
    run.dueMs = nowMs + SHOWN_ERROR_MS;
    return true;
  }
  // The error was shown; from now until the next try the status says that it waits.
  run.phase = {
    kind: 'waiting',
    reason: 'ImagePullBackOff',
    message: `Back-off pulling image "${image}": ErrImagePull: ${error.message}`,
  };
  report(run, context, 'Normal', 'BackOff', `Back-off pulling image "${image}"`);
  report(run, context, 'Warning', 'Failed', 'Error: ImagePullBackOff');
  run.dueMs = nowMs + run.pullBackOff.delayMs - SHOWN_ERROR_MS;
  return true;
}

function creating(run: ContainerRun, nowMs: number): boolean {
  run.step = 'creating';
  run.dueMs = nowMs + CREATE_MS;
  return false;
}

function create(run: ContainerRun, context: StartContext, nowMs: number): boolean {
  const { pod, podIp, agent, surroundings } = context;
  let env: ReadonlyMap<string, string>;
  try {
    env = containerEnvironment(
      pod,
      run.spec,
      {
        podIp,
        hostIp: agent.place.address,
        allocatable: agent.node?.status?.allocatable,
        hostname: hostnameOf(pod, agent.name, surroundings.domain),
      },
      surroundings.sources,
    );
    for (const mount of run.spec.volumeMounts ?? []) subPathOf(mount, env);
    refuseRoot(run.spec, context);
  } catch (error) {
    if (!(error instanceof ContainerConfigError)) throw error;
    keepLast(run);
    run.phase = { kind: 'waiting', reason: 'CreateContainerConfigError', message: error.message };
    run.step = 'idle';
    run.dueMs = nowMs + CONFIG_RETRY_MS;
    report(run, context, 'Warning', 'Failed', `Error: ${error.message}`);
    return true;
  }
  const missing = missingImageVolume(run.spec, context);
  if (missing !== undefined) {
    keepLast(run);
    run.phase = { kind: 'waiting', reason: 'ErrImagePull', message: missing };
    run.step = 'idle';
    run.dueMs = nowMs + CONFIG_RETRY_MS;
    report(run, context, 'Warning', 'Failed', `Error: ${missing}`);
    return true;
  }
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

/** Lets a container run from `startedMs` on: now, or long ago when the engine was away meanwhile. */
export function launch(
  run: ContainerRun,
  { pod, podIp, surroundings, running, resync, files: filesOf }: Omit<StartContext, 'agent'>,
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

/** Keeps how it ended before a waiting state covers that. */
function keepLast(run: ContainerRun): void {
  if (run.phase.kind === 'terminated') run.last = run.phase;
}

function use(run: ContainerRun, image: { readonly imageId: string; readonly name: string }): void {
  run.imageId = image.imageId;
  run.imageName = image.name;
}

/** `Always` for `latest` and names without a tag, else `IfNotPresent`. */
function defaultPullPolicy(image: string): string {
  if (image.includes('@')) return 'IfNotPresent';
  const tag =
    image.lastIndexOf(':') > image.lastIndexOf('/') ? image.slice(image.lastIndexOf(':') + 1) : 'latest';
  return tag === 'latest' ? 'Always' : 'IfNotPresent';
}

export function report(
  run: ContainerRun,
  { pod, surroundings }: Pick<StartContext, 'pod' | 'surroundings'>,
  type: 'Normal' | 'Warning',
  reason: string,
  message: string,
): void {
  surroundings.events.event(pod, type, reason, message, { fieldPath: run.fieldPath });
}
