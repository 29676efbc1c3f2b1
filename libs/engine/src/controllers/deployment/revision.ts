import type { Deployment, PodTemplateSpec, ReplicaSet } from '../../types/index.js';
import { canonicalJson } from '../shared/hash.js';
import { parseTime } from '../../time.js';

export const REVISION = 'deployment.kubernetes.io/revision';
export const DESIRED_REPLICAS = 'deployment.kubernetes.io/desired-replicas';
export const MAX_REPLICAS = 'deployment.kubernetes.io/max-replicas';
export const HASH_LABEL = 'pod-template-hash';

/** The revision number on an object; 0 when there is none. */
export function revisionOf(object: { metadata: Deployment['metadata'] }): number {
  return Number(object.metadata.annotations?.[REVISION] ?? 0) || 0;
}

/** A template without the label that tells ReplicaSets apart. */
function comparable(template: PodTemplateSpec | undefined): string {
  const { [HASH_LABEL]: _, ...labels } = template?.metadata?.labels ?? {};
  return canonicalJson({ ...template, metadata: { ...template?.metadata, labels } });
}

/** The ReplicaSet with the deployment's template; the oldest if there are several. */
export function findNewReplicaSet(
  deployment: Deployment,
  replicaSets: readonly ReplicaSet[],
): ReplicaSet | undefined {
  const wanted = comparable(deployment.spec?.template);
  return byAge(replicaSets).find((replicaSet) => comparable(replicaSet.spec?.template) === wanted);
}

/** Oldest first, then by name. */
export function byAge(replicaSets: readonly ReplicaSet[]): ReplicaSet[] {
  return [...replicaSets].sort(
    (a, b) =>
      (parseTime(a.metadata.creationTimestamp) ?? 0) - (parseTime(b.metadata.creationTimestamp) ?? 0) ||
      ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1),
  );
}

/** Annotations of a deployment that its ReplicaSets do not repeat. */
export function copiedAnnotations(deployment: Deployment): Record<string, string> {
  const skipped = new Set([
    'kubectl.kubernetes.io/last-applied-configuration',
    REVISION,
    'deployment.kubernetes.io/revision-history',
    DESIRED_REPLICAS,
    MAX_REPLICAS,
    'deprecated.deployment.rollback.to',
  ]);
  return Object.fromEntries(
    Object.entries(deployment.metadata.annotations ?? {}).filter(([key]) => !skipped.has(key)),
  );
}
