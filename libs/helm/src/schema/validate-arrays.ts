import type { JsonObject, JsonValue } from '@lotse/manifests';
import { numberText, problem, type SchemaProblem } from './schema-errors.js';
import { type Check, equals, type SubschemaChecker } from './schema-check.js';

/** The keywords that concern lists. */
export function arrayProblems(check: Check, list: readonly JsonValue[], validator: SubschemaChecker): void {
  const { schema, path, problems, resource } = check;
  const { minItems: min, maxItems: max } = schema;
  if (typeof min === 'number' && list.length < min) {
    problems.push(problem(path, `minItems: got ${numberText(list.length)}, want ${numberText(min)}`));
  }
  if (typeof max === 'number' && list.length > max) {
    problems.push(problem(path, `maxItems: got ${numberText(list.length)}, want ${numberText(max)}`));
  }
  if (schema['uniqueItems'] === true) duplicates(check, list);
  if (resource.draft < 2020) olderItems(check, list, validator);
  else newerItems(check, list, validator);
  if (schema['contains'] !== undefined && resource.draft > 4)
    contains(check, list, schema['contains'], validator);
}

function duplicates(check: Check, list: readonly JsonValue[]): void {
  const scalars = new Map<JsonValue, number>();
  for (let index = 0; index < list.length; index++) {
    const item = list[index] ?? null;
    let first: number | undefined;
    if (typeof item === 'object' && item !== null) {
      first = list.findIndex((other, at) => at < index && equals(other, item));
      if (first < 0) first = undefined;
    } else {
      first = scalars.get(item);
      scalars.set(item, index);
    }
    if (first === undefined) continue;
    check.problems.push(problem(check.path, `items at ${first} and ${index} are equal`));
    return;
  }
}

function checkItem(
  check: Check,
  schema: JsonValue,
  list: readonly JsonValue[],
  index: number,
  validator: SubschemaChecker,
): void {
  const found = validator.part(check, schema, list[index] ?? null, String(index));
  if (found) check.problems.push(found);
  check.unevaluated.items.delete(index);
}

function olderItems(check: Check, list: readonly JsonValue[], validator: SubschemaChecker): void {
  const { items, additionalItems } = check.schema;
  if (items === undefined) return;
  const tuple = Array.isArray(items) ? items : undefined;
  const count = tuple ? Math.min(tuple.length, list.length) : list.length;
  for (let index = 0; index < count; index++)
    checkItem(check, tuple ? (tuple[index] ?? true) : items, list, index, validator);
  if (additionalItems === undefined || count === list.length) return;
  if (additionalItems === false) {
    check.problems.push(problem(check.path, `last ${list.length - count} additionalItem(s) not allowed`));
    return;
  }
  for (let index = count; index < list.length; index++)
    checkItem(check, additionalItems, list, index, validator);
}

function newerItems(check: Check, list: readonly JsonValue[], validator: SubschemaChecker): void {
  const { prefixItems, items } = check.schema;
  const prefix = Array.isArray(prefixItems) ? prefixItems : [];
  for (let index = 0; index < list.length; index++) {
    const schema = index < prefix.length ? prefix[index] : items;
    if (schema !== undefined) checkItem(check, schema, list, index, validator);
  }
}

function contains(
  check: Check,
  list: readonly JsonValue[],
  schema: JsonValue,
  validator: SubschemaChecker,
): void {
  const failed: SchemaProblem[] = [];
  const matched: number[] = [];
  for (const [index, item] of list.entries()) {
    const found = validator.part(check, schema, item, String(index));
    if (found) failed.push(found);
    else {
      matched.push(index);
      if (check.resource.draft >= 2020) check.unevaluated.items.delete(index);
    }
  }
  const { minContains: min, maxContains: max }: JsonObject = check.resource.draft < 2019 ? {} : check.schema;
  const items = `items required to match contains schema, but`;
  if (typeof min === 'number') {
    if (matched.length < min) {
      const got =
        matched.length === 0 ? 'none matched' : `matched ${matched.length} items at ${matched.join(' ')}`;
      check.problems.push(problem(check.path, `min ${min} ${items} ${got}`, failed));
    }
  } else if (matched.length === 0)
    check.problems.push(problem(check.path, 'no items match contains schema', failed));
  if (typeof max === 'number' && matched.length > max) {
    check.problems.push(
      problem(check.path, `max ${max} ${items} matched ${matched.length} items at ${matched.join(' ')}`),
    );
  }
}
