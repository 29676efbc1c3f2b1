import type { Deployment, PodTemplateSpec, ReplicaSet } from '../../types/index.js';
import { canonicalJson } from '../shared/hash.js';
import { parseTime } from '../../time.js';

export const REVISION = 'deployment.kubernetes.io/revision';
export const DESIRED_REPLICAS = 'deployment.kubernetes.io/desired-replicas';
export const MAX_REPLICAS = 'deployment.kubernetes.io/max-replicas';
export const HASH_LABEL = 'pod-template-hash';

export const REVISION_HISTORY = 'deployment.kubernetes.io/revision-history';
/** Where the list of a ReplicaSet's earlier revisions ends (deployment_util.go maxRevHistoryLengthInChars). */
const MAX_HISTORY_CHARS = 2000;

/** The revision number on an object; 0 when there is none. They are 64 bits wide. */
export function revisionOf(object: { metadata: Deployment['metadata'] }): bigint {
  const text = object.metadata.annotations?.[REVISION] ?? '';
  return /^\d{1,19}$/.test(text) ? BigInt(text) : 0n;
}

/** The earlier revisions of a ReplicaSet that gets another one: `1,3`, the oldest left out when there are too many. */
export function withEarlier(history: string | undefined, revision: bigint): string {
  const earlier = history ? history.split(',') : [];
  let length = (history ?? '').length + String(revision).length + 1;
  while (length > MAX_HISTORY_CHARS) length -= (earlier.shift() ?? '').length + 1;
  return [...earlier, String(revision)].join(',');
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
    REVISION_HISTORY,
    DESIRED_REPLICAS,
    MAX_REPLICAS,
    'deprecated.deployment.rollback.to',
  ]);
  return Object.fromEntries(
    Object.entries(deployment.metadata.annotations ?? {}).filter(([key]) => !skipped.has(key)),
  );
}
