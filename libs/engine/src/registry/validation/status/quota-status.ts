import type { FieldError } from '../../../api/api-error.js';
import type { ResourceQuota } from '../../../types/index.js';
import { validateQuotaAmounts } from '../quota-amounts.js';

/** What of a quota is used (ValidateResourceQuotaStatusUpdate). */
export function validateQuotaStatus({ status }: ResourceQuota): FieldError[] {
  return [
    ...validateQuotaAmounts(status?.hard, 'status.hard'),
    ...validateQuotaAmounts(status?.used, 'status.used'),
  ];
}
