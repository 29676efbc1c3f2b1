import type { ContainerStatus, Pod, PodCondition, PodStatus } from '../types/index.js';
import { formatTime } from '../time.js';
import { containerState, type ContainerRun } from './container-run.js';
import { qosClass } from './container-config.js';
import { shouldStart } from './pod-containers.js';
import type { ResizeConditions } from './pod-resize.js';

/** What a pod worker knows, from which the status follows. */
export interface PodObservation {
  readonly pod: Pod;
  readonly nowMs: number;
  readonly startMs: number;
  readonly hostIp: string;
  /** Empty until the sandbox is there. */
  readonly podIp: string;
  readonly containers: readonly ContainerRun[];
  /** Set when the pod was ended by the kubelet, with the reason and message it shows. */
  readonly ended: { readonly reason?: string; readonly message?: string } | undefined;
  /** True when no container will run again. */
  readonly finished: boolean;
  readonly resize: ResizeConditions;
}

const CONDITION_TYPES = new Set([
  'PodResizePending',
  'PodResizeInProgress',
  'PodReadyToStartContainers',
  'Initialized',
  'Ready',
  'ContainersReady',
  'PodScheduled',
]);

/** The whole status of a pod (kubelet_pods.go generateAPIPodStatus); conditions of others are kept. */
export function podStatus(observation: PodObservation): PodStatus {
  const { pod, podIp, hostIp, containers, ended } = observation;
  const phase = podPhase(observation);
  const inits = containers.filter(({ role }) => role === 'init' || role === 'sidecar');
  const ephemerals = containers.filter(({ role }) => role === 'ephemeral');
  const mains = containers.filter(({ role }) => role === 'main');
  const { nominatedNodeName: _, ...kept } = pod.status ?? {};
  return {
    ...kept,
    ...(pod.metadata.generation !== undefined && { observedGeneration: pod.metadata.generation }),
    phase,
    conditions: podConditions(observation, phase),
    ...(ended?.reason !== undefined && { reason: ended.reason }),
    ...(ended?.message !== undefined && { message: ended.message }),
    hostIP: hostIp,
    hostIPs: [{ ip: hostIp }],
    ...(podIp && { podIP: podIp, podIPs: [{ ip: podIp }] }),
    startTime: pod.status?.startTime ?? formatTime(observation.startMs),
    ...(inits.length > 0 && { initContainerStatuses: inits.map(containerStatus) }),
    ...(mains.length > 0 && { containerStatuses: mains.map(containerStatus) }),
    ...(ephemerals.length > 0 && { ephemeralContainerStatuses: ephemerals.map(containerStatus) }),
    qosClass: pod.status?.qosClass ?? qosClass(pod),
  };
}

function containerStatus(run: ContainerRun): ContainerStatus {
  const { spec, role } = run;
  // One that was stopped to run again has not ended: whoever ends under this policy could not come back.
  const isComingBack = run.mustRestart && run.phase.kind === 'terminated';
  const phase = isComingBack ? ({ kind: 'waiting', reason: 'ContainerCreating' } as const) : run.phase;
  const last = isComingBack ? run.phase : run.last;
  const isRunning = phase.kind === 'running';
  return {
    ...(run.containerId !== undefined && { containerID: run.containerId }),
    image: run.imageName ?? spec.image ?? '',
    imageID: run.imageId,
    lastState: last ? containerState(last) : {},
    name: spec.name,
    ready: role === 'init' ? run.succeeded : role !== 'ephemeral' && isRunning && phase.ready,
    restartCount: run.restartCount,
    ...(role !== 'ephemeral' && { started: isRunning && phase.started }),
    state: containerState(phase),
    resources: run.applied ?? spec.resources ?? NO_RESOURCES,
    ...(spec.resources?.requests && { allocatedResources: spec.resources.requests }),
  };
}

const NO_RESOURCES = {};

/** Pending, Running, Succeeded or Failed (kubelet_pods.go getPhase). */
function podPhase({ pod, containers, ended, finished }: PodObservation): string {
  if (ended?.reason !== undefined) return 'Failed';
  const policy = pod.spec?.restartPolicy ?? 'Always';
  let failedInit = false;
  let pendingInit = false;
  let running = 0;
  let waiting = 0;
  let stopped = 0;
  let succeeded = 0;
  for (const { phase, role, last } of containers) {
    if (role === 'init') {
      if (phase.kind === 'terminated' && phase.exitCode !== 0) failedInit = true;
      else if (phase.kind !== 'terminated') {
        if (phase.kind === 'waiting' && last && last.exitCode !== 0) failedInit = true;
        pendingInit = true;
      }
    } else if (role === 'sidecar') {
      if (!(phase.kind === 'running' && phase.started) && phase.kind !== 'terminated' && !last)
        pendingInit = true;
    } else if (role === 'ephemeral') continue;
    else if (phase.kind === 'running') running++;
    else if (phase.kind === 'waiting' && !last) waiting++;
    else {
      stopped++;
      if ((phase.kind === 'terminated' ? phase : last)?.exitCode === 0) succeeded++;
    }
  }
  if (finished) {
    if (failedInit || (stopped > 0 && succeeded < stopped)) return 'Failed';
    return stopped > 0 && waiting === 0 ? 'Succeeded' : 'Failed';
  }
  const restarts = containers.some((run) => run.phase.kind !== 'running' && shouldStart(run, policy));
  if (failedInit && policy === 'Never' && !restarts) return 'Failed';
  if (pendingInit || failedInit) return 'Pending';
  if (waiting > 0) return 'Pending';
  if (running > 0 || policy === 'Always' || restarts) return 'Running';
  const sidecarsRun = containers.some(({ role, phase }) => role === 'sidecar' && phase.kind === 'running');
  if (sidecarsRun) return 'Running';
  if (stopped === succeeded) return 'Succeeded';
  return policy === 'Never' ? 'Failed' : 'Running';
}

function podConditions(observation: PodObservation, phase: string): PodCondition[] {
  const { pod, containers, podIp, nowMs, finished } = observation;
  const before = pod.status?.conditions ?? [];
  const condition = (type: string, isTrue: boolean, reason?: string, message?: string): PodCondition => {
    const status = isTrue ? 'True' : 'False';
    const old = before.find((other) => other.type === type);
    return {
      type,
      ...(pod.metadata.generation !== undefined && { observedGeneration: pod.metadata.generation }),
      status,
      lastProbeTime: NEVER,
      lastTransitionTime: old?.status === status ? (old.lastTransitionTime ?? '') : formatTime(nowMs),
      ...(reason !== undefined && { reason }),
      ...(message !== undefined && { message }),
    };
  };
  const completed = phase === 'Succeeded' ? 'PodCompleted' : phase === 'Failed' ? 'PodFailed' : undefined;
  const uninitialized = containers.filter(
    ({ role, phase: at, succeeded, last }) =>
      (role === 'init' && !succeeded) ||
      (role === 'sidecar' && !(at.kind === 'running' && at.started) && !last && at.kind !== 'terminated'),
  );
  const initialized =
    uninitialized.length === 0 || phase === 'Succeeded'
      ? condition('Initialized', true, phase === 'Succeeded' ? 'PodCompleted' : undefined)
      : condition(
          'Initialized',
          false,
          'ContainersNotInitialized',
          `containers with incomplete status: [${uninitialized.map(({ spec }) => spec.name).join(' ')}]`,
        );
  const unready = containers.filter(
    ({ role, phase: at }) => (role === 'main' || role === 'sidecar') && !(at.kind === 'running' && at.ready),
  );
  const names = (runs: readonly ContainerRun[]): string => runs.map(({ spec }) => spec.name).join(' ');
  const unreadyMains = unready.filter(({ role }) => role === 'main');
  const notReady = `containers with unready status: [${names(unreadyMains.length > 0 ? unreadyMains : unready)}]`;
  const containersReady = completed
    ? condition('ContainersReady', false, completed)
    : unready.length === 0
      ? condition('ContainersReady', true)
      : condition('ContainersReady', false, 'ContainersNotReady', notReady);
  const closedGates = (pod.spec?.readinessGates ?? []).filter(
    ({ conditionType }) => before.find(({ type }) => type === conditionType)?.status !== 'True',
  );
  let ready: PodCondition;
  if (containersReady.status !== 'True')
    ready = condition('Ready', false, containersReady.reason, containersReady.message);
  else if (closedGates.length > 0) {
    const texts = closedGates.map(({ conditionType }) =>
      before.some(({ type }) => type === conditionType)
        ? `the status of pod readiness gate "${conditionType}" is not "True", but False`
        : `corresponding condition of pod readiness gate "${conditionType}" does not exist.`,
    );
    ready = condition('Ready', false, 'ReadinessGatesNotReady', texts.join('\n'));
  } else ready = condition('Ready', true);
  const isDown = finished || completed !== undefined;
  const { pending, inProgress } = observation.resize;
  const resizing = (type: string, resize: ResizeConditions['pending']): PodCondition[] => {
    if (!resize || isDown) return [];
    const { reason, message, generation } = resize;
    return [{ ...condition(type, true, reason, message), observedGeneration: generation }];
  };
  return [
    ...resizing('PodResizePending', pending),
    ...resizing('PodResizeInProgress', inProgress),
    ...before.filter(({ type }) => !CONDITION_TYPES.has(type)),
    condition('PodReadyToStartContainers', podIp !== '' && !isDown),
    initialized,
    ready,
    containersReady,
    condition('PodScheduled', true),
  ];
}

/** Kubernetes writes null where no probe time is kept; the type generated from its schema doesn't know. */
const NEVER = null as unknown as string;
