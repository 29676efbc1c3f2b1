import type { Node, Pod } from '../types/index.js';
import { insufficientResources } from '../scheduler/plugins/node-resources-fit.js';
import { NodeInfo } from '../scheduler/node-info.js';
import { matchesRequiredNodeAffinity } from '../selectors/node-selector.js';
import { podInfo, type PodInfo } from '../scheduler/pod-info.js';
import { forbiddenSysctl } from './sysctls.js';

/** Why a kubelet turns a pod away. */
export interface Refusal {
  readonly reason: string;
  readonly message: string;
}

/** Checks once more, on the node itself, what the scheduler checked: pods may come without it (kubelet/lifecycle/predicate.go). */
export function refusal(pod: Pod, node: Node, others: Iterable<Pod>): Refusal | undefined {
  const sysctl = forbiddenSysctl(pod);
  if (sysctl !== undefined) return { reason: 'SysctlForbidden', message: `Pod was rejected: ${sysctl}` };
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
  const short = shortage(wanted, info);
  return (
    short && {
      reason: `OutOf${short.resource}`,
      message: `Pod was rejected: ${short.message}`,
    }
  );
}

/** The resource a node has too little of for a pod; undefined when it has room. `node` does not count the pod itself. */
export function shortage(
  wanted: PodInfo,
  node: NodeInfo,
): { readonly resource: string; readonly message: string } | undefined {
  const short = insufficientResources(wanted, node);
  if (!short) return undefined;
  const resource =
    short.reasons[0] === 'Too many pods' ? 'pods' : (short.reasons[0] ?? '').replace('Insufficient ', '');
  const numbers: Record<string, [number, number, number]> = {
    pods: [1, node.pods.size, node.allowedPods],
    cpu: [wanted.requests.milliCpu, node.requested.milliCpu, node.allocatable.milliCpu],
    memory: [wanted.requests.memory, node.requested.memory, node.allocatable.memory],
  };
  const [requested, used, capacity] = numbers[resource] ?? [0, 0, 0];
  return {
    resource,
    message: `Node didn't have enough resource: ${resource}, requested: ${requested}, used: ${used}, capacity: ${capacity}`,
  };
}
