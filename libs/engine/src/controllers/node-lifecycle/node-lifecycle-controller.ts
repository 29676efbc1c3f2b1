import { isDeepStrictEqual } from 'node:util';
import { Leases, Nodes, Pods } from '../../clients/resource-type.js';
import type { ReconcileResult } from '../../clients/work-queue.js';
import { formatTime, parseTime } from '../../time.js';
import type { Node, NodeCondition, Pod, Taint } from '../../types/index.js';
import type { Controller, ControllerContext } from '../controller.js';
import { withCondition } from '../shared/conditions.js';
import { startKeyedController } from '../shared/keyed-controller.js';

const NAME = 'node-lifecycle-controller';
/** How long a node may be silent before it counts as lost (--node-monitor-grace-period since v1.32). */
const GRACE_MS = 50_000;
/** The same for a node that has never spoken (--node-startup-grace-period). */
const STARTUP_GRACE_MS = 60_000;

const PRESSURE_TAINTS: Record<string, string> = {
  MemoryPressure: 'node.kubernetes.io/memory-pressure',
  DiskPressure: 'node.kubernetes.io/disk-pressure',
  PIDPressure: 'node.kubernetes.io/pid-pressure',
  NetworkUnavailable: 'node.kubernetes.io/network-unavailable',
};
const NOT_READY = 'node.kubernetes.io/not-ready';
const UNREACHABLE = 'node.kubernetes.io/unreachable';
const UNSCHEDULABLE = 'node.kubernetes.io/unschedulable';
const MANAGED = new Set([...Object.values(PRESSURE_TAINTS), NOT_READY, UNREACHABLE, UNSCHEDULABLE]);

/** Marks silent nodes Unknown, keeps the taints that follow from conditions, and marks their pods not ready (pkg/controller/nodelifecycle). */
export const nodeLifecycleController: Controller = {
  name: NAME,
  eventSource: 'node-controller',
  start(context) {
    context.client.lister(Pods).index('node', (pod) => (pod.spec?.nodeName ? [pod.spec.nodeName] : []));
    return startKeyedController(context, NAME, Nodes, (node) => reconcile(context, node));
  },
};

function reconcile(context: ControllerContext, node: Node): ReconcileResult | undefined {
  const { client, clock } = context;
  const nowMs = clock.now();
  const name = node.metadata.name ?? '';
  const lease = client.lister(Leases).get('kube-node-lease', name);
  const ready = node.status?.conditions?.find(({ type }) => type === 'Ready');
  const heardMs = Math.max(
    parseTime(lease?.spec?.renewTime) ?? 0,
    parseTime(ready?.lastHeartbeatTime) ?? 0,
    parseTime(node.metadata.creationTimestamp) ?? 0,
  );
  const graceMs = ready ? GRACE_MS : STARTUP_GRACE_MS;
  let current = node;
  if (nowMs - heardMs >= graceMs) current = markUnknown(context, node, nowMs);
  const taints = taintsOf(current, nowMs);
  if (!isDeepStrictEqual(taints, current.spec?.taints ?? [])) {
    const { taints: _, ...spec } = current.spec ?? {};
    current = client.update(Nodes, { ...current, spec: { ...spec, ...(taints.length > 0 && { taints }) } });
  }
  // A kubelet that says itself that its node is not ready still speaks for its pods.
  const state = current.status?.conditions?.find(({ type }) => type === 'Ready')?.status;
  if (state === 'Unknown') markPodsNotReady(context, name, nowMs);
  return { requeueAfterMs: Math.max(1000, heardMs + graceMs - nowMs) };
}

function markUnknown({ client, events }: ControllerContext, node: Node, nowMs: number): Node {
  let conditions: NodeCondition[] = node.status?.conditions ?? [];
  for (const type of ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure']) {
    const known = conditions.find((condition) => condition.type === type);
    if (known?.status === 'Unknown') continue;
    const text = known
      ? { reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.' }
      : { reason: 'NodeStatusNeverUpdated', message: 'Kubelet never posted node status.' };
    const heartbeat = known?.lastHeartbeatTime ?? node.metadata.creationTimestamp;
    conditions = withCondition(conditions, {
      type,
      status: 'Unknown',
      ...text,
      ...(heartbeat && { lastHeartbeatTime: heartbeat }),
      lastTransitionTime: formatTime(nowMs),
    });
  }
  if (isDeepStrictEqual(conditions, node.status?.conditions)) return node;
  events.event(node, 'Normal', 'NodeNotReady', `Node ${node.metadata.name} status is now: NodeNotReady`);
  return client.updateStatus(Nodes, { ...node, status: { ...node.status, conditions } });
}

/** The taints a node should carry: the user's own, and those that follow from its state. */
export function taintsOf(node: Node, nowMs: number): Taint[] {
  const condition = (type: string): string | undefined =>
    node.status?.conditions?.find((entry) => entry.type === type)?.status;
  const wanted: Taint[] = [];
  for (const [type, key] of Object.entries(PRESSURE_TAINTS))
    if (condition(type) === 'True') wanted.push({ key, effect: 'NoSchedule' });
  if (node.spec?.unschedulable) wanted.push({ key: UNSCHEDULABLE, effect: 'NoSchedule' });
  const ready = condition('Ready');
  const lost = ready === 'False' ? NOT_READY : ready === 'Unknown' ? UNREACHABLE : undefined;
  if (lost) wanted.push({ key: lost, effect: 'NoSchedule' }, { key: lost, effect: 'NoExecute' });
  const existing = node.spec?.taints ?? [];
  const same = (a: Taint, b: Taint): boolean => a.key === b.key && a.effect === b.effect;
  return [
    ...existing.filter((taint) => !MANAGED.has(taint.key) || wanted.some((entry) => same(entry, taint))),
    ...wanted
      .filter((entry) => !existing.some((taint) => same(entry, taint)))
      .map((entry) => ({ ...entry, timeAdded: formatTime(nowMs) })),
  ];
}

function markPodsNotReady({ client, events }: ControllerContext, node: string, nowMs: number): void {
  for (const pod of client.lister(Pods).by('node', node)) {
    const ready = pod.status?.conditions?.find(({ type }) => type === 'Ready');
    if (ready?.status !== 'True') continue;
    const conditions = (pod.status?.conditions ?? []).map((condition) =>
      condition.type === 'Ready'
        ? { ...condition, status: 'False', lastTransitionTime: formatTime(nowMs) }
        : condition,
    );
    client.updateStatus(Pods, { ...pod, status: { ...pod.status, conditions } } as Pod);
    events.event(pod, 'Warning', 'NodeNotReady', 'Node is not ready');
  }
}
