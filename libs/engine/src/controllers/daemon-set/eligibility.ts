import type {
  DaemonSet,
  Node,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  Pod,
  Toleration,
} from '../../types/index.js';
import { matchesLabels } from '../../selectors/label-selector.js';

/** Tolerations every daemon pod gets (daemon/util/daemonset_util.go, AddOrUpdateDaemonPodTolerations). */
export function daemonTolerations(isHostNetwork: boolean): Toleration[] {
  const exists = (key: string, effect: string): Toleration => ({ key, operator: 'Exists', effect });
  return [
    exists('node.kubernetes.io/not-ready', 'NoExecute'),
    exists('node.kubernetes.io/unreachable', 'NoExecute'),
    exists('node.kubernetes.io/disk-pressure', 'NoSchedule'),
    exists('node.kubernetes.io/memory-pressure', 'NoSchedule'),
    exists('node.kubernetes.io/pid-pressure', 'NoSchedule'),
    exists('node.kubernetes.io/unschedulable', 'NoSchedule'),
    ...(isHostNetwork ? [exists('node.kubernetes.io/network-unavailable', 'NoSchedule')] : []),
  ];
}

/** Whether a toleration covers a taint (v1helper.ToleratesTaint). */
export function tolerates(
  toleration: Toleration,
  taint: { key: string; value?: string; effect: string },
): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false;
  if (toleration.key && toleration.key !== taint.key) return false;
  if ((toleration.operator ?? 'Equal') === 'Exists') return true;
  return Boolean(toleration.key) && (toleration.value ?? '') === (taint.value ?? '');
}

/** Whether a daemon pod should run on a node, and whether one that runs there may stay. */
export function fitsNode(set: DaemonSet, node: Node): { shouldRun: boolean; shouldContinue: boolean } {
  const spec = set.spec?.template.spec;
  const name = node.metadata.name ?? '';
  if (spec?.nodeName && spec.nodeName !== name) return { shouldRun: false, shouldContinue: false };
  if (!matchesLabels(spec?.nodeSelector, node.metadata.labels))
    return { shouldRun: false, shouldContinue: false };
  const terms =
    spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  if (terms && !terms.some((term) => matchesTerm(term, node)))
    return { shouldRun: false, shouldContinue: false };
  const tolerations = [...(spec?.tolerations ?? []), ...daemonTolerations(spec?.hostNetwork ?? false)];
  const taints = [
    ...(node.spec?.taints ?? []),
    ...(node.spec?.unschedulable ? [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }] : []),
  ];
  const untolerated = taints.filter(
    (taint) =>
      taint.effect !== 'PreferNoSchedule' && !tolerations.some((toleration) => tolerates(toleration, taint)),
  );
  return {
    shouldRun: untolerated.length === 0,
    shouldContinue: !untolerated.some(({ effect }) => effect === 'NoExecute'),
  };
}

function matchesTerm(term: NodeSelectorTerm, node: Node): boolean {
  const expressions = term.matchExpressions ?? [];
  const fields = term.matchFields ?? [];
  if (expressions.length + fields.length === 0) return false;
  return (
    expressions.every((expression) => matchesRequirement(expression, node.metadata.labels ?? {})) &&
    fields.every((field) => matchesRequirement(field, { 'metadata.name': node.metadata.name ?? '' }))
  );
}

function matchesRequirement(
  { key, operator, values = [] }: NodeSelectorRequirement,
  labels: Record<string, string>,
): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
      return value !== undefined && Number(value) > Number(values[0]);
    case 'Lt':
      return value !== undefined && Number(value) < Number(values[0]);
    default:
      return false;
  }
}

/** The node a daemon pod is meant for: where it runs, or where its affinity sends it. */
export function targetNode(pod: Pod): string | undefined {
  if (pod.spec?.nodeName) return pod.spec.nodeName;
  const terms =
    pod.spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  for (const term of terms) {
    const field = term.matchFields?.find(({ key }) => key === 'metadata.name');
    if (field?.values?.[0]) return field.values[0];
  }
  return undefined;
}
