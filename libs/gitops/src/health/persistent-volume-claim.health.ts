import type { HealthCheck } from './check.js';
import { textAt } from './read.js';

/** PersistentVolumeClaim: by phase. */
export const persistentVolumeClaimHealth: HealthCheck = (object) => {
  switch (textAt(object, 'status', 'phase')) {
    case 'Bound':
      return { status: 'Healthy' };
    case 'Pending':
      return { status: 'Progressing' };
    case 'Lost':
      return { status: 'Degraded' };
    default:
      return { status: 'Unknown' };
  }
};
