import type { KubeObject } from '../../api/types.js';
import type { HealthStatus } from '../../status/health.js';
import { parseQuantity } from './quantity.js';

export interface PodSummary {
  id: string;
  name: string;
  namespace: string;
  health: HealthStatus;
  note: string;
}

export interface NodeSummary {
  name: string;
  isReady: boolean;
  isCordoned: boolean;
  version: string;
  createdAt: string | undefined;
  pods: PodSummary[];
  cpu: { used: number; capacity: number };
  memory: { used: number; capacity: number };
  slots: { used: number; capacity: number };
}

type Dict = Record<string, unknown>;
const dict = (value: unknown): Dict => (typeof value === 'object' && value !== null ? (value as Dict) : {});
const list = (value: unknown): Dict[] => (Array.isArray(value) ? value.map(dict) : []);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Waiting reasons that mean trouble rather than patience. */
const TROUBLE = /BackOff$|Error$|^Err|^Invalid|OOMKilled/;

/** A pod's health and a word for its state, from its status alone. */
export function podState(pod: KubeObject): { health: HealthStatus; note: string } {
  if (pod.metadata.deletionTimestamp) return { health: 'Progressing', note: 'Terminating' };
  const status = dict(pod.status);
  const phase = text(status['phase']) || 'Pending';
  const containers = [...list(status['initContainerStatuses']), ...list(status['containerStatuses'])];
  for (const container of containers) {
    const state = dict(container['state']);
    const reason =
      text(dict(state['waiting'])['reason']) ||
      (phase === 'Failed' ? text(dict(state['terminated'])['reason']) : '');
    if (TROUBLE.test(reason)) return { health: 'Degraded', note: reason };
    if (reason && phase !== 'Running') return { health: 'Progressing', note: reason };
  }
  switch (phase) {
    case 'Running': {
      const isReady = list(status['containerStatuses']).every((container) => container['ready'] === true);
      return { health: isReady ? 'Healthy' : 'Progressing', note: isReady ? 'Running' : 'Not ready' };
    }
    case 'Succeeded':
      return { health: 'Healthy', note: 'Succeeded' };
    case 'Failed':
      return { health: 'Degraded', note: text(status['reason']) || 'Failed' };
    case 'Pending':
      return { health: 'Progressing', note: 'Pending' };
    default:
      return { health: 'Unknown', note: phase };
  }
}

const isOver = (pod: KubeObject) => ['Succeeded', 'Failed'].includes(text(dict(pod.status)['phase']));

function requested(pod: KubeObject, resource: string): number {
  if (isOver(pod)) return 0;
  return list(dict(pod.spec)['containers']).reduce(
    (sum, container) => sum + parseQuantity(dict(dict(container['resources'])['requests'])[resource]),
    0,
  );
}

/** Every node with its pods and what they ask of it, by name; pods without a node come in a list of their own. */
export function summarizeNodes(
  nodes: readonly KubeObject[],
  pods: readonly KubeObject[],
): { nodes: NodeSummary[]; unplaced: PodSummary[] } {
  const byNode = new Map<string, KubeObject[]>();
  for (const pod of pods) {
    const name = text(dict(pod.spec)['nodeName']);
    const members = byNode.get(name) ?? [];
    members.push(pod);
    byNode.set(name, members);
  }
  const summaries = nodes.map((node): NodeSummary => {
    const own = byNode.get(node.metadata.name) ?? [];
    const allocatable = dict(dict(node.status)['allocatable'] ?? dict(node.status)['capacity']);
    const sum = (resource: string) => own.reduce((total, pod) => total + requested(pod, resource), 0);
    return {
      name: node.metadata.name,
      isReady: list(dict(node.status)['conditions']).some(
        (condition) => condition['type'] === 'Ready' && condition['status'] === 'True',
      ),
      isCordoned: dict(node.spec)['unschedulable'] === true,
      version: text(dict(dict(node.status)['nodeInfo'])['kubeletVersion']),
      createdAt: node.metadata.creationTimestamp,
      pods: own.map(toPod).sort(byName),
      cpu: { used: sum('cpu'), capacity: parseQuantity(allocatable['cpu']) },
      memory: { used: sum('memory'), capacity: parseQuantity(allocatable['memory']) },
      slots: { used: own.filter((pod) => !isOver(pod)).length, capacity: parseQuantity(allocatable['pods']) },
    };
  });
  return {
    nodes: summaries.sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true })),
    unplaced: (byNode.get('') ?? [])
      .filter((pod) => !isOver(pod))
      .map(toPod)
      .sort(byName),
  };
}

const byName = (a: PodSummary, b: PodSummary) => (a.id < b.id ? -1 : 1);

function toPod(pod: KubeObject): PodSummary {
  const namespace = pod.metadata.namespace ?? 'default';
  return { id: `${namespace}/${pod.metadata.name}`, name: pod.metadata.name, namespace, ...podState(pod) };
}
