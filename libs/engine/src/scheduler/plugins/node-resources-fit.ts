import type { Pod } from '../../types/index.js';
import { MAX_NODE_SCORE, type Rejection, type SchedulerPlugin } from '../plugin.js';
import type { NodeInfo } from '../node-info.js';
import type { PodInfo } from '../pod-info.js';

const NAME = 'NodeResourcesFit';

const remembered = new Map<string, Rejection>();

function refused(reasons: readonly string[], unresolvable: boolean): Rejection {
  const key = `${reasons.join()}${unresolvable}`;
  let rejection = remembered.get(key);
  if (!rejection) {
    rejection = { plugin: NAME, reasons, unresolvable };
    if (remembered.size < 1000) remembered.set(key, rejection);
  }
  return rejection;
}

/** What keeps the pod off the node: resources that are short, in kube-scheduler's words. */
export function insufficientResources(pod: PodInfo, node: NodeInfo): Rejection | undefined {
  const { requests } = pod;
  const { allocatable, requested } = node;
  const fits =
    node.pods.size < node.allowedPods &&
    requests.milliCpu <= allocatable.milliCpu - requested.milliCpu &&
    requests.memory <= allocatable.memory - requested.memory &&
    requests.ephemeralStorage === 0 &&
    !requests.others;
  if (fits) return undefined;
  const reasons: string[] = [];
  let unresolvable = false;
  const check = (name: string, wanted: number, total: number, used: number): void => {
    if (wanted === 0 || wanted <= total - used) return;
    reasons.push(`Insufficient ${name}`);
    if (wanted > total) unresolvable = true;
  };
  if (node.pods.size + 1 > node.allowedPods) reasons.push('Too many pods');
  check('cpu', requests.milliCpu, allocatable.milliCpu, requested.milliCpu);
  check('memory', requests.memory, allocatable.memory, requested.memory);
  check(
    'ephemeral-storage',
    requests.ephemeralStorage,
    allocatable.ephemeralStorage,
    requested.ephemeralStorage,
  );
  for (const [name, wanted] of requests.others ?? [])
    check(name, wanted, allocatable.others?.get(name) ?? 0, requested.others?.get(name) ?? 0);
  return reasons.length > 0 ? refused(reasons, unresolvable) : undefined;
}

const leftOver = (wanted: number, capacity: number): number =>
  capacity === 0 || wanted > capacity ? 0 : Math.trunc(((capacity - wanted) * MAX_NODE_SCORE) / capacity);

/** Fits requests into what a node has left, and prefers the node with the most left (LeastAllocated). */
export const nodeResourcesFit: SchedulerPlugin = {
  name: NAME,
  weight: 1,
  filter: (pod) => ({ check: (node) => insufficientResources(pod, node) }),
  score: ({ assumed }) => ({
    score: ({ allocatable, assumed: used }) => {
      let sum = 0;
      let parts = 0;
      if (allocatable.milliCpu > 0) {
        sum += leftOver(used.milliCpu + assumed.milliCpu, allocatable.milliCpu);
        parts++;
      }
      if (allocatable.memory > 0) {
        sum += leftOver(used.memory + assumed.memory, allocatable.memory);
        parts++;
      }
      return parts === 0 ? 0 : Math.trunc(sum / parts);
    },
  }),
  wakes: (event) => {
    switch (event.type) {
      case 'NodeAdded':
      case 'PodGone':
        return true;
      case 'NodeChanged':
        return event.node.status?.allocatable !== event.previous.status?.allocatable;
      case 'PodChanged':
        return hasOtherRequests(event.pod, event.previous);
      case 'PodAssigned':
      case 'OtherChanged':
        return false;
    }
  },
};

const hasOtherRequests = (pod: Pod, previous: Pod): boolean =>
  pod.spec?.containers !== previous.spec?.containers;
