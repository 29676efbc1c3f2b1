import type { Pod, PodTemplateSpec } from '../../types/index.js';
import type { StoredObject } from '../../store/stored-object.js';
import { parseTime } from '../../time.js';
import { controllerReference } from './ownership.js';

const condition = (pod: Pod, type: string) => pod.status?.conditions?.find((entry) => entry.type === type);

/** True when the pod has ended, well or badly. */
export function isFinished(pod: Pod): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
}

/** True when the pod counts as a replica: not ended and not on its way out. */
export function isActive(pod: Pod): boolean {
  return !isFinished(pod) && !pod.metadata.deletionTimestamp;
}

export function isReady(pod: Pod): boolean {
  return condition(pod, 'Ready')?.status === 'True';
}

/** When the pod became ready, in milliseconds; undefined when it is not. */
export function readySinceMs(pod: Pod): number | undefined {
  const ready = condition(pod, 'Ready');
  return ready?.status === 'True' ? parseTime(ready.lastTransitionTime) : undefined;
}

/** Ready for at least `minReadySeconds`. */
export function isAvailable(pod: Pod, minReadySeconds: number, nowMs: number): boolean {
  const sinceMs = readySinceMs(pod);
  return sinceMs !== undefined && (minReadySeconds === 0 || sinceMs + minReadySeconds * 1000 <= nowMs);
}

/** Milliseconds until the next of the ready pods becomes available; undefined when none is waiting for that. */
export function nextAvailableInMs(
  pods: readonly Pod[],
  minReadySeconds: number,
  nowMs: number,
): number | undefined {
  let next: number | undefined;
  for (const pod of pods) {
    const sinceMs = readySinceMs(pod);
    if (sinceMs === undefined) continue;
    const waitMs = sinceMs + minReadySeconds * 1000 - nowMs;
    if (waitMs > 0 && (next === undefined || waitMs < next)) next = waitMs;
  }
  return next;
}

/** A pod made from a template for its controller. The caller adds a name unless any will do. */
export function podFromTemplate(template: PodTemplateSpec | undefined, owner: StoredObject): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: `${owner.metadata.name}-`,
      ...(owner.metadata.namespace !== undefined && { namespace: owner.metadata.namespace }),
      ...(template?.metadata?.labels && { labels: template.metadata.labels }),
      ...(template?.metadata?.annotations && { annotations: template.metadata.annotations }),
      ...(template?.metadata?.finalizers && { finalizers: template.metadata.finalizers }),
      ownerReferences: [controllerReference(owner)],
    },
    spec: template?.spec ?? { containers: [] },
  };
}
