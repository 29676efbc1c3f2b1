import type { FieldError } from '../../api/api-error.js';
import type { Container } from '../../types/index.js';
import { notSupported, required, tooMany } from '../field-errors.js';

const POLICIES = ['Always', 'Never', 'OnFailure'];
const ACTIONS = ['Restart', 'RestartAllContainers'];
const OPERATORS = ['In', 'NotIn'];
const MOST_RULES = 20;
const MOST_CODES = 255;

/** When a container runs again whatever its pod says (validateContainerRestartPolicy). */
export function validateRestartRules(
  { restartPolicy, restartPolicyRules = [] }: Container,
  field: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (restartPolicy !== undefined && !POLICIES.includes(restartPolicy))
    errors.push(notSupported(`${field}.restartPolicy`, restartPolicy, POLICIES));
  if (restartPolicy === undefined && restartPolicyRules.length > 0)
    errors.push(required(`${field}.restartPolicy`, 'must specify restartPolicy when restart rules are used'));
  const rules = `${field}.restartPolicyRules`;
  if (restartPolicyRules.length > MOST_RULES)
    errors.push(tooMany(rules, restartPolicyRules.length, MOST_RULES));
  for (const [index, { action, exitCodes }] of restartPolicyRules.entries()) {
    const at = `${rules}[${index}]`;
    if (!ACTIONS.includes(action)) errors.push(notSupported(`${at}.action`, action, ACTIONS));
    if (!exitCodes) {
      errors.push(required(`${at}.exitCodes`, 'must be specified'));
      continue;
    }
    const { operator, values = [] } = exitCodes;
    if (!OPERATORS.includes(operator))
      errors.push(notSupported(`${at}.exitCodes.operator`, operator, OPERATORS));
    if (values.length > MOST_CODES) errors.push(tooMany(`${at}.exitCodes.values`, values.length, MOST_CODES));
  }
  return errors;
}
