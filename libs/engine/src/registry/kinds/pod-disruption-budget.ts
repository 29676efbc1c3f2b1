import type { PodDisruptionBudget } from '../../types/index.js';
import { invalidValue } from '../field-errors.js';
import type { Strategy } from '../resource.js';
import { pathSegmentProblems } from '../names.js';
import { intOrPercent } from '../validation/numbers.js';
import { validateSelector } from '../validation/selectors.js';
import { validateDisruptionBudgetStatus } from '../validation/status/disruption-budget-status.js';

/** policy/v1 PodDisruptionBudget. */
export const podDisruptionBudgetStrategy: Strategy<PodDisruptionBudget> = {
  // Kubernetes looks at nothing but the spec of budgets.
  nameProblems: pathSegmentProblems,
  prepareForCreate: (budget) => ({
    ...budget,
    status: { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 },
  }),
  validate({ spec = {} }) {
    const errors = [
      ...intOrPercent(spec.minAvailable, 'spec.minAvailable'),
      ...intOrPercent(spec.maxUnavailable, 'spec.maxUnavailable'),
      ...validateSelector(spec.selector, 'spec.selector'),
    ];
    if (spec.minAvailable !== undefined && spec.maxUnavailable !== undefined)
      errors.push(invalidValue('spec', spec, 'minAvailable and maxUnavailable cannot be both set'));
    return errors;
  },
  validateStatus: validateDisruptionBudgetStatus,
};
