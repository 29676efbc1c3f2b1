import { isJsonObject, type JsonValue } from '@lotse/manifests';
import type { FieldError } from '../api/api-error.js';
import { Budget, CelCostExceeded, RUNTIME_BUDGET } from '../cel/budget.js';
import { celProblem } from '../cel/compile.js';
import { CelOptional, NONE } from '../cel/values.js';
import { duplicate, forbiddenField, invalidValue, required } from '../registry/field-errors.js';
import { jsonEqual } from '../registry/json-equal.js';
import type { JSONSchemaProps } from '../types/index.js';
import { celTyped } from './cel-typed.js';
import { withObjectFields } from './cel-declaration.js';
import { normalizedFieldPath } from './rule-field-path.js';
import { hasRules, rulesOf, type SchemaRule } from './schema-rules.js';

/** Longest message an expression may make (apiserver apis/cel/config.go). */
const LONGEST_MESSAGE = 5 * 1024;
const OUT_OF_BUDGET =
  'validation failed due to running out of cost budget, no further validation rules will be run';

/** A value with what it was before, as far as the two can be told to be the same thing. */
interface Place {
  readonly path: string;
  readonly schema: JSONSchemaProps;
  readonly isObject: boolean;
  readonly old: JsonValue | undefined;
  /** Nothing around here has changed: what was wrong before is tolerated, except by rules about changes. */
  readonly isUnchanged: boolean;
}

/**
 * What the `x-kubernetes-validations` of a schema say about a whole object and everything in it, within the budget of one
 * object. Rules about `oldSelf` need an old value (apiextensions schema/cel/validation.go).
 */
export function objectRuleErrors(value: JsonValue, schema: JSONSchemaProps, old?: JsonValue): FieldError[] {
  if (!hasRules(schema)) return [];
  const walk = new RuleWalk();
  walk.visit(value, { path: '', schema, isObject: true, old, isUnchanged: false });
  return walk.errors;
}

/** Thrown when nothing more may be evaluated. */
class OutOfBudget extends Error {}

class RuleWalk {
  readonly errors: FieldError[] = [];
  #left: number = RUNTIME_BUDGET;

  visit(value: JsonValue, place: Place): void {
    try {
      this.#value(value, place);
    } catch (error) {
      if (!(error instanceof OutOfBudget)) throw error;
    }
  }

  #value(value: JsonValue, place: Place): void {
    const { schema, old } = place;
    if (value === null || !hasRules(schema)) return;
    const here = old === undefined ? place : { ...place, isUnchanged: jsonEqual(value, old) };
    this.#rules(value, here, schema['x-kubernetes-validations'] === undefined ? undefined : schema);
    for (const one of schema.allOf ?? []) {
      const { 'x-kubernetes-validations': rules, ...rest } = one;
      if (rules) this.#rules(value, here, merged(one, schema));
      if (hasRules(rest)) this.#children(value, { ...here, schema: withDeclared(one, schema) });
    }
    this.#children(value, here);
  }

  #children(value: JsonValue, { path, schema, old, isUnchanged }: Place): void {
    const child = (one: JSONSchemaProps, at: string, before: JsonValue | undefined): Place => ({
      path: at,
      schema: one,
      isObject: one['x-kubernetes-embedded-resource'] === true,
      old: before,
      isUnchanged,
    });
    if (Array.isArray(value)) {
      const { items } = schema;
      if (!items || Array.isArray(items)) return;
      const before = oldItems(old, schema);
      for (const [index, item] of value.entries())
        this.#value(item, child(items, `${path}[${index}]`, before(item)));
      return;
    }
    if (!isJsonObject(value)) return;
    const { properties = {}, additionalProperties: others } = schema;
    const before = isJsonObject(old) ? old : undefined;
    for (const [key, one] of Object.entries(value)) {
      const was = before && Object.hasOwn(before, key) ? before[key] : undefined;
      const property = Object.hasOwn(properties, key) ? properties[key] : undefined;
      if (property) this.#value(one, child(property, path === '' ? key : `${path}.${key}`, was));
      else if (typeof others === 'object') this.#value(one, child(others, `${path}[${key}]`, was));
    }
  }

  #rules(value: JsonValue, place: Place, schema: JSONSchemaProps | undefined): void {
    const rules = schema && rulesOf(schema, place.isObject);
    if (!rules || rules.length === 0) return;
    const { old } = place;
    const typed = place.isObject ? withObjectFields(schema) : schema;
    const self = celTyped(value, typed);
    const before = old === undefined ? undefined : celTyped(old, typed);
    for (const rule of rules) {
      if (!rule.program) {
        if (rule.problem !== undefined)
          this.errors.push(this.#invalid(place, `rule compile error: ${rule.problem}`));
        continue;
      }
      if (rule.usesOldSelf && before === undefined && !rule.rule.optionalOldSelf) continue;
      const optional = before === undefined ? NONE : new CelOptional(before);
      const variables = { self, oldSelf: rule.rule.optionalOldSelf ? optional : before };
      if (this.#holds(rule, variables, place)) continue;
      const error = this.#failure(value, rule, variables, place);
      if (rule.usesOldSelf || !place.isUnchanged) this.errors.push(error);
    }
  }

  /** True also when the rule could not be evaluated: then that has been said already. */
  #holds({ program, rule }: SchemaRule, variables: Readonly<Record<string, unknown>>, place: Place): boolean {
    const budget = new Budget();
    try {
      const holds = program?.(variables, budget) === true;
      this.#pay(budget, place);
      return holds;
    } catch (error) {
      if (error instanceof OutOfBudget) throw error;
      if (!(error instanceof CelCostExceeded)) this.#pay(budget, place);
      this.errors.push(this.#invalid(place, failureOf(error, rule.message?.trim() || rule.rule.trim())));
      if (error instanceof CelCostExceeded) throw new OutOfBudget();
      return true;
    }
  }

  #pay({ spent }: Budget, place: Place): void {
    if (spent > this.#left) {
      this.errors.push(this.#invalid(place, OUT_OF_BUDGET));
      throw new OutOfBudget();
    }
    this.#left -= spent;
  }

  #failure(
    value: JsonValue,
    found: SchemaRule,
    variables: Readonly<Record<string, unknown>>,
    place: Place,
  ): FieldError {
    const { rule } = found;
    const at = fieldAt(place.path, rule.fieldPath, place.schema);
    const detail =
      this.#message(found, variables, place) ?? (rule.message?.trim() || `failed rule: ${rule.rule.trim()}`);
    switch (rule.reason ?? '') {
      case 'FieldValueForbidden':
        return forbiddenField(at, detail);
      case 'FieldValueRequired':
        return required(at, detail);
      case 'FieldValueDuplicate':
        return isPlain(place.schema)
          ? duplicate(at, value)
          : { reason: 'FieldValueDuplicate', field: at, message: 'Duplicate value' };
      default:
        return isPlain(place.schema)
          ? invalidValue(at, value, detail)
          : { reason: 'FieldValueInvalid', field: at, message: `Invalid value: ${detail}` };
    }
  }

  #message(
    { message, rule }: SchemaRule,
    variables: Readonly<Record<string, unknown>>,
    place: Place,
  ): string | undefined {
    if (!message) return undefined;
    const budget = new Budget();
    try {
      const text = message(variables, budget);
      this.#payMessage(budget, place);
      const trimmed = typeof text === 'string' ? text.trim() : '';
      const isFit = Buffer.byteLength(trimmed) <= LONGEST_MESSAGE && !trimmed.includes('\n');
      return trimmed !== '' && isFit ? trimmed : undefined;
    } catch (error) {
      if (error instanceof OutOfBudget) throw error;
      if (!(error instanceof CelCostExceeded)) {
        // A message that can't be made gives way to the plain one.
        this.#payMessage(budget, place);
        return undefined;
      }
      this.errors.push(
        this.#invalid(
          place,
          `no further validation rules will be run due to call cost exceeds limit for messageExpression: ${JSON.stringify(rule.messageExpression)}`,
        ),
      );
      throw new OutOfBudget();
    }
  }

  #payMessage({ spent }: Budget, place: Place): void {
    if (spent > this.#left) {
      this.errors.push(
        this.#invalid(
          place,
          'messageExpression evaluation failed due to running out of cost budget, no further validation rules will be run',
        ),
      );
      throw new OutOfBudget();
    }
    this.#left -= spent;
  }

  #invalid({ path, schema }: Place, detail: string): FieldError {
    return invalidValue(path || '<nil>', schema.type ?? '', detail);
  }
}

/** Things have no printed value, numbers and texts do. */
const isPlain = ({ type }: JSONSchemaProps): boolean => type !== 'object' && type !== 'array';

/** The place a rule points at: `.a.b` or `.a['b']` below its own, keys of maps in brackets. */
function fieldAt(path: string, fieldPath: string | undefined, schema: JSONSchemaProps): string {
  const below = fieldPath ? (normalizedFieldPath(fieldPath, schema) ?? '') : '';
  return [path, below].filter((part) => part !== '').join('.') || '<nil>';
}

function oldItems(
  old: JsonValue | undefined,
  schema: JSONSchemaProps,
): (item: JsonValue) => JsonValue | undefined {
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  if (schema['x-kubernetes-list-type'] !== 'map' || !Array.isArray(old)) return () => undefined;
  const keyOf = (item: JsonValue): string | undefined =>
    isJsonObject(item) ? JSON.stringify(keys.map((key) => item[key] ?? null)) : undefined;
  const known = new Map<string, JsonValue>();
  for (const item of old) {
    const key = keyOf(item);
    if (key !== undefined && !known.has(key)) known.set(key, item);
  }
  return (item) => {
    const key = keyOf(item);
    return key === undefined ? undefined : known.get(key);
  };
}

/** What is made of a schema and a branch of it is made once: equal branches of several schemas may be one value. */
function madeOnce(
  make: (branch: JSONSchemaProps, schema: JSONSchemaProps) => JSONSchemaProps,
): (branch: JSONSchemaProps, schema: JSONSchemaProps) => JSONSchemaProps {
  const made = new WeakMap<JSONSchemaProps, WeakMap<JSONSchemaProps, JSONSchemaProps>>();
  return (branch, schema) => {
    const ofSchema = made.get(schema) ?? new WeakMap<JSONSchemaProps, JSONSchemaProps>();
    made.set(schema, ofSchema);
    const result = ofSchema.get(branch) ?? make(branch, schema);
    ofSchema.set(branch, result);
    return result;
  };
}

/** The rules of one branch about a value of the whole schema. */
const merged = madeOnce(
  (branch, schema) =>
    ({ ...schema, 'x-kubernetes-validations': branch['x-kubernetes-validations'] }) as JSONSchemaProps,
);

/** A branch whose parts are declared by the whole schema: only the rules below it are its own. */
const withDeclared = madeOnce((branch, schema) =>
  declaredBy({ ...branch, 'x-kubernetes-validations': [] } as JSONSchemaProps, schema),
);

function declaredBy(branch: JSONSchemaProps, schema: JSONSchemaProps): JSONSchemaProps {
  const { 'x-kubernetes-validations': _, properties, items, additionalProperties: others, ...rest } = schema;
  const rules = branch['x-kubernetes-validations'];
  return {
    ...rest,
    ...(rules?.length && { 'x-kubernetes-validations': rules }),
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([key, property]) => [
          key,
          declaredBy(
            branch.properties && Object.hasOwn(branch.properties, key) ? (branch.properties[key] ?? {}) : {},
            property,
          ),
        ]),
      ),
    }),
    ...(items && !Array.isArray(items) && { items: declaredBy(asSchema(branch.items), items) }),
    ...(typeof others === 'object' && {
      additionalProperties: declaredBy(asSchema(branch.additionalProperties), others),
    }),
  } as JSONSchemaProps;
}

const asSchema = (value: unknown): JSONSchemaProps =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};

/** Why a rule could not be evaluated. */
function failureOf(error: unknown, named: string): string {
  const problem = celProblem(error);
  if (error instanceof CelCostExceeded)
    return `'${problem}': no further validation rules will be run due to call cost exceeds limit for rule: ${named}`;
  if (problem.startsWith('no such overload'))
    return `'${problem}': call arguments did not match a supported operator, function or macro signature for rule: ${named}`;
  return `${problem} evaluating rule: ${named}`;
}
