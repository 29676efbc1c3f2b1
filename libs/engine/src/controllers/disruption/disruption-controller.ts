import { isDeepStrictEqual } from 'node:util';
import {
  PodDisruptionBudgets,
  Pods,
  ReplicaSets,
  ReplicationControllers,
  StatefulSets,
  Deployments,
} from '../../clients/resource-type.js';
import type { ReconcileResult } from '../../clients/work-queue.js';
import { indexByLabels, indexBySelector } from '../../clients/selector-index.js';
import { formatTime, parseTime } from '../../time.js';
import type { PodDisruptionBudget, PodDisruptionBudgetStatus, Pod } from '../../types/index.js';
import type { Controller, ControllerContext } from '../controller.js';
import { withCondition } from '../shared/conditions.js';
import { scaledValue } from '../shared/int-or-percent.js';
import { keyOf, startKeyedController } from '../shared/keyed-controller.js';
import { controllerOf } from '../shared/ownership.js';
import { isFinished, isReady } from '../shared/pod-state.js';

const NAME = 'disruption-controller';
/** How long an eviction that did not lead to a deletion keeps counting (DeletionTimeout). */
const DISRUPTION_TIMEOUT_MS = 120_000;

/** Keeps the numbers of PodDisruptionBudgets that evictions are judged by (pkg/controller/disruption). */
export const disruptionController: Controller = {
  name: NAME,
  eventSource: 'controllermanager',
  start(context) {
    const selecting = indexBySelector(
      context.client.lister(PodDisruptionBudgets),
      ({ spec }) => spec?.selector,
    );
    const pods = context.client.lister(Pods);
    const selected = indexByLabels(pods);
    return startKeyedController(
      context,
      NAME,
      PodDisruptionBudgets,
      (budget) => reconcile(context, budget, selected),
      (queue) => [
        pods.watch((_, { metadata }, previous) => {
          const enqueue = (labels: Record<string, string> | undefined): void => {
            for (const budget of selecting(metadata.namespace, labels)) queue.add(keyOf(budget));
          };
          enqueue(metadata.labels);
          if (previous && previous.metadata.labels !== metadata.labels) enqueue(previous.metadata.labels);
        }),
      ],
    );
  },
};

function reconcile(
  context: ControllerContext,
  budget: PodDisruptionBudget,
  selected: ReturnType<typeof indexByLabels<Pod>>,
): ReconcileResult | undefined {
  const { client, clock } = context;
  const nowMs = clock.now();
  const pods = selected(budget.metadata.namespace, budget.spec?.selector).filter((pod) => !isFinished(pod));
  if (pods.length === 0) context.events.event(budget, 'Normal', 'NoPods', 'No matching pods found');
  const unscalable = needsScale(budget)
    ? pods.map(unscalableOwner).find((one) => one !== undefined)
    : undefined;
  if (unscalable !== undefined) return failSafe(context, budget, unscalable);
  const { expectedPods, desiredHealthy } = expectation(context, budget, pods);
  const disruptedPods: Record<string, string> = {};
  let waitMs: number | undefined;
  for (const [name, time] of Object.entries(budget.status?.disruptedPods ?? {})) {
    const leftMs = (parseTime(time) ?? 0) + DISRUPTION_TIMEOUT_MS - nowMs;
    const pod = pods.find(({ metadata }) => metadata.name === name);
    if (!pod || pod.metadata.deletionTimestamp || leftMs <= 0) continue;
    disruptedPods[name] = time;
    waitMs = Math.min(waitMs ?? Infinity, leftMs);
  }
  const currentHealthy = pods.filter(
    (pod) =>
      isReady(pod) &&
      !pod.metadata.deletionTimestamp &&
      !Object.hasOwn(disruptedPods, pod.metadata.name ?? ''),
  ).length;
  const disruptionsAllowed = expectedPods === 0 ? 0 : Math.max(0, currentHealthy - desiredHealthy);
  const observedGeneration = budget.metadata.generation ?? 0;
  const conditions = withCondition(budget.status?.conditions, {
    type: 'DisruptionAllowed',
    status: disruptionsAllowed > 0 ? 'True' : 'False',
    reason: disruptionsAllowed > 0 ? 'SufficientPods' : 'InsufficientPods',
    message: '',
    lastTransitionTime: formatTime(nowMs),
    observedGeneration,
  }).map((one) => (one.type === 'DisruptionAllowed' ? { ...one, observedGeneration } : one));
  const status: PodDisruptionBudgetStatus = {
    disruptionsAllowed,
    currentHealthy,
    desiredHealthy,
    expectedPods,
    observedGeneration: budget.metadata.generation ?? 0,
    ...(Object.keys(disruptedPods).length > 0 && { disruptedPods }),
    conditions,
  };
  if (!isDeepStrictEqual(status, budget.status))
    client.updateStatus(PodDisruptionBudgets, { ...budget, status });
  return waitMs === undefined ? undefined : { requeueAfterMs: waitMs };
}

/** Whether how many pods there should be is asked of those who made them. */
const needsScale = ({ spec }: PodDisruptionBudget): boolean =>
  spec?.maxUnavailable !== undefined || typeof spec?.minAvailable === 'string';

/** The resource of a pod's controller that has no size to ask for. */
function unscalableOwner(pod: Pod): string | undefined {
  const kind = controllerOf(pod)?.kind;
  return kind === 'Job' ? 'jobs.batch' : kind === 'DaemonSet' ? 'daemonsets.apps' : undefined;
}

/** Allows nothing as long as nobody knows how many pods there should be. */
function failSafe(
  { client, clock, events }: ControllerContext,
  budget: PodDisruptionBudget,
  resource: string,
): undefined {
  const message = `${resource} does not implement the scale subresource`;
  const told = `Failed to calculate the number of expected pods: ${message}`;
  events.event(budget, 'Warning', 'CalculateExpectedPodCountFailed', told);
  const conditions = withCondition(budget.status?.conditions, {
    type: 'DisruptionAllowed',
    status: 'False',
    reason: 'SyncFailed',
    message,
    lastTransitionTime: formatTime(clock.now()),
    ...(budget.status?.observedGeneration !== undefined && {
      observedGeneration: budget.status.observedGeneration,
    }),
  });
  const { currentHealthy = 0, desiredHealthy = 0, expectedPods = 0 } = budget.status ?? {};
  const status = {
    ...budget.status,
    currentHealthy,
    desiredHealthy,
    expectedPods,
    disruptionsAllowed: 0,
    conditions,
  };
  if (!isDeepStrictEqual(status, budget.status))
    client.updateStatus(PodDisruptionBudgets, { ...budget, status });
  return undefined;
}

/** How many pods there should be, and how many of them must stay healthy. */
function expectation(
  context: ControllerContext,
  budget: PodDisruptionBudget,
  pods: readonly Pod[],
): { expectedPods: number; desiredHealthy: number } {
  const { minAvailable, maxUnavailable } = budget.spec ?? {};
  if (maxUnavailable !== undefined) {
    const expectedPods = expectedScale(context, pods);
    return {
      expectedPods,
      desiredHealthy: Math.max(0, expectedPods - scaledValue(maxUnavailable, expectedPods, 'up', 0)),
    };
  }
  if (typeof minAvailable === 'string') {
    const expectedPods = expectedScale(context, pods);
    return { expectedPods, desiredHealthy: scaledValue(minAvailable, expectedPods, 'up', 1) };
  }
  return { expectedPods: pods.length, desiredHealthy: minAvailable ?? 1 };
}

/** The sum of the sizes of all controllers that own the pods. */
function expectedScale({ client }: ControllerContext, pods: readonly Pod[]): number {
  const sizes = new Map<string, number>();
  for (const pod of pods) {
    const owner = controllerOf(pod);
    if (!owner || sizes.has(owner.uid)) continue;
    const { namespace } = pod.metadata;
    const replicaSet =
      owner.kind === 'ReplicaSet' ? client.lister(ReplicaSets).get(namespace, owner.name) : undefined;
    const parent = replicaSet && controllerOf(replicaSet);
    if (parent?.kind === 'Deployment')
      sizes.set(parent.uid, client.lister(Deployments).get(namespace, parent.name)?.spec?.replicas ?? 0);
    else if (replicaSet) sizes.set(owner.uid, replicaSet.spec?.replicas ?? 0);
    else if (owner.kind === 'StatefulSet')
      sizes.set(owner.uid, client.lister(StatefulSets).get(namespace, owner.name)?.spec?.replicas ?? 0);
    else if (owner.kind === 'ReplicationController')
      sizes.set(
        owner.uid,
        client.lister(ReplicationControllers).get(namespace, owner.name)?.spec?.replicas ?? 0,
      );
  }
  return [...sizes.values()].reduce((total, size) => total + size, 0);
}
