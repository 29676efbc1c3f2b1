import type { JsonValue } from '@lotse/manifests';
import { PathError, type Comparison } from './json-path-step.js';

/** Compares two plain values of one type. Throws a PathError for any others. */
export function compareValues(one: JsonValue, operator: Comparison, other: JsonValue): boolean {
  const type = typeof one;
  if (type !== typeof other || !['string', 'number', 'boolean'].includes(type))
    throw new PathError('incompatible types for comparison');
  if (operator === '==') return one === other;
  if (operator === '!=') return one !== other;
  if (typeof one === 'boolean' || one === null || other === null)
    throw new PathError('invalid type for comparison');
  if (operator === '<') return one < other;
  if (operator === '<=') return one <= other;
  return operator === '>' ? one > other : one >= other;
}
