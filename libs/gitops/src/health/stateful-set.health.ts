import type { HealthCheck } from './check.js';
import { fieldAt, numberAt, textAt } from './read.js';

/** StatefulSet: progressing until its replicas are ready and of the newest revision; never degraded, as in Argo CD. */
export const statefulSetHealth: HealthCheck = (object) => {
  const observed = numberAt(object, ['status', 'observedGeneration']);
  if (observed === 0 || (object.metadata.generation ?? 0) > observed) {
    return { status: 'Progressing', message: 'Waiting for statefulset spec update to be observed...' };
  }
  const wanted = numberAt(object, ['spec', 'replicas'], 1);
  const ready = numberAt(object, ['status', 'readyReplicas']);
  if (ready < wanted)
    return { status: 'Progressing', message: `Waiting for ${wanted - ready} pods to be ready...` };
  const strategy = textAt(object, 'spec', 'updateStrategy', 'type') || 'RollingUpdate';
  if (strategy === 'OnDelete') {
    return { status: 'Healthy', message: `statefulset has ${ready} ready pods` };
  }
  if (fieldAt(object, 'spec', 'updateStrategy', 'rollingUpdate') !== undefined) {
    const expected = wanted - numberAt(object, ['spec', 'updateStrategy', 'rollingUpdate', 'partition']);
    const updated = numberAt(object, ['status', 'updatedReplicas']);
    if (updated < expected) {
      return {
        status: 'Progressing',
        message: `Waiting for partitioned roll out to finish: ${updated} out of ${expected} new pods have been updated...`,
      };
    }
    return {
      status: 'Healthy',
      message: `partitioned roll out complete: ${updated} new pods have been updated...`,
    };
  }
  if (textAt(object, 'status', 'updateRevision') !== textAt(object, 'status', 'currentRevision')) {
    return {
      status: 'Progressing',
      message: `waiting for statefulset rolling update to complete ${numberAt(object, ['status', 'updatedReplicas'])} pods at revision ${textAt(object, 'status', 'updateRevision')}...`,
    };
  }
  return {
    status: 'Healthy',
    message: `statefulset rolling update complete ${numberAt(object, ['status', 'currentReplicas'])} pods at revision ${textAt(object, 'status', 'currentRevision')}...`,
  };
};
