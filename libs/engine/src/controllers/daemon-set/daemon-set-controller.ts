import { isDeepStrictEqual } from 'node:util';
import { isApiError } from '../../api/api-error.js';
import { DaemonSets, Nodes, Pods } from '../../clients/resource-type.js';
import type { ReconcileResult } from '../../clients/work-queue.js';
import type { ControllerRevision, DaemonSet, DaemonSetStatus, Node, Pod } from '../../types/index.js';
import type { Controller, ControllerContext } from '../controller.js';
import { scaledValue } from '../shared/int-or-percent.js';
import { keyOf, startKeyedController } from '../shared/keyed-controller.js';
import { claim, controllerOf, indexByController } from '../shared/ownership.js';
import { isAvailable, isFinished, isReady, nextAvailableInMs, podFromTemplate } from '../shared/pod-state.js';
import { hashOf, REVISION_HASH, syncRevisions, truncateRevisions } from '../shared/revision-history.js';
import { told } from '../shared/told-refusal.js';
import { templateGeneration } from '../../registry/kinds/daemon-set.js';
import { daemonTolerations, fitsNode, targetNode } from './eligibility.js';

const NAME = 'daemonset-controller';
/** Most pods created or deleted in one reconcile (BurstReplicas). */
const BURST_REPLICAS = 250;
/** Wait before a failed daemon pod is replaced, doubled each time (--failed-pod back-off 1 s to 15 min). */
const FIRST_REPLACE_BACKOFF_MS = 1000;
const LONGEST_REPLACE_BACKOFF_MS = 900_000;

/** Runs one pod of each DaemonSet on every node that fits (pkg/controller/daemon). */
export const daemonSetController: Controller = {
  name: NAME,
  start(context) {
    const { client } = context;
    const pods = client.lister(Pods);
    const sets = client.lister(DaemonSets);
    indexByController(pods);
    const backoff: Backoff = new Map();
    return startKeyedController(
      context,
      NAME,
      DaemonSets,
      (set) => reconcile(context, set, backoff),
      (queue) => [
        sets.watch((type, { metadata }) => {
          if (type === 'DELETED') backoff.delete(metadata.uid ?? '');
        }),
        pods.watch((_, pod, previous) => {
          const owner = controllerOf(pod) ?? (previous && controllerOf(previous));
          if (owner?.kind === 'DaemonSet') queue.add(`${pod.metadata.namespace}/${owner.name}`);
        }),
        client.lister(Nodes).watch((type, node, previous) => {
          const isRelevant =
            type !== 'MODIFIED' ||
            !previous ||
            !isDeepStrictEqual([previous.metadata.labels, previous.spec], [node.metadata.labels, node.spec]);
          if (isRelevant) for (const set of sets.list()) queue.add(keyOf(set));
        }),
      ],
    );
  },
};

/** Waits of failed pods by set and node, until nothing has failed there for twice the longest. */
type Backoff = Map<string, Map<string, { count: number; untilMs: number }>>;

function reconcile(
  context: ControllerContext,
  set: DaemonSet,
  backoff: Backoff,
): ReconcileResult | undefined {
  const { client, clock } = context;
  const nowMs = clock.now();
  const pods = claim(client, Pods, set, set.spec?.selector);
  const history = syncRevisions(client, set, set.spec?.template, {
    labels: set.spec?.selector.matchLabels ?? {},
    hashLabel: REVISION_HASH,
  });
  const byNode = groupByNode(pods);
  const nodes = client.lister(Nodes).list();
  let waitMs: number | undefined;
  if (!set.metadata.deletionTimestamp) {
    waitMs = place(context, set, nodes, byNode, history.update, backoff, nowMs);
    if (set.spec?.updateStrategy?.type !== 'OnDelete')
      rollingUpdate(context, set, nodes, history.update, nowMs);
  }
  const after = groupByNode(client.lister(Pods).by('controllerUid', set.metadata.uid ?? ''));
  const status = statusOf(set, nodes, after, history.update, nowMs);
  if (!isDeepStrictEqual(status, set.status)) client.updateStatus(DaemonSets, { ...set, status });
  truncateRevisions(
    client,
    history,
    new Set(pods.map((pod) => pod.metadata.labels?.[REVISION_HASH] ?? '')),
    set.spec?.revisionHistoryLimit ?? 10,
  );
  const availableInMs = nextAvailableInMs([...after.values()].flat(), set.spec?.minReadySeconds ?? 0, nowMs);
  const waits = [waitMs, availableInMs].filter((wait) => wait !== undefined);
  return waits.length > 0 ? { requeueAfterMs: Math.min(...waits) } : undefined;
}

function groupByNode(pods: readonly Pod[]): Map<string, Pod[]> {
  const groups = new Map<string, Pod[]>();
  for (const pod of pods) {
    const node = targetNode(pod);
    if (node === undefined) continue;
    const group = groups.get(node);
    if (group) group.push(pod);
    else groups.set(node, [pod]);
  }
  return groups;
}

/** Creates missing pods, deletes surplus and failed ones; answers when to look again. */
function place(
  context: ControllerContext,
  set: DaemonSet,
  nodes: readonly Node[],
  byNode: ReadonlyMap<string, Pod[]>,
  revision: ControllerRevision,
  backoff: Backoff,
  nowMs: number,
): number | undefined {
  const waits = backoff.get(set.metadata.uid ?? '') ?? new Map<string, { count: number; untilMs: number }>();
  for (const [node, { untilMs }] of waits)
    if (nowMs >= untilMs + 2 * LONGEST_REPLACE_BACKOFF_MS) waits.delete(node);
  let budget = BURST_REPLICAS;
  let waitMs: number | undefined;
  const surge = scaledValue(set.spec?.updateStrategy?.rollingUpdate?.maxSurge, nodes.length, 'up', 0);
  for (const node of nodes) {
    const name = node.metadata.name ?? '';
    const here = (byNode.get(name) ?? []).filter((pod) => !pod.metadata.deletionTimestamp);
    const { shouldRun, shouldContinue } = fitsNode(set, node);
    if (budget <= 0) break;
    if (shouldRun && (byNode.get(name) ?? []).length === 0) {
      create(context, set, name, revision);
      budget--;
      continue;
    }
    if (!shouldContinue) {
      for (const pod of here) remove(context, set, pod);
      continue;
    }
    const failed = here.filter(({ status }) => status?.phase === 'Failed');
    for (const pod of failed) {
      const known = waits.get(name) ?? { count: 0, untilMs: 0 };
      if (nowMs < known.untilMs) {
        waitMs = Math.min(waitMs ?? Infinity, known.untilMs - nowMs);
        continue;
      }
      backoff.set(set.metadata.uid ?? '', waits);
      waits.set(name, {
        count: known.count + 1,
        untilMs: nowMs + Math.min(LONGEST_REPLACE_BACKOFF_MS, FIRST_REPLACE_BACKOFF_MS * 2 ** known.count),
      });
      context.events.event(
        set,
        'Warning',
        'FailedDaemonPod',
        `Found failed daemon pod ${pod.metadata.namespace}/${pod.metadata.name} on node ${name}, will try to kill it`,
      );
      remove(context, set, pod);
    }
    const running = here.filter((pod) => !isFinished(pod));
    // With a surge two may stand side by side; otherwise the oldest stays.
    for (const pod of running.sort(oldestFirst).slice(surge > 0 ? 2 : 1)) remove(context, set, pod);
  }
  const known = new Set(nodes.map(({ metadata }) => metadata.name));
  for (const [name, group] of byNode) {
    if (known.has(name)) continue;
    for (const pod of group) if (!pod.metadata.deletionTimestamp) remove(context, set, pod);
  }
  for (const node of waits.keys()) if (!known.has(node)) waits.delete(node);
  if (waits.size === 0) backoff.delete(set.metadata.uid ?? '');
  return waitMs;
}

const oldestFirst = (a: Pod, b: Pod): number =>
  (a.metadata.creationTimestamp ?? '') < (b.metadata.creationTimestamp ?? '')
    ? -1
    : (a.metadata.creationTimestamp ?? '') > (b.metadata.creationTimestamp ?? '')
      ? 1
      : 0;

/** Placed pods before others, then by age (podByCreationTimestampAndPhase). */
const placedFirst = (a: Pod, b: Pod): number =>
  Number(!a.spec?.nodeName) - Number(!b.spec?.nodeName) || oldestFirst(a, b);

/** Replaces pods of older revisions within the limits of the strategy (daemon/update.go). */
function rollingUpdate(
  context: ControllerContext,
  set: DaemonSet,
  nodes: readonly Node[],
  revision: ControllerRevision,
  nowMs: number,
): void {
  const byNode = groupByNode(context.client.lister(Pods).by('controllerUid', set.metadata.uid ?? ''));
  const eligible = nodes.filter((node) => fitsNode(set, node).shouldRun);
  const { rollingUpdate: limits } = set.spec?.updateStrategy ?? {};
  const maxSurge = scaledValue(limits?.maxSurge, eligible.length, 'up', 0);
  const maxUnavailable = Math.max(
    maxSurge > 0 ? 0 : 1,
    scaledValue(limits?.maxUnavailable, eligible.length, 'up', 1),
  );
  const minReadySeconds = set.spec?.minReadySeconds ?? 0;
  const isOld = (pod: Pod): boolean => pod.metadata.labels?.[REVISION_HASH] !== hashOf(revision);
  let unavailable = 0;
  let surging = 0;
  const candidates: { old: Pod; node: string }[] = [];
  for (const node of eligible) {
    const name = node.metadata.name ?? '';
    const all = byNode.get(name) ?? [];
    const here = all.filter((pod) => !pod.metadata.deletionTimestamp);
    const old = here.find(isOld);
    const fresh = here.find((pod) => !isOld(pod));
    const isServed = here.some((pod) => isAvailable(pod, minReadySeconds, nowMs));
    if (!isServed) unavailable++;
    if (maxSurge > 0 && old && fresh) {
      if (isAvailable(fresh, minReadySeconds, nowMs)) remove(context, set, old);
      else surging++;
    } else if (old && !isAvailable(old, minReadySeconds, nowMs) && maxSurge === 0) remove(context, set, old);
    else if (old) candidates.push({ old, node: name });
  }
  for (const { old, node } of candidates) {
    if (maxSurge > 0) {
      if (surging++ >= maxSurge) return;
      create(context, set, node, revision);
    } else {
      if (unavailable++ >= maxUnavailable) return;
      remove(context, set, old);
    }
  }
}

function create(
  context: ControllerContext,
  set: DaemonSet,
  node: string,
  revision: ControllerRevision,
): void {
  const pod = podFromTemplate(set.spec?.template, set);
  const { spec } = pod;
  const required = spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const onNode = { matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] };
  const terms = required ? required.nodeSelectorTerms.map((term) => ({ ...term, ...onNode })) : [onNode];
  const wanted: Pod = {
    ...pod,
    metadata: {
      ...pod.metadata,
      generateName: `${set.metadata.name}-`,
      labels: {
        ...pod.metadata.labels,
        [REVISION_HASH]: hashOf(revision),
        'pod-template-generation': templateGeneration(set),
      },
    },
    spec: {
      ...spec,
      containers: spec?.containers ?? [],
      affinity: {
        ...spec?.affinity,
        nodeAffinity: {
          ...spec?.affinity?.nodeAffinity,
          requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms },
        },
      },
      tolerations: [...(spec?.tolerations ?? []), ...daemonTolerations(spec?.hostNetwork ?? false)],
    },
  };
  try {
    const created = context.client.create(Pods, wanted);
    context.events.event(set, 'Normal', 'SuccessfulCreate', `Created pod: ${created.metadata.name}`);
  } catch (error) {
    if (!isApiError(error)) throw error;
    context.events.event(set, 'Warning', 'FailedCreate', `Error creating: ${error.message}`);
    throw told(error);
  }
}

function remove(context: ControllerContext, set: DaemonSet, pod: Pod): void {
  context.client.delete(Pods, pod.metadata.namespace, pod.metadata.name ?? '');
  context.events.event(set, 'Normal', 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`);
}

function statusOf(
  set: DaemonSet,
  nodes: readonly Node[],
  byNode: ReadonlyMap<string, Pod[]>,
  revision: ControllerRevision,
  nowMs: number,
): DaemonSetStatus {
  const minReadySeconds = set.spec?.minReadySeconds ?? 0;
  let desired = 0;
  let current = 0;
  let ready = 0;
  let available = 0;
  let updated = 0;
  let misscheduled = 0;
  for (const node of nodes) {
    const here = byNode.get(node.metadata.name ?? '') ?? [];
    const { shouldRun } = fitsNode(set, node);
    if (!shouldRun) {
      if (here.length > 0) misscheduled++;
      continue;
    }
    desired++;
    if (here.length === 0) continue;
    current++;
    // Of several pods on a node the one that was there first counts.
    const [pod] = here.toSorted(placedFirst);
    if (!pod) continue;
    if (isReady(pod)) ready++;
    if (isAvailable(pod, minReadySeconds, nowMs)) available++;
    if (pod.metadata.labels?.[REVISION_HASH] === hashOf(revision)) updated++;
  }
  return {
    currentNumberScheduled: current,
    numberMisscheduled: misscheduled,
    desiredNumberScheduled: desired,
    numberReady: ready,
    observedGeneration: set.metadata.generation ?? 0,
    ...(updated > 0 && { updatedNumberScheduled: updated }),
    ...(available > 0 && { numberAvailable: available }),
    ...(desired - available > 0 && { numberUnavailable: desired - available }),
  };
}
