import type { HealthCheck } from './check.js';
import { listAt, numberAt, specNotObserved, textAt } from './read.js';

/** ReplicaSet: degraded when pods can't be made, progressing until enough are available. */
export const replicaSetHealth: HealthCheck = (object) => {
  if (specNotObserved(object)) {
    return {
      status: 'Progressing',
      message: 'Waiting for rollout to finish: observed replica set generation less than desired generation',
    };
  }
  for (const condition of listAt(object, 'status', 'conditions')) {
    if (condition['type'] === 'ReplicaFailure' && condition['status'] === 'True') {
      return { status: 'Degraded', message: textAt(condition, 'message') };
    }
  }
  const wanted = numberAt(object, ['spec', 'replicas'], 1);
  const available = numberAt(object, ['status', 'availableReplicas']);
  if (available < wanted) {
    return {
      status: 'Progressing',
      message: `Waiting for rollout to finish: ${available} out of ${wanted} new replicas are available...`,
    };
  }
  return { status: 'Healthy' };
};
