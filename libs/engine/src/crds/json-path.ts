import { isJsonObject, type JsonValue } from '@lotse/manifests';

type Step =
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'all' }
  | {
      readonly kind: 'filter';
      readonly path: readonly string[];
      readonly operator: string;
      readonly value: JsonValue;
    };

/** Steps a path may have; the longest public ones have about ten. */
const MOST_STEPS = 64;
const TOKEN =
  /\.?(?:\[\?\(@((?:\.[\w-]+)+)\s*(==|!=|>=|<=|>|<)\s*("[^"]*"|'[^']*'|[-\w.]+)\)\]|\[(-?\d+)\]|\[\*\]|\[['"]([^'"]+)['"]\]|((?:\\.|[^.[\]\\])+))/y;

/** Reads a JSONPath as CustomResourceDefinitions use it (`.status.conditions[?(@.type=="Ready")].status`). */
export function parseJsonPath(text: string): readonly Step[] | undefined {
  const source = text.replace(/^\{(.*)\}$/, '$1').replace(/^\$/, '');
  const steps: Step[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < source.length) {
    const match = TOKEN.exec(source);
    if (!match || steps.length >= MOST_STEPS) return undefined;
    const [whole, filterPath, operator, literal, index, quoted, name] = match;
    if (filterPath !== undefined && operator !== undefined && literal !== undefined)
      steps.push({
        kind: 'filter',
        path: filterPath.slice(1).split('.'),
        operator,
        value: readLiteral(literal),
      });
    else if (index !== undefined) steps.push({ kind: 'index', index: Number(index) });
    else if (quoted !== undefined) steps.push({ kind: 'field', name: quoted });
    else if (name === '*' || whole.endsWith('[*]')) steps.push({ kind: 'all' });
    else if (name !== undefined) steps.push({ kind: 'field', name: name.replaceAll(/\\(.)/g, '$1') });
  }
  return steps;
}

function readLiteral(text: string): JsonValue {
  if (/^["']/.test(text)) return text.slice(1, -1);
  if (text === 'true' || text === 'false') return text === 'true';
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

/** Every value a path leads to. */
export function valuesAt(root: JsonValue, steps: readonly Step[]): JsonValue[] {
  let found: JsonValue[] = [root];
  for (const step of steps) found = found.flatMap((value) => take(value, step));
  return found;
}

function take(value: JsonValue, step: Step): JsonValue[] {
  switch (step.kind) {
    case 'field':
      return fieldOf(value, step.name);
    case 'index': {
      const one = Array.isArray(value) ? value.at(step.index) : undefined;
      return one === undefined ? [] : [one];
    }
    case 'all':
      return Array.isArray(value) ? value : isJsonObject(value) ? Object.values(value) : [];
    case 'filter':
      return Array.isArray(value) ? value.filter((item) => passes(item, step)) : [];
    default:
      return step satisfies never;
  }
}

function fieldOf(value: JsonValue, name: string): JsonValue[] {
  const one = isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  return one === undefined ? [] : [one];
}

function passes(item: JsonValue, { path, operator, value }: Extract<Step, { kind: 'filter' }>): boolean {
  let found: JsonValue[] = [item];
  for (const name of path) found = found.flatMap((one) => fieldOf(one, name));
  const [left] = found;
  if (left === undefined || left === null || value === null) return false;
  switch (operator) {
    case '==':
      return left === value;
    case '!=':
      return left !== value;
    case '>':
      return left > value;
    case '<':
      return left < value;
    case '>=':
      return left >= value;
    default:
      return left <= value;
  }
}
