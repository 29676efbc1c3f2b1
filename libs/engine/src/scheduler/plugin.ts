import type {
  LabelSelector,
  Node,
  PersistentVolume,
  PersistentVolumeClaim,
  Pod,
  StorageClass,
} from '../types/index.js';
import type { NodeInfo } from './node-info.js';
import type { NamespaceLabels, PodInfo } from './pod-info.js';
import type { PodCounts } from './pod-counts.js';

/** The highest score a plugin gives (framework.MaxNodeScore). */
export const MAX_NODE_SCORE = 100;

/** Why a plugin refuses a node, or the pod as a whole. Reasons are kube-scheduler's texts. */
export interface Rejection {
  readonly plugin: string;
  readonly reasons: readonly string[];
  /** True when removing other pods from the node can't help (UnschedulableAndUnresolvable). */
  readonly unresolvable: boolean;
}

/** The cluster as plugins see it: always current, and the same object from one cycle to the next. */
export interface ClusterView {
  readonly nodes: readonly NodeInfo[];
  node(name: string): NodeInfo | undefined;
  /** Nodes that carry pods with any (anti-)affinity; the others can be passed over. */
  readonly nodesWithAffinity: ReadonlySet<NodeInfo>;
  readonly nodesWithRequiredAntiAffinity: ReadonlySet<NodeInfo>;
  readonly namespaceLabels: NamespaceLabels;
  /** Counts of pods by node for a selector, kept up to date from the first time they are asked for. */
  readonly counts: PodCounts;
  /** The selectors of services and workload owners that select this pod, as one (for default spreading). */
  defaultSelector(pod: Pod): LabelSelector | undefined;
  claim(namespace: string, name: string): PersistentVolumeClaim | undefined;
  /** Pods that have a place and use a claim by its name, finished ones not among them. */
  claimUsers(namespace: string, name: string): readonly Pod[];
  volume(name: string): PersistentVolume | undefined;
  storageClass(name: string): StorageClass | undefined;
  /** On how many nodes an image is present, and its size in bytes. */
  imageSpread(image: string): { readonly nodes: number; readonly sizeBytes: number } | undefined;
}

/** Checks nodes for one pod in one cycle. */
export interface NodeFilter {
  /** Names of the only nodes that may do, where the pod itself says so: the others need not be looked at. */
  readonly only?: ReadonlySet<string>;
  check(node: NodeInfo): Rejection | undefined;
  /** Told that `pod` has been put on (+1) or taken off (-1) the node while preemption tries things out. */
  adjust?(pod: PodInfo, node: NodeInfo, sign: 1 | -1): void;
}

/** Scores nodes for one pod in one cycle. */
export interface NodeScorer {
  /** Any number; 0 to 100 unless `normalize` is there to bring it there. */
  score(node: NodeInfo): number;
  /** Brings the scores (one per feasible node, in order) to 0…100, in place. */
  normalize?(scores: number[], nodes: readonly NodeInfo[]): void;
}

/** A change that may make room for a pod that could not be placed. */
export type ClusterEvent =
  | { readonly type: 'NodeAdded'; readonly node: Node }
  | { readonly type: 'NodeChanged'; readonly node: Node; readonly previous: Node }
  | { readonly type: 'PodAssigned'; readonly pod: Pod }
  | { readonly type: 'PodChanged'; readonly pod: Pod; readonly previous: Pod }
  | { readonly type: 'PodGone'; readonly pod: Pod }
  | { readonly type: 'OtherChanged'; readonly resource: string };

/**
 * One rule of scheduling. A plugin is asked once per pod and cycle (`filter`, `score`) and answers with what is to be asked
 * per node, or with nothing when it has nothing to say about this pod. Plugins hold no state of their own.
 */
export interface SchedulerPlugin {
  readonly name: string;
  /** What its scores count, beside the others'. */
  readonly weight: number;
  filter?(pod: PodInfo, view: ClusterView): NodeFilter | Rejection | undefined;
  score?(pod: PodInfo, view: ClusterView, feasible: readonly NodeInfo[]): NodeScorer | undefined;
  /** Whether `event` may change this plugin's refusal of `pod`. */
  wakes(event: ClusterEvent, pod: PodInfo): boolean;
}

/** A rejection of the pod itself rather than a way to check nodes. */
export function isRejection(result: NodeFilter | Rejection): result is Rejection {
  return 'reasons' in result;
}

/** Scales the largest score to 100 (or the smallest, with `reverse`), as helper.DefaultNormalizeScore does. */
export function normalizeByMaximum(scores: number[], reverse: boolean): void {
  let maximum = 0;
  for (const score of scores) if (score > maximum) maximum = score;
  for (let index = 0; index < scores.length; index++) {
    if (maximum === 0) scores[index] = reverse ? MAX_NODE_SCORE : 0;
    else {
      const scaled = Math.trunc((MAX_NODE_SCORE * (scores[index] ?? 0)) / maximum);
      scores[index] = reverse ? MAX_NODE_SCORE - scaled : scaled;
    }
  }
}
