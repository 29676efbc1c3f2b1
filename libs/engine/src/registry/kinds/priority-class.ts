import type { FieldError } from '../../api/api-error.js';
import type { PriorityClass } from '../../types/index.js';
import { forbiddenField, IMMUTABLE, invalidValue } from '../field-errors.js';
import { fillUnset } from '../fill.js';
import type { Strategy } from '../resource.js';
import { oneOf } from '../validation/paths.js';

/** What users may ask for; higher values belong to the system. */
export const HIGHEST_USER_PRIORITY = 1_000_000_000;

const POLICIES = ['PreemptLowerPriority', 'Never'];

/** The classes every cluster has, and what they are worth. */
const SYSTEM_CLASSES = new Map([
  ['system-node-critical', 2_000_001_000],
  ['system-cluster-critical', 2_000_000_000],
]);

function systemClassProblem(name: string, value: number, globalDefault: boolean): string | undefined {
  const known = SYSTEM_CLASSES.get(name);
  if (known === undefined) return `${name} is not a known system priority class`;
  if (value !== known) return `value of ${name} PriorityClass must be ${known}`;
  return globalDefault ? `globalDefault of ${name} PriorityClass must be false` : undefined;
}

/** scheduling.k8s.io/v1 PriorityClass. */
export const priorityClassStrategy: Strategy<PriorityClass> = {
  defaults: (priority) => fillUnset(priority, { preemptionPolicy: 'PreemptLowerPriority', value: 0 }),
  validate({ metadata, value = 0, globalDefault = false, preemptionPolicy }) {
    const name = metadata.name ?? '';
    const errors: FieldError[] = [];
    if (name.startsWith('system-')) {
      const problem = systemClassProblem(name, value, globalDefault);
      if (problem)
        errors.push(
          forbiddenField(
            'metadata.name',
            `priority class names with 'system-' prefix are reserved for system use only. error: ${problem}`,
          ),
        );
    } else if (value > HIGHEST_USER_PRIORITY)
      errors.push(
        forbiddenField(
          'value',
          `maximum allowed value of a user defined priority is ${HIGHEST_USER_PRIORITY}`,
        ),
      );
    return [...errors, ...oneOf(preemptionPolicy, 'preemptionPolicy', POLICIES)];
  },
  validateUpdate(object, old) {
    const errors = [];
    if (object.value !== old.value) errors.push(forbiddenField('value', 'may not be changed in an update.'));
    if (object.preemptionPolicy !== old.preemptionPolicy)
      errors.push(invalidValue('preemptionPolicy', object.preemptionPolicy, IMMUTABLE));
    return errors;
  },
};
