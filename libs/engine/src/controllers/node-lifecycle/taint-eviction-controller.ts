import { Nodes, Pods } from '../../clients/resource-type.js';
import type { ReconcileResult } from '../../clients/work-queue.js';
import { formatTime, parseTime } from '../../time.js';
import type { Pod, Taint } from '../../types/index.js';
import type { Controller, ControllerContext } from '../controller.js';
import { withCondition } from '../shared/conditions.js';
import { keyOf, startKeyedController } from '../shared/keyed-controller.js';
import { tolerates } from '../../selectors/taints.js';

const NAME = 'taint-eviction-controller';

/** Removes pods from nodes whose NoExecute taints they do not, or no longer, tolerate (pkg/controller/tainteviction). */
export const taintEvictionController: Controller = {
  name: NAME,
  start(context) {
    const pods = context.client.lister(Pods);
    pods.index('node', (pod) => (pod.spec?.nodeName ? [pod.spec.nodeName] : []));
    return startKeyedController(
      context,
      NAME,
      Pods,
      (pod) => reconcile(context, pod),
      (queue) => [
        context.client.lister(Nodes).watch((_, node, previous) => {
          if (node.spec?.taints === previous?.spec?.taints) return;
          for (const pod of pods.by('node', node.metadata.name ?? '')) queue.add(keyOf(pod));
        }),
      ],
    );
  },
};

function reconcile(context: ControllerContext, pod: Pod): ReconcileResult | undefined {
  const { client, clock, events } = context;
  if (!pod.spec?.nodeName || pod.metadata.deletionTimestamp) return undefined;
  const taints = (client.lister(Nodes).get(undefined, pod.spec.nodeName)?.spec?.taints ?? []).filter(
    ({ effect }) => effect === 'NoExecute',
  );
  if (taints.length === 0) return undefined;
  const dueMs = evictionMs(pod, taints, clock.now());
  if (dueMs === undefined) return undefined;
  const leftMs = dueMs - clock.now();
  if (leftMs > 0) return { requeueAfterMs: leftMs };
  const condition = {
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'DeletionByTaintManager',
    message: 'Taint manager: deleting due to NoExecute taint',
    lastTransitionTime: formatTime(clock.now()),
    ...(pod.metadata.generation !== undefined && { observedGeneration: pod.metadata.generation }),
  };
  client.updateStatus(Pods, {
    ...pod,
    status: { ...pod.status, conditions: withCondition(pod.status?.conditions, condition) },
  });
  events.event(
    pod,
    'Normal',
    'TaintManagerEviction',
    `Marking for deletion Pod ${pod.metadata.namespace}/${pod.metadata.name}`,
  );
  client.delete(Pods, pod.metadata.namespace, pod.metadata.name ?? '');
  return undefined;
}

/** When a pod has to go: at once where a taint is not tolerated, after the shortest tolerationSeconds, or never. */
export function evictionMs(pod: Pod, taints: readonly Taint[], nowMs: number): number | undefined {
  let dueMs: number | undefined;
  for (const taint of taints) {
    const matching = (pod.spec?.tolerations ?? []).filter((toleration) => tolerates(toleration, taint));
    if (matching.length === 0) return nowMs;
    const seconds = matching
      .map(({ tolerationSeconds }) => tolerationSeconds)
      .filter((value) => value !== undefined);
    if (seconds.length === 0) continue;
    const sinceMs = parseTime(taint.timeAdded) ?? nowMs;
    const atMs = sinceMs + Math.max(0, Math.min(...seconds)) * 1000;
    if (dueMs === undefined || atMs < dueMs) dueMs = atMs;
  }
  return dueMs;
}
