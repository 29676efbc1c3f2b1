import type { JobSpec, PodFailurePolicyRule, SuccessPolicyRule } from '../../types/index.js';
import type { FieldError } from '../../api/api-error.js';
import { duplicate, invalidEach, invalidValue, notSupported, required, tooMany } from '../field-errors.js';
import { qualifiedNameProblems } from '../names.js';
import { nonNegative } from './numbers.js';
import type { Sent } from './sent.js';

const ACTIONS = ['Count', 'FailIndex', 'FailJob', 'Ignore'];
const OPERATORS = ['In', 'NotIn'];
const STATUSES = ['False', 'True', 'Unknown'];
const MOST_RULES = 20;
const MOST_CODES = 255;

/** How Go lists texts. */
const listed = (words: readonly string[]): string =>
  `valid values: [${words.map((one) => JSON.stringify(one)).join(' ')}]`;

/** What a value that is not shown is wrong for. */
const withoutValue = (field: string, detail: string): FieldError => ({
  reason: 'FieldValueInvalid',
  field,
  message: `Invalid value: ${detail}`,
});

/** What the end of a pod means for its job (validatePodFailurePolicy). */
export function validateFailurePolicy(spec: JobSpec, field: string): FieldError[] {
  if (!spec.podFailurePolicy) return [];
  const rules = (spec.podFailurePolicy.rules ?? []) as readonly Sent<PodFailurePolicyRule>[];
  const { containers = [], initContainers = [] } = (spec.template?.spec ?? {}) as Sent<
    NonNullable<JobSpec['template']['spec']>
  >;
  const names = new Set([...containers, ...initContainers].map(({ name }) => name));
  const errors: FieldError[] = [];
  if (rules.length > MOST_RULES) errors.push(tooMany(`${field}.rules`, rules.length, MOST_RULES));
  for (const [index, rule] of rules.entries()) {
    const at = `${field}.rules[${index}]`;
    const { action = '', onExitCodes, onPodConditions = [] } = rule;
    if (!action) errors.push(required(`${at}.action`, listed(ACTIONS)));
    else if (!ACTIONS.includes(action)) errors.push(notSupported(`${at}.action`, action, ACTIONS));
    else if (action === 'FailIndex' && spec.backoffLimitPerIndex === undefined)
      errors.push(invalidValue(`${at}.action`, action, 'requires the backoffLimitPerIndex to be set'));
    if (onExitCodes) errors.push(...validateExitCodes(onExitCodes, `${at}.onExitCodes`, names));
    errors.push(...validateConditions(onPodConditions, `${at}.onPodConditions`));
    if (onExitCodes && onPodConditions.length > 0)
      errors.push(withoutValue(at, 'specifying both OnExitCodes and OnPodConditions is not supported'));
    if (!onExitCodes && onPodConditions.length === 0)
      errors.push(withoutValue(at, 'specifying one of OnExitCodes and OnPodConditions is required'));
  }
  return errors;
}

/** Which indexes have to succeed for a job to (validateSuccessPolicy). */
export function validateSuccessPolicy(
  { successPolicy, completions = 0 }: JobSpec,
  field: string,
): FieldError[] {
  const rules = (successPolicy?.rules ?? []) as readonly Sent<SuccessPolicyRule>[];
  const errors: FieldError[] = [];
  if (rules.length === 0)
    errors.push(
      required(`${field}.rules`, 'at least one rules must be specified when the successPolicy is specified'),
    );
  if (rules.length > MOST_RULES) errors.push(tooMany(`${field}.rules`, rules.length, MOST_RULES));
  for (const [index, { succeededCount, succeededIndexes }] of rules.entries()) {
    const at = `${field}.rules[${index}]`;
    if (succeededCount === undefined && succeededIndexes === undefined)
      errors.push(required(at, 'at least one of succeededCount or succeededIndexes must be specified'));
    const indexes = countIndexes(succeededIndexes ?? '', completions);
    if (typeof indexes === 'string')
      errors.push(
        invalidValue(
          `${at}.succeededIndexes`,
          succeededIndexes,
          `error parsing succeededIndexes: ${indexes}`,
        ),
      );
    if (succeededCount === undefined) continue;
    const count = `${at}.succeededCount`;
    errors.push(...nonNegative(succeededCount, count));
    const atMost = (most: number, what: string) => {
      if (succeededCount > most)
        errors.push(invalidValue(count, succeededCount, `must be less than or equal to ${most} (${what})`));
    };
    atMost(completions, 'the number of specified completions');
    if (succeededIndexes !== undefined)
      atMost(
        typeof indexes === 'string' ? 0 : indexes,
        'the number of indexes in the specified succeededIndexes field',
      );
  }
  return errors;
}

function validateExitCodes(
  { operator = '', containerName, values = [] }: Sent<NonNullable<PodFailurePolicyRule['onExitCodes']>>,
  field: string,
  names: ReadonlySet<string>,
): FieldError[] {
  const errors: FieldError[] = [];
  if (!operator) errors.push(required(`${field}.operator`, listed(OPERATORS)));
  else if (!OPERATORS.includes(operator)) errors.push(notSupported(`${field}.operator`, operator, OPERATORS));
  if (containerName !== undefined && !names.has(containerName))
    errors.push(
      invalidValue(
        `${field}.containerName`,
        containerName,
        'must be one of the container or initContainer names in the pod template',
      ),
    );
  const at = `${field}.values`;
  if (values.length === 0) errors.push(invalidValue(at, undefined, 'at least one value is required'));
  else if (values.length > MOST_CODES) errors.push(tooMany(at, values.length, MOST_CODES));
  for (const [index, code] of values.entries()) {
    if (operator === 'In' && code === 0)
      errors.push(invalidValue(`${at}[${index}]`, code, 'must not be 0 for the In operator'));
    if (values.indexOf(code) < index) errors.push(duplicate(`${at}[${index}]`, code));
  }
  if (values.some((code, index) => code < (values[index - 1] ?? code)))
    errors.push(invalidValue(at, values, 'must be ordered'));
  return errors;
}

function validateConditions(
  patterns: NonNullable<PodFailurePolicyRule['onPodConditions']>,
  field: string,
): FieldError[] {
  return [
    ...(patterns.length > MOST_RULES ? [tooMany(field, patterns.length, MOST_RULES)] : []),
    ...patterns.flatMap(({ type = '', status = '' }: Sent<(typeof patterns)[number]>, index) => [
      ...invalidEach(`${field}[${index}].type`, type, qualifiedNameProblems(type)),
      ...(status === ''
        ? [required(`${field}[${index}].status`, listed(STATUSES))]
        : STATUSES.includes(status)
          ? []
          : [notSupported(`${field}[${index}].status`, status, STATUSES)]),
    ]),
  ];
}

/** How many indexes a list such as `0,2-5` names; what is wrong with it otherwise. */
export function countIndexes(list: string, completions: number): number | string {
  let total = 0;
  let last: number | undefined;
  for (const part of list === '' ? [] : list.split(',')) {
    const limits = part.split('-');
    if (limits.length > 2)
      return `the fragment ${JSON.stringify(part)} violates the requirement that an index interval can have at most two parts separated by '-'`;
    for (const limit of limits) {
      if (!/^\d+$/.test(limit)) return `cannot convert string to integer for index: ${JSON.stringify(limit)}`;
      if (Number(limit) >= completions) return `too large index: ${JSON.stringify(limit)}`;
    }
    const [start = 0, end = start] = limits.map(Number);
    if (limits.length > 1 && start >= end) return `non-increasing order, previous: ${start}, current: ${end}`;
    if (last !== undefined && last >= start)
      return `non-increasing order, previous: ${last}, current: ${start}`;
    total += end - start + 1;
    last = end;
  }
  return total;
}
