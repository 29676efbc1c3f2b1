import type { FieldError } from '../../api/api-error.js';
import type { CapacityRequestPolicy, CapacityRequestPolicyRange } from '../../types/index.js';
import { forbiddenField, invalidValue, required } from '../field-errors.js';
import { addQuantities, compareQuantities, parseQuantity } from '../quantity.js';
import { validateSet } from './bounded-lists.js';
import type { Sent } from './sent.js';

const MOST_VALUES = 10;
const NANO = 1_000_000_000n;

/** Whole units of an amount, rounded up as Go does. */
const unitsOf = (amount: string): bigint => {
  const nano = parseQuantity(amount)?.nano ?? 0n;
  return nano > 0n ? (nano + NANO - 1n) / NANO : nano / NANO;
};

/** Which parts of a capacity can be asked for (validateRequestPolicy). */
export function validateRequestPolicy(
  capacity: string,
  policy: CapacityRequestPolicy,
  field: string,
): FieldError[] {
  const { default: standard, validRange, validValues = [] } = policy;
  if (validValues.length > 0 && validRange)
    return [
      forbiddenField(
        field,
        'exactly one policy can be specified, cannot specify "validValues" and "validRange" at the same time',
      ),
    ];
  const kind = validValues.length > 0 ? 'validValues' : 'validRange';
  if (kind === 'validRange' && !validRange) return [];
  if (standard === undefined) return [required(`${field}.default`, `required when ${kind} is defined`)];
  return validRange
    ? validateRange(standard, capacity, validRange, `${field}.validRange`)
    : validateValues(standard, capacity, validValues, `${field}.validValues`);
}

function validateValues(
  standard: string,
  capacity: string,
  values: readonly string[],
  field: string,
): FieldError[] {
  const unsorted = values.flatMap((value, index) => {
    const before = values[index - 1];
    return before !== undefined && compareQuantities(before, value) > 0
      ? [invalidValue(`${field}[${index}]`, value, 'values must be sorted in ascending order')]
      : [];
  });
  const checked = validateSet(
    values,
    MOST_VALUES,
    field,
    (value) => String(unitsOf(value)),
    (value, at) =>
      compareQuantities(value, capacity) > 0
        ? [invalidValue(at, value, `option is larger than capacity value: ${capacity}`)]
        : [],
  );
  const isThere =
    values.length <= MOST_VALUES && values.some((value) => compareQuantities(value, standard) === 0);
  return [
    ...unsorted,
    ...checked,
    ...(isThere
      ? []
      : [invalidValue(field, standard, 'default value is not valid according to the requestPolicy')]),
  ];
}

function validateRange(
  standard: string,
  capacity: string,
  { min, max, step }: Sent<CapacityRequestPolicyRange>,
  field: string,
): FieldError[] {
  if (min === undefined) return [required(`${field}.min`, 'required when validRange is defined')];
  const errors: FieldError[] = [];
  const notAbove = (key: string, value: string, limit: string, detail: string) => {
    if (compareQuantities(value, limit) > 0) errors.push(invalidValue(`${field}.${key}`, value, detail));
  };
  notAbove('min', min, capacity, `min is larger than capacity value: ${capacity}`);
  if (compareQuantities(standard, min) < 0)
    errors.push(invalidValue(`${field}.min`, standard, `default is less than min: ${min}`));
  if (max !== undefined) {
    notAbove('max', min, max, `min is larger than max: ${max}`);
    notAbove('max', max, capacity, `max is larger than capacity value: ${capacity}`);
    notAbove('max', standard, max, `default is more than max: ${max}`);
  }
  if (step === undefined) return errors;
  const first = addQuantities(min, step);
  if (compareQuantities(first, capacity) > 0)
    errors.push(
      invalidValue(`${field}.step`, step, `one step ${first} is larger than capacity value: ${capacity}`),
    );
  const width = unitsOf(step);
  for (const value of max === undefined ? [standard] : [standard, max])
    // A step of nothing, which Kubernetes' server falls over, has no multiples.
    if (width === 0n || (unitsOf(value) - unitsOf(min)) % width !== 0n)
      errors.push(
        invalidValue(
          `${field}.step`,
          value,
          `value is not a multiple of a given step (${step}) from (${min})`,
        ),
      );
  return errors;
}
