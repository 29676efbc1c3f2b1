import { Environment, parse, serialize, type ASTNode } from '@marcbachmann/cel-js';
import { compareQuantities, parseQuantity } from '../registry/quantity.js';
import { matchesPattern } from './linear-regex.js';

/** Longest expression that is read; the longest public ones have a few hundred characters. */
const LONGEST_EXPRESSION = 10_000;
/** Programs remembered; each policy and each schema has a handful. */
const REMEMBERED = 2000;

/** An expression ready to run. It throws an Error with the reason when it can't be evaluated. */
export type CelProgram = (variables: Readonly<Record<string, unknown>>) => unknown;

class CelQuantity {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

const environment = new Environment({
  unlistedVariablesAreDyn: true,
  homogeneousAggregateLiterals: false,
  enableOptionalTypes: true,
  limits: { maxAstNodes: 5000, maxDepth: 100 },
});

type Comparable = bigint | number | string;
const add = (a: Comparable, b: Comparable): Comparable => (a as number) + (b as number);
const smallest = (list: Comparable[]): Comparable => list.reduce((a, b) => (b < a ? b : a));
const largest = (list: Comparable[]): Comparable => list.reduce((a, b) => (b > a ? b : a));

environment
  .registerType('Quantity', CelQuantity)
  .registerFunction('string.matchesLinear(string): bool', (text: string, pattern: string) =>
    matchesPattern(pattern, text),
  )
  .registerFunction('list.sum(): dyn', (list: Comparable[]) =>
    list.reduce(add, list.length === 0 ? 0n : typeof list[0] === 'bigint' ? 0n : 0),
  )
  .registerFunction('list.min(): dyn', smallest)
  .registerFunction('list.max(): dyn', largest)
  .registerFunction('list.isSorted(): bool', (list: Comparable[]) =>
    list.every((item, index) => index === 0 || (list[index - 1] as Comparable) <= item),
  )
  .registerFunction('list.indexOf(dyn): int', (list: unknown[], item: unknown) => BigInt(list.indexOf(item)))
  .registerFunction('list.lastIndexOf(dyn): int', (list: unknown[], item: unknown) =>
    BigInt(list.lastIndexOf(item)),
  )
  .registerFunction('string.replace(string, string): string', (text: string, from: string, to: string) =>
    text.replaceAll(from, () => to),
  )
  .registerFunction('string.charAt(int): string', (text: string, index: bigint) => text.charAt(Number(index)))
  .registerFunction('isQuantity(string): bool', (text: string) => parseQuantity(text) !== undefined)
  .registerFunction('quantity(string): Quantity', (text: string) => {
    if (parseQuantity(text) === undefined) throw new Error(`"${text}" is not a quantity`);
    return new CelQuantity(text);
  })
  .registerFunction(
    'Quantity.isGreaterThan(Quantity): bool',
    (a: CelQuantity, b: CelQuantity) => compareQuantities(a.text, b.text) > 0,
  )
  .registerFunction(
    'Quantity.isLessThan(Quantity): bool',
    (a: CelQuantity, b: CelQuantity) => compareQuantities(a.text, b.text) < 0,
  )
  .registerFunction('Quantity.compareTo(Quantity): int', (a: CelQuantity, b: CelQuantity) =>
    BigInt(compareQuantities(a.text, b.text)),
  )
  .registerFunction('isURL(string): bool', (text: string) => URL.canParse(text));

const programs = new Map<string, CelProgram>();

/** Compiles a CEL expression. Throws an Error whose message says what is wrong with it. */
export function compileCel(expression: string): CelProgram {
  const known = programs.get(expression);
  if (known) return known;
  if (expression.length > LONGEST_EXPRESSION)
    throw new Error(`the expression is longer than ${LONGEST_EXPRESSION} characters`);
  const tree = parse(expression).ast;
  const program = environment.parse(withLinearRegexes(tree) ? serialize(tree) : expression) as CelProgram;
  if (programs.size >= REMEMBERED) programs.clear();
  programs.set(expression, program);
  return program;
}

/** Calls of `matches` become calls of our own, which takes linear time. True when there was one. */
function withLinearRegexes(node: ASTNode): boolean {
  let found = false;
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) {
      for (const one of value as unknown[]) visit(one);
      return;
    }
    if (typeof value !== 'object' || value === null || !('op' in value) || !('args' in value)) return;
    const { op, args } = value as { op: string; args: unknown };
    if (op === 'rcall' && Array.isArray(args) && args[0] === 'matches') {
      args[0] = 'matchesLinear';
      found = true;
    }
    visit(args);
  };
  visit(node);
  return found;
}

/** JSON as CEL sees it: whole numbers are ints. */
export function celValue(value: unknown): unknown {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(celValue);
  if (typeof value !== 'object' || value === null) return value;
  const map: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [key, one] of Object.entries(value)) if (one !== undefined) map[key] = celValue(one);
  return map;
}

/** The first line of an error: CEL's own errors draw the expression below it. */
export function celProblem(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
