import type { Node, Pod } from '../types/index.js';
import { insufficientResources } from '../scheduler/plugins/node-resources-fit.js';
import { NodeInfo } from '../scheduler/node-info.js';
import { matchesRequiredNodeAffinity } from '../scheduler/node-selector.js';
import { podInfo } from '../scheduler/pod-info.js';

/** Why a kubelet turns a pod away. */
export interface Refusal {
  readonly reason: string;
  readonly message: string;
}

/** Checks once more, on the node itself, what the scheduler checked: pods may come without it (kubelet/lifecycle/predicate.go). */
export function refusal(pod: Pod, node: Node, others: Iterable<Pod>): Refusal | undefined {
  if (!matchesRequiredNodeAffinity(pod.spec, node))
    return {
      reason: 'NodeAffinity',
      message:
        "Pod was rejected: Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
    };
  const info = new NodeInfo(node);
  for (const other of others) info.add(podInfo(other));
  const wanted = podInfo(pod);
  if (wanted.hostPorts.some((port) => info.isPortTaken(port)))
    return {
      reason: 'NodePorts',
      message:
        "Pod was rejected: Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports",
    };
  const short = insufficientResources(wanted, info);
  if (!short) return undefined;
  const resource =
    short.reasons[0] === 'Too many pods' ? 'pods' : (short.reasons[0] ?? '').replace('Insufficient ', '');
  const numbers: Record<string, [number, number, number]> = {
    pods: [1, info.pods.size, info.allowedPods],
    cpu: [wanted.requests.milliCpu, info.requested.milliCpu, info.allocatable.milliCpu],
    memory: [wanted.requests.memory, info.requested.memory, info.allocatable.memory],
  };
  const [requested, used, capacity] = numbers[resource] ?? [0, 0, 0];
  return {
    reason: `OutOf${resource}`,
    message: `Pod was rejected: Node didn't have enough resource: ${resource}, requested: ${requested}, used: ${used}, capacity: ${capacity}`,
  };
}
