import type { FieldError } from '../../api/api-error.js';
import { invalidEach } from '../field-errors.js';
import { resourceNameProblems, validateAmount } from './resources.js';

/** What quotas count by names without a prefix. */
export const COUNTED =
  /^(?:(?:(?:requests|limits)\.)?(?:cpu|memory|ephemeral-storage)|requests\.storage|pods|resourcequotas|services|replicationcontrollers|secrets|persistentvolumeclaims|configmaps|services\.nodeports|services\.loadbalancers|(?:requests\.)?hugepages-.*)$/;

/** Amounts of what quotas count, by its name. */
export function validateQuotaAmounts(
  amounts: Record<string, string> | undefined,
  field: string,
): FieldError[] {
  return Object.entries(amounts ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, amount]) => {
      const at = `${field}[${name}]`;
      return [...invalidEach(at, name, nameProblems(name)), ...validateAmount(name, amount, at)];
    });
}

function nameProblems(name: string): string[] {
  const problems = resourceNameProblems(name);
  if (name.includes('/') || COUNTED.test(name)) return problems;
  return [...problems, 'must be a standard resource for quota'];
}
