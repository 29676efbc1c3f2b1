import type { Lease } from '../../types/index.js';
import { invalidValue } from '../field-errors.js';
import type { Strategy } from '../resource.js';

/** coordination.k8s.io/v1 Lease. */
export const leaseStrategy: Strategy<Lease> = {
  generation: false,
  allowCreateOnUpdate: true,
  allowUnconditionalUpdate: false,
  validate({ spec }) {
    const errors = [];
    if (spec?.leaseDurationSeconds !== undefined && spec.leaseDurationSeconds <= 0)
      errors.push(
        invalidValue('spec.leaseDurationSeconds', spec.leaseDurationSeconds, 'must be greater than 0'),
      );
    if (spec?.leaseTransitions !== undefined && spec.leaseTransitions < 0)
      errors.push(
        invalidValue('spec.leaseTransitions', spec.leaseTransitions, 'must be greater than or equal to 0'),
      );
    return errors;
  },
};
