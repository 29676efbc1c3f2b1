import { isJsonObject } from '@lotse/manifests';
import type { SyncPhase } from '../vocabulary.js';
import type { SyncTask } from './sync-task.js';

const PHASE_ORDER: Record<SyncPhase, number> = { PreSync: -1, Sync: 0, PostSync: 1, SyncFail: 2 };

/** Kinds in the order they are applied inside a wave; all others come after, together. Source: Argo CD's sync engine. */
const KIND_ORDER: ReadonlyMap<string, number> = new Map(
  [
    'Namespace',
    'NetworkPolicy',
    'ResourceQuota',
    'LimitRange',
    'PodSecurityPolicy',
    'PodDisruptionBudget',
    'ServiceAccount',
    'Secret',
    'SecretList',
    'ConfigMap',
    'StorageClass',
    'PersistentVolume',
    'PersistentVolumeClaim',
    'CustomResourceDefinition',
    'ClusterRole',
    'ClusterRoleList',
    'ClusterRoleBinding',
    'ClusterRoleBindingList',
    'Role',
    'RoleList',
    'RoleBinding',
    'RoleBindingList',
    'Service',
    'DaemonSet',
    'Pod',
    'ReplicationController',
    'ReplicaSet',
    'Deployment',
    'HorizontalPodAutoscaler',
    'StatefulSet',
    'Job',
    'CronJob',
    'IngressClass',
    'Ingress',
    'APIService',
  ].map((kind, index) => [kind, index]),
);

/** Rank of a kind inside a wave. */
export function kindRank(kind: string): number {
  return KIND_ORDER.get(kind) ?? KIND_ORDER.size;
}

/** Orders tasks: phase, wave, kind, name. */
export function compareTasks(a: SyncTask, b: SyncTask): number {
  return (
    PHASE_ORDER[a.phase] - PHASE_ORDER[b.phase] ||
    a.wave - b.wave ||
    kindRank(a.kind) - kindRank(b.kind) ||
    (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)
  );
}

/**
 * Sorts tasks and moves what others need in front of them: a Namespace before the first object in it, a definition
 * before its first custom resource. What is moved takes over the phase and wave of what needs it.
 */
export function orderTasks(tasks: readonly SyncTask[]): SyncTask[] {
  const sorted = [...tasks].sort(compareTasks);
  bubble(
    sorted,
    (task) => task.kind === 'CustomResourceDefinition' && task.target !== undefined,
    definesKindOf,
  );
  bubble(
    sorted,
    (task) => task.kind === 'Namespace' && task.target !== undefined,
    (task, other) => other.namespace === task.name,
  );
  return sorted;
}

function definesKindOf(definition: SyncTask, other: SyncTask): boolean {
  const spec = definition.target?.['spec'];
  if (!isJsonObject(spec) || !isJsonObject(spec['names'])) return false;
  return spec['group'] === other.group && spec['names']['kind'] === other.kind;
}

function bubble(
  tasks: SyncTask[],
  movable: (task: SyncTask) => boolean,
  isNeededBy: (task: SyncTask, other: SyncTask) => boolean,
): void {
  for (const task of tasks.filter(movable)) {
    const at = tasks.indexOf(task);
    const first = tasks.findIndex(
      (other, index) => index < at && other.target !== undefined && isNeededBy(task, other),
    );
    const needing = tasks[first];
    if (!needing) continue;
    tasks.splice(at, 1);
    tasks.splice(first, 0, { ...task, phase: needing.phase, wave: needing.wave });
  }
}
