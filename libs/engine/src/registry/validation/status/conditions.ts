import type { FieldError } from '../../../api/api-error.js';
import type { Condition } from '../../../types/index.js';
import { duplicate, invalidValue, notSupported, required, tooLong } from '../../field-errors.js';
import { labelName } from '../paths.js';
import type { Sent } from '../sent.js';

/** What a condition may say of itself. */
export const CONDITION_STATUSES = ['False', 'True', 'Unknown'];
const LONGEST_REASON = 1024;
const LONGEST_MESSAGE = 32 * 1024;
const REASON = '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?';
const reasonPattern = new RegExp(`^${REASON}$`);

/** Conditions of the shape all newer kinds share, one of each type (ValidateConditions of apis/meta). */
export function validateStandardConditions(
  conditions: readonly Condition[] | undefined,
  field: string,
): FieldError[] {
  const seen = new Set<string>();
  return (conditions ?? []).flatMap((condition, index) => {
    const at = `${field}[${index}]`;
    const isRepeated = seen.has(condition.type);
    seen.add(condition.type);
    return [
      ...(isRepeated ? [duplicate(`${at}.type`, condition.type)] : []),
      ...conditionErrors(condition, at),
    ];
  });
}

/** Conditions that need a type each, and no more (apis/flowcontrol). */
export function validateConditionTypes(
  conditions: readonly { readonly type?: string }[] | undefined,
): FieldError[] {
  const seen = new Set<string>();
  return (conditions ?? []).flatMap(({ type = '' }, index) => {
    const field = `status.conditions[${index}].type`;
    const isRepeated = seen.has(type);
    seen.add(type);
    return [...(isRepeated ? [duplicate(field, type)] : []), ...(type ? [] : [required(field)])];
  });
}

function conditionErrors(condition: Sent<Condition>, at: string): FieldError[] {
  const {
    type,
    status = '',
    observedGeneration = 0,
    lastTransitionTime,
    reason = '',
    message = '',
  } = condition;
  return [
    ...labelName(type, `${at}.type`),
    ...(CONDITION_STATUSES.includes(status)
      ? []
      : [notSupported(`${at}.status`, status, CONDITION_STATUSES)]),
    ...(observedGeneration < 0
      ? [
          invalidValue(
            `${at}.observedGeneration`,
            observedGeneration,
            'must be greater than or equal to zero',
          ),
        ]
      : []),
    ...(lastTransitionTime ? [] : [required(`${at}.lastTransitionTime`)]),
    ...reasonErrors(reason, `${at}.reason`),
    ...(Buffer.byteLength(message) > LONGEST_MESSAGE ? [tooLong(`${at}.message`, LONGEST_MESSAGE)] : []),
  ];
}

function reasonErrors(reason: string, field: string): FieldError[] {
  if (!reason) return [required(field)];
  const errors: FieldError[] = [];
  if (!reasonPattern.test(reason))
    errors.push(
      invalidValue(
        field,
        reason,
        `a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName',  or 'ReasonA,ReasonB',  or 'ReasonA:ReasonB', regex used for validation is '${REASON}')`,
      ),
    );
  if (Buffer.byteLength(reason) > LONGEST_REASON) errors.push(tooLong(field, LONGEST_REASON));
  return errors;
}
