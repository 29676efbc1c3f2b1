import type { FieldError } from '../api/api-error.js';
import { capped } from '../cel/cost/range.js';
import { forbiddenField, invalidValue, notSupported, required } from '../registry/field-errors.js';
import type { JSONSchemaProps, ValidationRule } from '../types/index.js';
import { findField } from './rule-field-path.js';
import { rulesOf, type SchemaRule } from './schema-rules.js';

/** What one expression may cost at worst, and all of one schema together (apiextensions validation). */
const EXPRESSION_LIMIT = 10_000_000n;
const SCHEMA_LIMIT = 100_000_000n;
/** Rules named when a schema costs too much. */
const MOST_NAMED = 4;
const REASONS = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired'];

/** What is wrong with how a rule is written down. */
function ruleFormErrors(rule: ValidationRule, field: string, schema: JSONSchemaProps): FieldError[] {
  const errors: FieldError[] = [];
  const { message, messageExpression, fieldPath, reason } = rule;
  const hasBreak = (text: string): boolean => /[\n\r]/.test(text);
  const text = (rule.rule ?? '').trim();
  const told = (message ?? '').trim();
  if (text === '') errors.push(required(`${field}.rule`, 'rule is not specified'));
  else if (message && told === '')
    errors.push(invalidValue(`${field}.message`, message, 'must be non-empty if specified'));
  else if (hasBreak(told))
    errors.push(invalidValue(`${field}.message`, message, 'must not contain line breaks'));
  else if (hasBreak(text) && told === '')
    errors.push(required(`${field}.message`, 'message must be specified if rule contains line breaks'));
  if (messageExpression && messageExpression.trim() === '')
    errors.push(required(`${field}.messageExpression`, 'messageExpression must be non-empty if specified'));
  if (reason !== undefined && !REASONS.includes(reason))
    errors.push(notSupported(`${field}.reason`, reason, REASONS));
  if (fieldPath) {
    const at = `${field}.fieldPath`;
    if (fieldPath.trim() === '') errors.push(invalidValue(at, fieldPath, 'must be non-empty if specified'));
    if (hasBreak(fieldPath)) errors.push(invalidValue(at, fieldPath, 'must not contain line breaks'));
    if (!findField(fieldPath, schema)) errors.push(invalidValue(at, fieldPath, 'must be a valid path'));
  }
  return errors;
}

/**
 * What is wrong with all rules of a schema: how they are written down, and, where that and the schema are right, with their
 * expressions: no CEL, too costly, or about an old value that can't be known.
 */
export function ruleErrors(schema: JSONSchemaProps, field: string, isTyped: boolean): FieldError[] {
  const check = new RuleCheck(isTyped);
  check.schema(schema, field, { isObject: true, mostTimes: 1n, uncorrelated: undefined });
  return [...check.formErrors, ...check.errors, ...check.totalErrors(field)];
}

/** Where a schema stands in the whole. */
interface Standing {
  readonly isObject: boolean;
  /** How many values of it an object can have; undefined when there is no limit. */
  readonly mostTimes: bigint | undefined;
  /** The list whose items can't be told apart from one version to the next. */
  readonly uncorrelated: string | undefined;
}

class RuleCheck {
  readonly formErrors: FieldError[] = [];
  readonly errors: FieldError[] = [];
  readonly #isTyped: boolean;
  #total = 0n;
  readonly #expensive: { readonly field: string; readonly cost: bigint }[] = [];

  constructor(isTyped: boolean) {
    this.#isTyped = isTyped;
  }

  schema(schema: JSONSchemaProps, field: string, standing: Standing): void {
    const before = this.formErrors.length;
    const { items, properties = {}, additionalProperties: others } = schema;
    const below = (child: JSONSchemaProps, uncorrelated = standing.uncorrelated): Standing => {
      const factor = elementsOf(schema);
      return {
        isObject: child['x-kubernetes-embedded-resource'] === true,
        mostTimes:
          standing.mostTimes === undefined || factor === undefined
            ? undefined
            : capped(standing.mostTimes * factor),
        uncorrelated,
      };
    };
    if (typeof others === 'object') this.schema(others, `${field}.additionalProperties`, below(others));
    for (const [key, one] of Object.entries(properties))
      this.schema(one, `${field}.properties[${key}]`, below(one));
    if (items && !Array.isArray(items)) {
      const isMap = schema['x-kubernetes-list-type'] === 'map';
      this.schema(
        items,
        `${field}.items`,
        below(items, standing.uncorrelated ?? (isMap ? undefined : field)),
      );
    }
    const rules = schema['x-kubernetes-validations'] ?? [];
    for (const [index, rule] of rules.entries())
      this.formErrors.push(...ruleFormErrors(rule, `${field}.x-kubernetes-validations[${index}]`, schema));
    // What is wrong here or below would only make for strange types.
    if (rules.length > 0 && this.#isTyped && this.formErrors.length === before)
      this.#rules(schema, field, standing);
  }

  #rules(schema: JSONSchemaProps, field: string, standing: Standing): void {
    const at = `${field}.x-kubernetes-validations`;
    const rules = rulesOf(schema, standing.isObject);
    if (!rules) {
      this.errors.push(
        invalidValue(
          at,
          '',
          'failed to retrieve type information for x-kubernetes-validations: rules need a declared type',
        ),
      );
      return;
    }
    for (const [index, rule] of rules.entries()) this.#rule(rule, `${at}[${index}]`, standing);
  }

  #rule(found: SchemaRule, field: string, { mostTimes, uncorrelated }: Standing): void {
    const { rule, problem, messageProblem } = found;
    const cost = capped(found.worstCost * (mostTimes ?? found.mostTimes));
    this.#observe(`${field}.rule`, cost, 'estimated rule cost');
    if (problem !== undefined) this.errors.push(invalidValue(`${field}.rule`, rule, problem));
    if (messageProblem !== undefined)
      this.errors.push(invalidValue(`${field}.messageExpression`, rule, messageProblem));
    else if (found.message)
      this.#observe(`${field}.messageExpression`, found.worstMessageCost, 'estimated messageExpression cost');
    if (found.usesOldSelf && uncorrelated !== undefined)
      this.errors.push(
        invalidValue(
          `${field}.rule`,
          rule.rule,
          `oldSelf cannot be used on the uncorrelatable portion of the schema within ${uncorrelated}`,
        ),
      );
    if (!found.usesOldSelf && rule.optionalOldSelf !== undefined)
      this.errors.push(
        invalidValue(
          `${field}.optionalOldSelf`,
          rule.optionalOldSelf,
          'may not be set if oldSelf is not used in rule',
        ),
      );
  }

  #observe(field: string, cost: bigint, what: string): void {
    if (cost > EXPRESSION_LIMIT)
      this.errors.push(forbiddenField(field, tooCostly(what, cost, EXPRESSION_LIMIT)));
    this.#total = capped(this.#total + cost);
    if (cost >= SCHEMA_LIMIT / 100n) this.#expensive.push({ field, cost });
  }

  totalErrors(field: string): FieldError[] {
    if (this.#total <= SCHEMA_LIMIT) return [];
    const most = this.#expensive.toSorted((a, b) => (a.cost > b.cost ? -1 : a.cost < b.cost ? 1 : 0));
    return [
      ...most
        .slice(0, MOST_NAMED)
        .map((one) =>
          forbiddenField(
            one.field,
            'contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema',
          ),
        ),
      forbiddenField(
        field,
        tooCostly(
          'x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema',
          this.#total,
          SCHEMA_LIMIT,
        ),
      ),
    ];
  }
}

/** How many values below one value there can be; undefined without a limit. */
function elementsOf({
  type,
  additionalProperties,
  maxProperties,
  maxItems,
}: JSONSchemaProps): bigint | undefined {
  const most = (count: number | undefined): bigint | undefined =>
    count === undefined ? undefined : BigInt(Math.max(0, count));
  if (type === 'array') return most(maxItems);
  return type === 'object' && additionalProperties !== undefined ? most(maxProperties) : 1n;
}

function tooCostly(what: string, cost: bigint, limit: bigint): string {
  const factor = Number(cost) / Number(limit);
  const text = factor > 100 ? 'more than 100x' : `${factor.toFixed(factor < 1.5 ? 6 : 1)}x`;
  return `${what} exceeds budget by factor of ${text} (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)`;
}
