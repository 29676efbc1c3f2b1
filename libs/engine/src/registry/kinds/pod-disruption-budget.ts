import type { PodDisruptionBudget } from '../../types/index.js';
import { invalidValue } from '../field-errors.js';
import type { Strategy } from '../resource.js';
import { pathSegmentProblems } from '../names.js';
import { atMostAll, intOrPercent } from '../validation/numbers.js';
import { noneOrOneOf } from '../validation/paths.js';
import { validateSelector } from '../validation/selectors.js';
import { validateDisruptionBudgetStatus } from '../validation/status/disruption-budget-status.js';

const EVICTION_POLICIES = ['AlwaysAllow', 'IfHealthyBudget'];

/** policy/v1 PodDisruptionBudget. */
export const podDisruptionBudgetStrategy: Strategy<PodDisruptionBudget> = {
  allowUnconditionalUpdate: false,
  // Kubernetes looks at nothing but the spec of budgets.
  nameProblems: pathSegmentProblems,
  prepareForCreate: (budget) => ({
    ...budget,
    status: { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 },
  }),
  validate({ spec = {} }) {
    const hasBoth = spec.minAvailable !== undefined && spec.maxUnavailable !== undefined;
    return [
      ...(hasBoth ? [invalidValue('spec', spec, 'minAvailable and maxUnavailable cannot be both set')] : []),
      ...(['minAvailable', 'maxUnavailable'] as const).flatMap((key) => [
        ...intOrPercent(spec[key], `spec.${key}`),
        ...atMostAll(spec[key], `spec.${key}`),
      ]),
      ...validateSelector(spec.selector, 'spec.selector'),
      ...noneOrOneOf(spec.unhealthyPodEvictionPolicy, 'spec.unhealthyPodEvictionPolicy', EVICTION_POLICIES),
    ];
  },
  validateStatus: validateDisruptionBudgetStatus,
};
