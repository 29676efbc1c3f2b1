import type { HealthCheck } from './check.js';
import { listAt, textAt } from './read.js';

/** PodDisruptionBudget: degraded when a condition is false for another reason than too few pods. */
export const podDisruptionBudgetHealth: HealthCheck = (object) => {
  const conditions = listAt(object, 'status', 'conditions');
  for (const condition of conditions) {
    if (condition['status'] === 'False' && textAt(condition, 'reason') !== 'InsufficientPods') {
      return { status: 'Degraded', message: `PodDisruptionBudget has ${textAt(condition, 'reason')}` };
    }
  }
  if (conditions.length === 0 && object['status'] === undefined) {
    return { status: 'Progressing', message: 'Waiting for status' };
  }
  return { status: 'Healthy' };
};
