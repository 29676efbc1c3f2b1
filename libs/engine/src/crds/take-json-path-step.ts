import { isJsonObject, type JsonValue } from '@lotse/manifests';
import { PathError, type Slice, type Step } from './json-path-step.js';

/** Values one path may lead to, and how deep `..` looks: what an object of a megabyte can have, and no more. */
const MOST_VALUES = 1_000_000;

/** The step of a path that looks at no other one: from all values it has led to so far. */
export function take(
  values: readonly JsonValue[],
  step: Exclude<Step, { kind: 'union' | 'exists' | 'compare' }>,
): JsonValue[] {
  switch (step.kind) {
    case 'field':
      return values.flatMap((value) => fieldOf(value, step.name));
    case 'all':
      return values.flatMap(childrenOf);
    case 'below':
      return allBelow(values);
    case 'slice':
      return values.flatMap((value) => (value === null ? [] : sliced(value, step.slice)));
    case 'value':
      return [step.value];
    default:
      return step satisfies never;
  }
}

function fieldOf(value: JsonValue, name: string): JsonValue[] {
  const one = isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  return one === undefined ? [] : [one];
}

function childrenOf(value: JsonValue): JsonValue[] {
  if (Array.isArray(value)) return value;
  return isJsonObject(value) ? Object.values(value) : [];
}

/** Every object and list with something in it, outer ones first. */
function allBelow(values: readonly JsonValue[]): JsonValue[] {
  const found: JsonValue[] = [];
  const open = values.toReversed();
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    const children = childrenOf(value);
    if (children.length === 0) continue;
    if (found.length >= MOST_VALUES) throw new PathError('the path leads to too many values');
    found.push(value);
    open.push(...children.toReversed());
  }
  return found;
}

function sliced(value: JsonValue, { from = 0, to, step = 1, isIndex }: Slice): JsonValue[] {
  if (!Array.isArray(value)) throw new PathError('only lists have indexes');
  const { length } = value;
  const start = from < 0 ? from + length : from;
  const wanted = to ?? length;
  const end = wanted < 0 || (wanted === 0 && isIndex) ? wanted + length : wanted;
  if (start === end) return [];
  const isOutside = start < 0 || start >= length || end < 0 || end > length || start > end;
  if (isOutside || step <= 0) throw new PathError('index out of bounds');
  return value.slice(start, end).filter((_, index) => index % step === 0);
}
