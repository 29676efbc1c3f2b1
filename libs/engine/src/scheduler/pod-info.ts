import { matchesSelector } from '../selectors/label-selector.js';
import type { ContainerPort, LabelSelector, Pod, PodAffinityTerm } from '../types/index.js';
import { podRequests, type Resources } from './resources.js';

/** A pod's own (anti-)affinity term, ready to be matched. */
export interface AffinityTerm {
  readonly topologyKey: string;
  readonly weight: number;
  matches(pod: PodInfo, namespaceLabels: NamespaceLabels): boolean;
}

/** The labels of a namespace; undefined when it is unknown. */
export type NamespaceLabels = (namespace: string) => Readonly<Record<string, string>> | undefined;

/** A pod with what scheduling derives from its spec, computed once. */
export interface PodInfo {
  pod: Pod;
  /** `namespace/name`. */
  readonly key: string;
  readonly namespace: string;
  priority: number;
  readonly requests: Resources;
  /** Requests with small defaults where none are given, for comparing nodes. */
  readonly assumed: Resources;
  readonly hostPorts: readonly ContainerPort[];
  readonly requiredAffinity: readonly AffinityTerm[];
  readonly requiredAntiAffinity: readonly AffinityTerm[];
  readonly preferredAffinity: readonly AffinityTerm[];
  readonly preferredAntiAffinity: readonly AffinityTerm[];
  terminating: boolean;
}

const NONE: readonly never[] = [];

/**
 * Derives what scheduling needs. Where nothing that matters changed, `previous` is brought up to date and given back:
 * status updates, which are most changes, cost nothing.
 */
export function podInfo(pod: Pod, previous?: PodInfo): PodInfo {
  const { namespace = '', name = '' } = pod.metadata;
  const spec = pod.spec;
  const before = previous?.pod.spec;
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  if (
    previous &&
    before?.containers === spec?.containers &&
    before?.initContainers === spec?.initContainers &&
    before?.affinity === spec?.affinity
  ) {
    previous.pod = pod;
    previous.priority = spec?.priority ?? 0;
    previous.terminating = terminating;
    return previous;
  }
  const affinity = spec?.affinity;
  const required = (terms: readonly PodAffinityTerm[] | undefined): readonly AffinityTerm[] =>
    terms ? terms.map((term) => affinityTerm(pod, term, 1)) : NONE;
  const preferred = (
    terms: readonly { podAffinityTerm: PodAffinityTerm; weight: number }[] | undefined,
  ): readonly AffinityTerm[] =>
    terms ? terms.map(({ podAffinityTerm, weight }) => affinityTerm(pod, podAffinityTerm, weight)) : NONE;
  const hostPorts = spec?.containers.flatMap(({ ports }) => ports?.filter(({ hostPort }) => hostPort) ?? []);
  return {
    pod,
    key: `${namespace}/${name}`,
    namespace,
    priority: spec?.priority ?? 0,
    requests: podRequests(spec),
    assumed: podRequests(spec, true),
    hostPorts: hostPorts && hostPorts.length > 0 ? hostPorts : NONE,
    requiredAffinity: required(affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution),
    requiredAntiAffinity: required(affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution),
    preferredAffinity: preferred(affinity?.podAffinity?.preferredDuringSchedulingIgnoredDuringExecution),
    preferredAntiAffinity: preferred(
      affinity?.podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution,
    ),
    terminating,
  };
}

/** A pod's own values of the named labels, added to a selector (matchLabelKeys). */
export function withLabelKeys(
  selector: LabelSelector | undefined,
  pod: Pod,
  matchKeys: readonly string[] | undefined,
  mismatchKeys?: readonly string[],
): LabelSelector | undefined {
  if (!selector || (!matchKeys?.length && !mismatchKeys?.length)) return selector;
  const labels = pod.metadata.labels ?? {};
  const expressions = (keys: readonly string[] | undefined, operator: string) =>
    (keys ?? [])
      .filter((key) => Object.hasOwn(labels, key))
      .map((key) => ({ key, operator, values: [labels[key] ?? ''] }));
  return {
    ...selector,
    matchExpressions: [
      ...(selector.matchExpressions ?? []),
      ...expressions(matchKeys, 'In'),
      ...expressions(mismatchKeys, 'NotIn'),
    ],
  };
}

function affinityTerm(pod: Pod, term: PodAffinityTerm, weight: number): AffinityTerm {
  const namespaces =
    term.namespaces?.length || term.namespaceSelector
      ? (term.namespaces ?? [])
      : [pod.metadata.namespace ?? ''];
  const selector = withLabelKeys(term.labelSelector, pod, term.matchLabelKeys, term.mismatchLabelKeys);
  return {
    topologyKey: term.topologyKey,
    weight,
    matches: (other, namespaceLabels) =>
      (namespaces.includes(other.namespace) ||
        (term.namespaceSelector !== undefined &&
          matchesSelector(term.namespaceSelector, namespaceLabels(other.namespace) ?? {}))) &&
      matchesSelector(selector, other.pod.metadata.labels),
  };
}
