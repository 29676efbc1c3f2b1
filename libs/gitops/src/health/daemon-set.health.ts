import type { HealthCheck } from './check.js';
import { numberAt, specNotObserved, textAt } from './read.js';

/** DaemonSet: progressing until each wanted node runs an available pod of the newest revision; never degraded, as in Argo CD. */
export const daemonSetHealth: HealthCheck = (object) => {
  if (specNotObserved(object)) {
    return {
      status: 'Progressing',
      message: 'Waiting for rollout to finish: observed daemon set generation less than desired generation',
    };
  }
  const name = object.metadata.name ?? '';
  const wanted = numberAt(object, ['status', 'desiredNumberScheduled']);
  const updated = numberAt(object, ['status', 'updatedNumberScheduled']);
  const available = numberAt(object, ['status', 'numberAvailable']);
  if (textAt(object, 'spec', 'updateStrategy', 'type') === 'OnDelete') {
    return {
      status: 'Healthy',
      message: `daemon set ${updated} out of ${wanted} new pods have been updated`,
    };
  }
  if (updated < wanted) {
    return {
      status: 'Progressing',
      message: `Waiting for daemon set "${name}" rollout to finish: ${updated} out of ${wanted} new pods have been updated...`,
    };
  }
  if (available < wanted) {
    return {
      status: 'Progressing',
      message: `Waiting for daemon set "${name}" rollout to finish: ${available} of ${wanted} updated pods are available...`,
    };
  }
  return { status: 'Healthy' };
};
