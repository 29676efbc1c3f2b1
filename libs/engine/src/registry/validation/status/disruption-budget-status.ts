import type { FieldError } from '../../../api/api-error.js';
import type { PodDisruptionBudget } from '../../../types/index.js';
import { validateStandardConditions } from './conditions.js';
import { validateCounts } from './counts.js';

/** How many pods may go (ValidatePodDisruptionBudgetStatusUpdate). */
export function validateDisruptionBudgetStatus({ status }: PodDisruptionBudget): FieldError[] {
  return [
    ...validateStandardConditions(status?.conditions, 'status.conditions'),
    ...validateCounts(status ?? {}, [
      'disruptionsAllowed',
      'currentHealthy',
      'desiredHealthy',
      'expectedPods',
    ]),
  ];
}
