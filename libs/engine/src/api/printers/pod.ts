import type { ContainerStatus, Pod } from '../../types/index.js';
import { parseTime } from '../../time.js';
import { age, humanDuration } from './age.js';
import { columns, printer, type RowCondition } from './printer.js';

/** What the STATUS, READY and RESTARTS columns of a pod say. */
export interface PodSummary {
  readonly reason: string;
  readonly readyContainers: number;
  readonly totalContainers: number;
  readonly restarts: number;
  /** When the last restart ended the run before; undefined when nothing restarted. */
  readonly lastRestartMs: number | undefined;
}

/** Sums a pod up as `kubectl get pods` does (printers.go printPod). */
export function summarizePod(pod: Pod): PodSummary {
  const status = pod.status ?? {};
  const spec = pod.spec ?? { containers: [] };
  let restarts = 0;
  let restartableInitRestarts = 0;
  let totalContainers = spec.containers?.length ?? 0;
  let readyContainers = 0;
  let lastRestart: number | undefined;
  let lastRestartableInit: number | undefined;
  let reason = status.reason || status.phase || '';
  if ((status.conditions ?? []).some((c) => c.type === 'PodScheduled' && c.reason === 'SchedulingGated'))
    reason = 'SchedulingGated';

  const restartable = new Set<string>();
  for (const container of spec.initContainers ?? []) {
    if (container.restartPolicy !== 'Always') continue;
    restartable.add(container.name);
    totalContainers++;
  }

  let initializing = false;
  const initStatuses = status.initContainerStatuses ?? [];
  for (const [index, container] of initStatuses.entries()) {
    restarts += container.restartCount ?? 0;
    lastRestart = later(lastRestart, lastTermination(container));
    const sidecar = restartable.has(container.name);
    if (sidecar) {
      restartableInitRestarts += container.restartCount ?? 0;
      lastRestartableInit = later(lastRestartableInit, lastTermination(container));
    }
    const { terminated, waiting } = container.state ?? {};
    if (terminated && terminated.exitCode === 0) continue;
    if (sidecar && container.started) {
      if (container.ready) readyContainers++;
      continue;
    }
    if (terminated) {
      reason = `Init:${
        terminated.reason ||
        (terminated.signal ? `Signal:${terminated.signal}` : `ExitCode:${terminated.exitCode}`)
      }`;
    } else if (waiting?.reason && waiting.reason !== 'PodInitializing') reason = `Init:${waiting.reason}`;
    else reason = `Init:${index}/${(spec.initContainers ?? []).length}`;
    initializing = true;
    break;
  }

  if (!initializing || initialized(pod)) {
    restarts = restartableInitRestarts;
    lastRestart = lastRestartableInit;
    let hasRunning = false;
    for (const container of (status.containerStatuses ?? []).toReversed()) {
      restarts += container.restartCount ?? 0;
      lastRestart = later(lastRestart, lastTermination(container));
      const { waiting, terminated, running } = container.state ?? {};
      if (waiting?.reason) reason = waiting.reason;
      else if (terminated?.reason) reason = terminated.reason;
      else if (terminated)
        reason = terminated.signal ? `Signal:${terminated.signal}` : `ExitCode:${terminated.exitCode}`;
      else if (container.ready && running) {
        hasRunning = true;
        readyContainers++;
      }
    }
    if (reason === 'Completed' && hasRunning) reason = isReady(pod) ? 'Running' : 'NotReady';
  }

  if (pod.metadata.deletionTimestamp && status.reason === 'NodeLost') reason = 'Unknown';
  else if (pod.metadata.deletionTimestamp && status.phase !== 'Succeeded' && status.phase !== 'Failed')
    reason = 'Terminating';
  return { reason, readyContainers, totalContainers, restarts, lastRestartMs: lastRestart };
}

const lastTermination = (container: ContainerStatus): number | undefined =>
  parseTime(container.lastState?.terminated?.finishedAt);

const later = (a: number | undefined, b: number | undefined): number | undefined =>
  b !== undefined && (a === undefined || b > a) ? b : a;

const initialized = (pod: Pod): boolean =>
  (pod.status?.conditions ?? []).some((c) => c.type === 'Initialized' && c.status === 'True');

const isReady = (pod: Pod): boolean =>
  (pod.status?.conditions ?? []).some((c) => c.type === 'Ready' && c.status === 'True');

const ENDED: Readonly<Record<string, RowCondition>> = {
  Succeeded: {
    type: 'Completed',
    status: 'True',
    reason: 'Succeeded',
    message: 'The pod has completed successfully.',
  },
  Failed: { type: 'Completed', status: 'True', reason: 'Failed', message: 'The pod failed.' },
};

export const podPrinter = printer<Pod>({
  columns: columns(
    'Name',
    'Ready',
    'Status',
    'Restarts',
    'Age',
    'IP+',
    'Node+',
    'Nominated Node+',
    'Readiness Gates+',
  ),
  cells(pod, { nowMs }) {
    const summary = summarizePod(pod);
    const gates = pod.spec?.readinessGates ?? [];
    const passed = gates.filter(({ conditionType }) =>
      (pod.status?.conditions ?? []).some((c) => c.type === conditionType && c.status === 'True'),
    ).length;
    const restarts =
      summary.restarts !== 0 && summary.lastRestartMs !== undefined
        ? `${summary.restarts} (${humanDuration(nowMs - summary.lastRestartMs)} ago)`
        : String(summary.restarts);
    return [
      pod.metadata.name ?? '',
      `${summary.readyContainers}/${summary.totalContainers}`,
      summary.reason,
      restarts,
      age(pod.metadata.creationTimestamp, nowMs),
      pod.status?.podIPs?.[0]?.ip ?? pod.status?.podIP ?? '<none>',
      pod.spec?.nodeName || '<none>',
      pod.status?.nominatedNodeName || '<none>',
      gates.length > 0 ? `${passed}/${gates.length}` : '<none>',
    ];
  },
  conditions(pod) {
    const condition = ENDED[pod.status?.phase ?? ''];
    return condition ? [condition] : [];
  },
});
