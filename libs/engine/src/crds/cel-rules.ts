import type { JsonValue } from '@lotse/manifests';
import type { FieldError } from '../api/api-error.js';
import { invalidValue } from '../registry/field-errors.js';
import type { JSONSchemaProps, ValidationRule } from '../types/index.js';
import { celOptional, celProblem, celValue, compileCel } from './cel.js';

const REASONS = [
  'FieldValueRequired',
  'FieldValueInvalid',
  'FieldValueForbidden',
  'FieldValueDuplicate',
] as const;

/** What the `x-kubernetes-validations` of one schema say about one value. Rules about `oldSelf` need an old value. */
export function ruleErrors(
  value: JsonValue,
  schema: JSONSchemaProps,
  path: string,
  old: JsonValue | undefined,
): FieldError[] {
  const rules = schema['x-kubernetes-validations'] ?? [];
  if (rules.length === 0) return [];
  const self = celValue(value);
  const plain = { self, ...(old !== undefined && { oldSelf: celValue(old) }) };
  return rules.flatMap((rule) => {
    const variables = rule.optionalOldSelf ? { self, oldSelf: celOptional(old) } : plain;
    return ruleError(rule, variables, schema, path) ?? [];
  });
}

function ruleError(
  rule: ValidationRule,
  variables: Readonly<Record<string, unknown>>,
  schema: JSONSchemaProps,
  path: string,
): FieldError | undefined {
  if (!('oldSelf' in variables) && /\boldSelf\b/.test(rule.rule)) return undefined;
  const place = `${path}${rule.fieldPath ?? ''}`.replace(/^\./, '');
  const type = schema.type ?? 'object';
  try {
    if (compileCel(rule.rule)(variables) === true) return undefined;
  } catch (error) {
    return invalidValue(place || '<nil>', type, `rule "${rule.rule}": ${celProblem(error)}`);
  }
  const reason = REASONS.find((one) => one === rule.reason) ?? 'FieldValueInvalid';
  const found = invalidValue(place || '<nil>', type, messageOf(rule, variables));
  return { ...found, reason };
}

function messageOf(rule: ValidationRule, variables: Readonly<Record<string, unknown>>): string {
  if (rule.messageExpression) {
    try {
      const text = compileCel(rule.messageExpression)(variables);
      if (typeof text === 'string' && text !== '') return text;
    } catch {
      // A message that can't be made gives way to the plain one.
    }
  }
  return rule.message?.trim() || `failed rule: ${rule.rule.trim()}`;
}
