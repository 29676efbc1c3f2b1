import type { ServiceCIDR } from '../../types/index.js';
import { cidrProblem } from '../cidr-problem.js';
import { IMMUTABLE, invalidValue, required } from '../field-errors.js';
import type { Strategy } from '../resource.js';

/** One range for each family of addresses. */
const MOST_RANGES = 2;

/** networking.k8s.io/v1 ServiceCIDR (pkg/apis/networking/validation). */
export const serviceCidrStrategy: Strategy<ServiceCIDR> = {
  generation: false,
  statusKeeps: 'metadata',
  validate({ spec }) {
    const cidrs = spec?.cidrs ?? [];
    const [first = '', second] = cidrs;
    if (cidrs.length === 0) return [required('spec.cidrs', 'at least one CIDR required')];
    if (cidrs.length > MOST_RANGES)
      return [invalidValue('spec.cidrs', cidrs, 'may only hold up to 2 values')];
    const errors = cidrs.flatMap((cidr, index) => {
      const problem = cidrProblem(cidr);
      return problem === undefined ? [] : [invalidValue(`spec.cidrs[${index}]`, cidr, problem)];
    });
    if (errors.length === 0 && second !== undefined && first.includes(':') === second.includes(':'))
      errors.push(
        invalidValue(
          'spec.cidrs',
          cidrs,
          'may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64',
        ),
      );
    return errors;
  },
  validateUpdate({ spec }, old) {
    const [now, before] = [spec?.cidrs ?? [], old.spec?.cidrs ?? []];
    // A second family may come, what is there stays.
    if (now.length !== before.length && !(before.length === 1 && now.length === MOST_RANGES))
      return [invalidValue('spec.cidrs', now, IMMUTABLE)];
    return before.flatMap((cidr, index) =>
      cidr === now[index] ? [] : [invalidValue(`spec.cidrs[${index}]`, now[index], IMMUTABLE)],
    );
  },
};
