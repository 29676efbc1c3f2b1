import type { LimitRange, LimitRangeItem } from '../../types/index.js';
import type { FieldError } from '../../api/api-error.js';
import { duplicate, forbiddenField, invalidEach, invalidValue, required } from '../field-errors.js';
import { each, fill, within } from '../fill.js';
import { qualifiedNameProblems } from '../names.js';
import { canonicalQuantity, compareQuantities, parseQuantity } from '../quantity.js';
import type { Strategy } from '../resource.js';
import { containerNameProblems, mayOvercommit, resourceNameProblems } from '../validation/resources.js';

/** For containers the default follows from the largest, the default request from the default or the smallest. */
function defaultItem(item: LimitRangeItem): LimitRangeItem {
  if (item.type !== 'Container') return item;
  const limits = fill(item.default ?? {}, item.max ?? {});
  const requests = fill(fill(item.defaultRequest ?? {}, limits), item.min ?? {});
  const filled = fill(item, { default: limits, defaultRequest: requests });
  if (limits === (item.default ?? limits) && requests === (item.defaultRequest ?? requests)) return filled;
  return { ...filled, default: limits, defaultRequest: requests };
}

/** v1 LimitRange. */
export const limitRangeStrategy: Strategy<LimitRange> = {
  generation: false,
  allowCreateOnUpdate: true,
  defaults: (range) =>
    within(range, 'spec', (spec) => within(spec, 'limits', (limits) => each(limits, defaultItem))),
  validate: ({ spec }) => {
    const limits = spec?.limits ?? [];
    return limits.flatMap((item, index) => [
      ...typeErrors(item, `spec.limits[${index}]`, limits.slice(0, index)),
      ...itemErrors(item, `spec.limits[${index}]`),
    ]);
  },
};

const TYPES = ['Pod', 'Container', 'PersistentVolumeClaim'];

function typeErrors(
  { type = '' }: Partial<LimitRangeItem>,
  at: string,
  earlier: readonly LimitRangeItem[],
): FieldError[] {
  const problems = qualifiedNameProblems(type);
  const errors = invalidEach(`${at}.type`, type, problems);
  if (problems.length === 0 && !type.includes('/') && !TYPES.includes(type))
    errors.push(invalidValue(`${at}.type`, type, 'must be a standard limit type or fully qualified'));
  if (earlier.some((other) => other.type === type)) errors.push(duplicate(`${at}.type`, type));
  return errors;
}

/** What is wrong with one item, by the order of its parts and the names of its resources (ValidateLimitRange). */
function itemErrors(item: LimitRangeItem, at: string): FieldError[] {
  const { type, max = {}, min = {}, maxLimitRequestRatio: ratios = {} } = item;
  const isPod = type === 'Pod';
  const { default: defaults = {}, defaultRequest: requests = {} } = isPod ? {} : item;
  const nameProblems = isPod || type === 'Container' ? containerNameProblems : resourceNameProblems;
  const errors: FieldError[] = [];
  for (const [part, amounts] of Object.entries({ max, min, default: defaults, defaultRequest: requests }))
    for (const name of Object.keys(amounts).sort())
      errors.push(...invalidEach(`${at}.${part}[${name}]`, name, nameProblems(name)));
  for (const part of ['default', 'defaultRequest'] as const)
    if (isPod && Object.keys(item[part] ?? {}).length > 0)
      errors.push(forbiddenField(`${at}.${part}`, "may not be specified when `type` is 'Pod'"));
  if (type === 'PersistentVolumeClaim' && min['storage'] === undefined && max['storage'] === undefined)
    errors.push(
      required(
        `${at}.limits`,
        'either minimum or maximum storage value is required, but neither was provided',
      ),
    );
  for (const name of Object.keys(ratios).sort())
    errors.push(...invalidEach(`${at}.maxLimitRequestRatio[${name}]`, name, nameProblems(name)));
  const names = [max, min, defaults, requests, ratios].flatMap((amounts) => Object.keys(amounts));
  for (const name of [...new Set(names)].sort())
    errors.push(
      ...amountErrors(name, at, {
        max: max[name],
        min: min[name],
        limit: defaults[name],
        request: requests[name],
        ratio: ratios[name],
      }),
    );
  return errors;
}

type Amount = string | number | undefined;

function amountErrors(
  name: string,
  at: string,
  { max, min, limit, request, ratio }: Record<'max' | 'min' | 'limit' | 'request' | 'ratio', Amount>,
): FieldError[] {
  const errors: FieldError[] = [];
  const text = (amount: Amount): string => canonicalQuantity(amount ?? '0') ?? String(amount);
  const above = (one: Amount, other: Amount): boolean =>
    one !== undefined && other !== undefined && compareQuantities(one, other) > 0;
  const wrong = (part: string, value: Amount, detail: string): void =>
    void errors.push(invalidValue(`${at}.${part}[${name}]`, text(value), detail));
  if (above(min, max)) wrong('min', min, `min value ${text(min)} is greater than max value ${text(max)}`);
  if (above(min, request))
    wrong(
      'defaultRequest',
      request,
      `min value ${text(min)} is greater than default request value ${text(request)}`,
    );
  if (above(request, max))
    wrong(
      'defaultRequest',
      request,
      `default request value ${text(request)} is greater than max value ${text(max)}`,
    );
  if (above(request, limit))
    wrong(
      'defaultRequest',
      request,
      `default request value ${text(request)} is greater than default limit value ${text(limit)}`,
    );
  if (above(min, limit))
    wrong('default', min, `min value ${text(min)} is greater than default value ${text(limit)}`);
  if (above(limit, max))
    wrong('default', max, `default value ${text(limit)} is greater than max value ${text(max)}`);
  if (above('1', ratio)) wrong('maxLimitRequestRatio', ratio, `ratio ${text(ratio)} is less than 1`);
  const most = min === undefined || max === undefined ? Infinity : numberOf(max) / numberOf(min);
  if (ratio !== undefined && numberOf(ratio) > most)
    wrong('maxLimitRequestRatio', ratio, `ratio ${text(ratio)} is greater than max/min = ${most.toFixed(6)}`);
  const differ = limit !== undefined && request !== undefined && compareQuantities(limit, request) !== 0;
  if (differ && !mayOvercommit(name))
    wrong(
      'defaultRequest',
      request,
      `default value ${text(limit)} must equal to defaultRequest value ${text(request)} in ${name}`,
    );
  return errors;
}

const numberOf = (amount: string | number): number => Number(parseQuantity(amount)?.nano ?? 0n) / 1e9;
