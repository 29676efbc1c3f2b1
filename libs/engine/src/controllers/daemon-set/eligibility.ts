import type { DaemonSet, Node, Pod, Toleration } from '../../types/index.js';
import { matchesRequiredNodeAffinity } from '../../selectors/node-selector.js';
import { untolerated } from '../../selectors/taints.js';

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

/** Whether a daemon pod should run on a node, and whether one that runs there may stay. */
export function fitsNode(set: DaemonSet, node: Node): { shouldRun: boolean; shouldContinue: boolean } {
  const spec = set.spec?.template.spec;
  const name = node.metadata.name ?? '';
  if (spec?.nodeName && spec.nodeName !== name) return { shouldRun: false, shouldContinue: false };
  if (!matchesRequiredNodeAffinity(spec, node)) return { shouldRun: false, shouldContinue: false };
  const tolerations = [...(spec?.tolerations ?? []), ...daemonTolerations(spec?.hostNetwork ?? false)];
  const taints = [
    ...(node.spec?.taints ?? []),
    ...(node.spec?.unschedulable ? [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }] : []),
  ];
  return {
    shouldRun: !untolerated(taints, tolerations, ['NoSchedule', 'NoExecute']),
    shouldContinue: !untolerated(taints, tolerations, ['NoExecute']),
  };
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
