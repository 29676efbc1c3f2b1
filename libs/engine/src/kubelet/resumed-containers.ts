import type { ContainerStateTerminated, ContainerStatus, Pod } from '../types/index.js';
import { parseTime } from '../time.js';
import { BackOff } from './back-off.js';
import { ContainerRun, type Terminated } from './container-run.js';

/** A container that was running when the engine stopped. */
export interface ResumedContainer {
  readonly run: ContainerRun;
  readonly startedMs: number;
  readonly started: boolean;
  readonly ready: boolean;
}

/** Brings containers to where the stored status says they were; answers those that are to run on. */
export function resumedContainers(pod: Pod, containers: ContainerRun[]): ResumedContainer[] {
  const statuses = [
    ...(pod.status?.initContainerStatuses ?? []),
    ...(pod.status?.containerStatuses ?? []),
    ...(pod.status?.ephemeralContainerStatuses ?? []),
  ];
  const byName = new Map(statuses.map((status) => [status.name, status]));
  const running: ResumedContainer[] = [];
  containers.forEach((fresh, index) => {
    const status = byName.get(fresh.spec.name);
    if (!status) return;
    const run = restored(fresh, status);
    containers[index] = run;
    const startedMs = parseTime(status.state?.running?.startedAt);
    if (startedMs !== undefined)
      running.push({ run, startedMs, started: status.started ?? true, ready: status.ready });
  });
  return running;
}

function restored(fresh: ContainerRun, status: ContainerStatus): ContainerRun {
  const ended = terminated(status.state?.terminated);
  const last = terminated(status.lastState?.terminated);
  const backOff = BackOff.after(
    status.restartCount,
    parseTime(status.state?.running?.startedAt) ?? ended?.startedMs ?? last?.startedMs ?? 0,
  );
  const waiting = status.state?.waiting;
  const phase =
    ended ??
    (waiting?.reason
      ? ({
          kind: 'waiting',
          reason: waiting.reason,
          ...(waiting.message !== undefined && { message: waiting.message }),
        } as const)
      : fresh.phase);
  const run = new ContainerRun(fresh.spec, fresh.role, phase, backOff);
  // What it was allowed and given last; what is asked for beyond that is looked at again.
  if (status.resources) {
    const { limits, requests } = status.resources;
    run.applied = status.resources;
    run.spec = {
      ...fresh.spec,
      resources: { ...fresh.spec.resources, ...(limits && { limits }), ...(requests && { requests }) },
    };
  }
  run.last = last;
  run.restartCount = status.restartCount;
  run.containerId = status.containerID;
  run.imageId = status.imageID;
  run.imageName = status.imageID ? status.image : undefined;
  return run;
}

function terminated(state: ContainerStateTerminated | undefined): Terminated | undefined {
  if (!state) return undefined;
  return {
    kind: 'terminated',
    exitCode: state.exitCode,
    reason: state.reason ?? 'Error',
    ...(state.message !== undefined && { message: state.message }),
    startedMs: parseTime(state.startedAt) ?? 0,
    finishedMs: parseTime(state.finishedAt) ?? 0,
    containerId: state.containerID ?? '',
  };
}
