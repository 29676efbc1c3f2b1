import type { FieldError } from '../../api/api-error.js';
import type { PodSpec } from '../../types/index.js';
import { duplicate, invalidValue, required } from '../field-errors.js';

const LONGEST_NAME = 253;
const SEGMENT = '[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const PATTERN = `^(${SEGMENT}[\\./])*${SEGMENT}$`;

/** Names of kernel parameters (validateSysctls). Which of them a node lets pods have, the node says. */
export function validateSysctls(spec: PodSpec, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  for (const [index, { name }] of (spec.securityContext?.sysctls ?? []).entries()) {
    const at = `${field}[${index}].name`;
    if (!name) errors.push(required(at));
    else if (name.length > LONGEST_NAME || !new RegExp(PATTERN).test(name))
      errors.push(
        invalidValue(at, name, `must have at most ${LONGEST_NAME} characters and match regex ${PATTERN}`),
      );
    else if (names.has(name)) errors.push(duplicate(at, name));
    names.add(name);
  }
  return errors;
}
