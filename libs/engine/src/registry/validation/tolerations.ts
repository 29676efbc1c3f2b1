import type { Toleration } from '../../types/index.js';
import type { FieldError } from '../../api/api-error.js';
import { forbiddenField, invalidEach, invalidValue, notSupported } from '../field-errors.js';
import { labelValueProblems } from '../names.js';
import { labelName, oneOf } from './paths.js';

/** What a taint does to pods that do not tolerate it. */
export const TAINT_EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];
const ANY_KEY = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';

/** What a pod puts up with (ValidateTolerations). */
export function validateTolerations(tolerations: readonly Toleration[], field: string): FieldError[] {
  return tolerations.flatMap((toleration, index) => validateToleration(toleration, `${field}[${index}]`));
}

/** A pod that runs may be given more tolerations; of those it has only the seconds may change. */
export function validateAddedTolerations(
  now: readonly Toleration[],
  before: readonly Toleration[],
  field: string,
): FieldError[] {
  const kept = new Set(now.map(withoutSeconds));
  return before.every((one) => kept.has(withoutSeconds(one)))
    ? validateTolerations(now, field)
    : [forbiddenField(field, 'existing toleration can not be modified except its tolerationSeconds')];
}

/** All a toleration says but its seconds. */
function withoutSeconds({ key, operator, value, effect }: Toleration): string {
  return JSON.stringify([key, operator, value, effect]);
}

function validateToleration(toleration: Toleration, field: string): FieldError[] {
  const { key = '', operator = '', value = '', effect = '', tolerationSeconds } = toleration;
  const errors: FieldError[] = key ? labelName(key, `${field}.key`) : [];
  if (!key && operator !== 'Exists') errors.push(invalidValue(`${field}.operator`, operator, ANY_KEY));
  if (tolerationSeconds !== undefined && effect !== 'NoExecute')
    errors.push(
      invalidValue(`${field}.effect`, effect, "effect must be 'NoExecute' when `tolerationSeconds` is set"),
    );
  if (operator === 'Equal' || operator === '') {
    const problems = labelValueProblems(value);
    if (problems.length > 0) errors.push(invalidValue(`${field}.operator`, value, problems.join(';')));
  } else if (operator === 'Exists') {
    if (value)
      errors.push(
        invalidValue(`${field}.operator`, value, "value must be empty when `operator` is 'Exists'"),
      );
  } else if (operator === 'Lt' || operator === 'Gt') {
    errors.push(...invalidEach(`${field}.value`, value, wholeNumberProblems(value)));
  } else errors.push(notSupported(`${field}.operator`, operator, ['Equal', 'Exists']));
  if (effect) errors.push(...oneOf(effect, `${field}.effect`, TAINT_EFFECTS));
  return errors;
}

function wholeNumberProblems(value: string): string[] {
  return /^(0|-?[1-9]\d{0,18})$/.test(value)
    ? []
    : [
        'must be a valid decimal integer in canonical form',
        `strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax`,
      ];
}
