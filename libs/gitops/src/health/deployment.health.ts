import type { HealthCheck } from './check.js';
import { fieldAt, listAt, numberAt, specNotObserved } from './read.js';

/** Deployment: suspended while paused, degraded after its progress deadline, progressing until all replicas are new and available. */
export const deploymentHealth: HealthCheck = (object) => {
  if (fieldAt(object, 'spec', 'paused') === true)
    return { status: 'Suspended', message: 'Deployment is paused' };
  if (specNotObserved(object)) {
    return {
      status: 'Progressing',
      message: 'Waiting for rollout to finish: observed deployment generation less than desired generation',
    };
  }
  const name = object.metadata.name ?? '';
  const deadline = listAt(object, 'status', 'conditions').some(
    (condition) => condition['type'] === 'Progressing' && condition['reason'] === 'ProgressDeadlineExceeded',
  );
  if (deadline) return { status: 'Degraded', message: `Deployment "${name}" exceeded its progress deadline` };
  const wanted = numberAt(object, ['spec', 'replicas'], 1);
  const replicas = numberAt(object, ['status', 'replicas']);
  const updated = numberAt(object, ['status', 'updatedReplicas']);
  const available = numberAt(object, ['status', 'availableReplicas']);
  if (updated < wanted) {
    return {
      status: 'Progressing',
      message: `Waiting for rollout to finish: ${updated} out of ${wanted} new replicas have been updated...`,
    };
  }
  if (replicas > updated) {
    return {
      status: 'Progressing',
      message: `Waiting for rollout to finish: ${replicas - updated} old replicas are pending termination...`,
    };
  }
  if (available < updated) {
    return {
      status: 'Progressing',
      message: `Waiting for rollout to finish: ${available} of ${updated} updated replicas are available...`,
    };
  }
  return { status: 'Healthy' };
};
