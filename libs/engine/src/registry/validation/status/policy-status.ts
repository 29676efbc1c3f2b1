import type { FieldError } from '../../../api/api-error.js';
import type { ExpressionWarning, ValidatingAdmissionPolicy } from '../../../types/index.js';
import { required } from '../../field-errors.js';
import type { Sent } from '../sent.js';
import { validateStandardConditions } from './conditions.js';

/** What checking the types of a policy found (validateValidatingAdmissionPolicyStatus). */
export function validatePolicyStatus({ status }: ValidatingAdmissionPolicy): FieldError[] {
  const at = 'status.typeChecking.expressionWarnings';
  return [
    ...(status?.typeChecking?.expressionWarnings ?? []).flatMap((warning, index) =>
      warningErrors(warning, `${at}[${index}]`),
    ),
    ...validateStandardConditions(status?.conditions, 'status.conditions'),
  ];
}

function warningErrors({ warning, fieldRef = '' }: Sent<ExpressionWarning>, field: string): FieldError[] {
  return [
    ...(warning ? [] : [required(`${field}.warning`)]),
    ...(fieldRef.trim() ? [] : [required(`${field}.fieldRef`)]),
  ];
}
