import type { FieldError } from '../../api/api-error.js';
import type { Taint } from '../../types/index.js';
import { duplicate, invalidValue } from '../field-errors.js';
import { labelValueProblems } from '../names.js';
import { labelName, oneOf } from './paths.js';
import { TAINT_EFFECTS } from './tolerations.js';

/** What a node keeps pods away with: one taint of each key and effect (validateNodeTaints). */
export function validateTaints(taints: readonly Taint[], field: string): FieldError[] {
  const seen = new Set<string>();
  return taints.flatMap((taint, index) => {
    const at = `${field}[${index}]`;
    const { key = '', value = '', effect = '' } = taint as Partial<Taint>;
    const problems = labelValueProblems(value);
    const errors = [
      ...labelName(key, `${at}.key`),
      ...(problems.length > 0 ? [invalidValue(`${at}.value`, value, problems.join(';'))] : []),
      ...oneOf(effect, `${at}.effect`, TAINT_EFFECTS),
    ];
    const identity = `${effect} ${key}`;
    if (seen.has(identity)) {
      const repeated = duplicate(at, taint);
      const message = `${repeated.message}: taints must be unique by key and effect pair`;
      errors.push({ ...repeated, message });
    }
    seen.add(identity);
    return errors;
  });
}
