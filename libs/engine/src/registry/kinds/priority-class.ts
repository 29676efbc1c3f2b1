import type { PriorityClass } from '../../types/index.js';
import { forbiddenField } from '../field-errors.js';
import { fill } from '../fill.js';
import type { Strategy } from '../resource.js';

/** What users may ask for; higher values belong to the system. */
export const HIGHEST_USER_PRIORITY = 1_000_000_000;

/** scheduling.k8s.io/v1 PriorityClass. */
export const priorityClassStrategy: Strategy<PriorityClass> = {
  defaults: (priority) => fill(priority, { preemptionPolicy: 'PreemptLowerPriority', value: 0 }),
  validate({ metadata, value = 0 }) {
    const name = metadata.name ?? '';
    const known = name === 'system-node-critical' || name === 'system-cluster-critical';
    if (name.startsWith('system-') && !known)
      return [
        forbiddenField(
          'metadata.name',
          `priority class names with 'system-' prefix are reserved for system use only. error: ${name} is not a known system priority class`,
        ),
      ];
    return !known && value > HIGHEST_USER_PRIORITY
      ? [
          forbiddenField(
            'value',
            `maximum allowed value of a user defined priority is ${HIGHEST_USER_PRIORITY}`,
          ),
        ]
      : [];
  },
  validateUpdate(object, old) {
    const errors = [];
    if (object.value !== old.value) errors.push(forbiddenField('value', 'may not be changed in an update.'));
    if (object.preemptionPolicy !== old.preemptionPolicy)
      errors.push(forbiddenField('preemptionPolicy', 'may not be changed in an update.'));
    return errors;
  },
};
