import { isJsonObject, type JsonValue } from '@lotse/manifests';
import { CodedError } from '@lotse/manifests';
import { RE2JS } from 're2js';
import type { PathStep } from './json-pointer.js';

/**
 * The part of jq that path expressions of `ignoreDifferences` are written in: fields, indexes, iteration, `?`, `..`,
 * pipes, commas, parentheses, `select` with comparisons, `and`, `or`, `not`, and a few tests. Everything runs in time
 * bounded by `MAX_STEPS`; regular expressions are linear.
 */

/** Most values one expression may visit; a real manifest needs hundreds. */
const MAX_STEPS = 100_000;
const MAX_LENGTH = 4096;

interface Located {
  /** Undefined for values that were computed and thus are nowhere in the document. */
  readonly path: readonly PathStep[] | undefined;
  readonly value: JsonValue;
}
type Filter = (input: Located, budget: Budget) => Located[];
interface Budget {
  left: number;
}

type Token = { readonly type: 'word' | 'text' | 'number' | 'sign'; readonly text: string };

function fail(expression: string, reason: string): never {
  throw new CodedError(
    'JQ_EXPRESSION_INVALID',
    `The jq path expression ${JSON.stringify(expression)} can't be used: ${reason}. Supported are paths, [], select(), comparisons, and/or/not, has, test, startswith, endswith, contains, any, all and length.`,
  );
}

function tokenize(expression: string): Token[] {
  const tokens: Token[] = [];
  const pattern =
    /\s+|("(?:[^"\\]|\\.)*")|(\d+(?:\.\d+)?)|([A-Za-z_][A-Za-z0-9_]*)|(==|!=|<=|>=|\/\/|\.\.|[.[\](),|<>?:-])/y;
  while (pattern.lastIndex < expression.length) {
    const at = pattern.lastIndex;
    const match = pattern.exec(expression);
    if (!match) fail(expression, `unexpected ${JSON.stringify(expression.charAt(at))} at position ${at + 1}`);
    const [, text, number, word, sign] = match;
    if (text !== undefined) {
      try {
        tokens.push({ type: 'text', text: JSON.parse(text) as string });
      } catch {
        fail(expression, `${text} is not a string`);
      }
    } else if (number !== undefined) tokens.push({ type: 'number', text: number });
    else if (word !== undefined) tokens.push({ type: 'word', text: word });
    else if (sign !== undefined) tokens.push({ type: 'sign', text: sign });
  }
  return tokens;
}

const truthy = (value: JsonValue): boolean => value !== null && value !== false;
const computed = (value: JsonValue): Located => ({ path: undefined, value });

function child(input: Located, step: PathStep): Located {
  const { value } = input;
  const path = input.path && [...input.path, step];
  if (Array.isArray(value) && typeof step === 'number')
    return { path, value: value[step < 0 ? value.length + step : step] ?? null };
  if (isJsonObject(value) && typeof step === 'string')
    return { path, value: Object.hasOwn(value, step) ? (value[step] ?? null) : null };
  return { path: undefined, value: null };
}

function children(input: Located, budget: Budget): Located[] {
  const { value } = input;
  const found = Array.isArray(value)
    ? value.map((_, index) => child(input, index))
    : isJsonObject(value)
      ? Object.keys(value).map((key) => child(input, key))
      : [];
  budget.left -= found.length;
  return budget.left < 0 ? [] : found;
}

function descend(input: Located, budget: Budget): Located[] {
  return [input, ...children(input, budget).flatMap((each) => descend(each, budget))];
}

function order(a: JsonValue, b: JsonValue): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const left = typeof a === 'string' ? a : JSON.stringify(a);
  const right = typeof b === 'string' ? b : JSON.stringify(b);
  return left < right ? -1 : left > right ? 1 : 0;
}

function contains(whole: JsonValue, part: JsonValue): boolean {
  if (typeof whole === 'string' && typeof part === 'string') return whole.includes(part);
  if (Array.isArray(whole) && Array.isArray(part))
    return part.every((each) => whole.some((other) => contains(other, each)));
  if (isJsonObject(whole) && isJsonObject(part)) {
    return Object.entries(part).every(
      ([key, value]) => Object.hasOwn(whole, key) && contains(whole[key] ?? null, value),
    );
  }
  return whole === part;
}

const COMPARE: Record<string, (a: JsonValue, b: JsonValue) => boolean> = {
  '==': (a, b) => JSON.stringify(a) === JSON.stringify(b),
  '!=': (a, b) => JSON.stringify(a) !== JSON.stringify(b),
  '<': (a, b) => order(a, b) < 0,
  '<=': (a, b) => order(a, b) <= 0,
  '>': (a, b) => order(a, b) > 0,
  '>=': (a, b) => order(a, b) >= 0,
};

const TEXT_TESTS: Record<string, (value: JsonValue, argument: JsonValue) => boolean> = {
  startswith: (value, argument) =>
    typeof value === 'string' && typeof argument === 'string' && value.startsWith(argument),
  endswith: (value, argument) =>
    typeof value === 'string' && typeof argument === 'string' && value.endsWith(argument),
  contains,
  has: (value, argument) =>
    Array.isArray(value)
      ? typeof argument === 'number' && argument >= 0 && argument < value.length
      : isJsonObject(value) && typeof argument === 'string' && Object.hasOwn(value, argument),
  test: (value, argument) =>
    typeof value === 'string' &&
    typeof argument === 'string' &&
    RE2JS.compile(argument).matcher(value).find(),
};

class Parser {
  readonly #expression: string;
  readonly #tokens: Token[];
  #at = 0;

  constructor(expression: string) {
    this.#expression = expression;
    this.#tokens = tokenize(expression);
  }

  parse(): Filter {
    const filter = this.#pipe();
    const rest = this.#tokens[this.#at];
    if (rest) fail(this.#expression, `unexpected ${JSON.stringify(rest.text)}`);
    return filter;
  }

  #sign(text: string): boolean {
    const token = this.#tokens[this.#at];
    if (token?.type !== 'sign' || token.text !== text) return false;
    this.#at++;
    return true;
  }

  #word(text: string): boolean {
    const token = this.#tokens[this.#at];
    if (token?.type !== 'word' || token.text !== text) return false;
    this.#at++;
    return true;
  }

  #expect(text: string): void {
    if (!this.#sign(text)) fail(this.#expression, `${JSON.stringify(text)} is missing`);
  }

  #pipe(): Filter {
    const first = this.#comma();
    if (!this.#sign('|')) return first;
    const second = this.#pipe();
    return (input, budget) => first(input, budget).flatMap((each) => second(each, budget));
  }

  #comma(): Filter {
    const parts = [this.#or()];
    while (this.#sign(',')) parts.push(this.#or());
    return parts.length === 1
      ? (parts[0] as Filter)
      : (input, budget) => parts.flatMap((part) => part(input, budget));
  }

  #or(): Filter {
    let left = this.#and();
    while (this.#word('or')) {
      const [a, b] = [left, this.#and()];
      left = (input, budget) => [
        computed(
          a(input, budget).some((x) => truthy(x.value)) || b(input, budget).some((x) => truthy(x.value)),
        ),
      ];
    }
    return left;
  }

  #and(): Filter {
    let left = this.#comparison();
    while (this.#word('and')) {
      const [a, b] = [left, this.#comparison()];
      left = (input, budget) => [
        computed(
          a(input, budget).some((x) => truthy(x.value)) && b(input, budget).some((x) => truthy(x.value)),
        ),
      ];
    }
    return left;
  }

  #comparison(): Filter {
    const left = this.#alternative();
    const token = this.#tokens[this.#at];
    const compare =
      token?.type === 'sign' && Object.hasOwn(COMPARE, token.text) ? COMPARE[token.text] : undefined;
    if (!compare) return left;
    this.#at++;
    const right = this.#alternative();
    return (input, budget) =>
      left(input, budget).flatMap((a) =>
        right(input, budget).map((b) => computed(compare(a.value, b.value))),
      );
  }

  #alternative(): Filter {
    const left = this.#postfix();
    if (!this.#sign('//')) return left;
    const right = this.#alternative();
    return (input, budget) => {
      const found = left(input, budget).filter((each) => truthy(each.value));
      return found.length > 0 ? found : right(input, budget);
    };
  }

  #postfix(): Filter {
    let filter = this.#primary();
    for (;;) {
      const before = filter;
      if (this.#sign('?')) continue;
      if (this.#sign('[')) filter = this.#bracket(before);
      else if (this.#tokens[this.#at]?.text === '.' && this.#tokens[this.#at]?.type === 'sign') {
        this.#at++;
        filter = this.#sign('[') ? this.#bracket(before) : this.#field(before);
      } else return filter;
    }
  }

  #field(before: Filter): Filter {
    const token = this.#tokens[this.#at++];
    if (token?.type !== 'word' && token?.type !== 'text')
      fail(this.#expression, `a field name is missing after "."`);
    return (input, budget) => before(input, budget).map((each) => child(each, token.text));
  }

  #bracket(before: Filter): Filter {
    if (this.#sign(']'))
      return (input, budget) => before(input, budget).flatMap((each) => children(each, budget));
    const negative = this.#sign('-');
    const token = this.#tokens[this.#at++];
    this.#expect(']');
    if (token?.type === 'text')
      return (input, budget) => before(input, budget).map((each) => child(each, token.text));
    if (token?.type !== 'number') fail(this.#expression, 'only a name or a number may stand in [ ]');
    const index = negative ? -Number(token.text) : Number(token.text);
    return (input, budget) => before(input, budget).map((each) => child(each, index));
  }

  #primary(): Filter {
    const token = this.#tokens[this.#at++];
    if (!token) fail(this.#expression, 'it ends too early');
    if (token.type === 'text') return () => [computed(token.text)];
    if (token.type === 'number') return () => [computed(Number(token.text))];
    if (token.type === 'word') return this.#call(token.text);
    switch (token.text) {
      case '..':
        return descend;
      case '(': {
        const inner = this.#pipe();
        this.#expect(')');
        return inner;
      }
      case '-': {
        const number = this.#tokens[this.#at++];
        if (number?.type !== 'number') fail(this.#expression, 'a number is missing after "-"');
        return () => [computed(-Number(number.text))];
      }
      case '.': {
        const next = this.#tokens[this.#at];
        if (next?.type === 'word' || next?.type === 'text') return this.#field((input) => [input]);
        return (input) => [input];
      }
      default:
        return fail(this.#expression, `unexpected ${JSON.stringify(token.text)}`);
    }
  }

  #argument(): Filter | undefined {
    if (!this.#sign('(')) return undefined;
    const inner = this.#pipe();
    this.#expect(')');
    return inner;
  }

  #call(name: string): Filter {
    if (name === 'true' || name === 'false') return () => [computed(name === 'true')];
    if (name === 'null') return () => [computed(null)];
    const argument = this.#argument();
    const test = Object.hasOwn(TEXT_TESTS, name) ? TEXT_TESTS[name] : undefined;
    if (test && argument) {
      return (input, budget) =>
        argument(input, budget).map((each) => computed(test(input.value, each.value)));
    }
    switch (name) {
      case 'select':
        if (!argument) return fail(this.#expression, 'select needs a condition');
        return (input, budget) => (argument(input, budget).some((each) => truthy(each.value)) ? [input] : []);
      case 'not':
        return (input) => [computed(!truthy(input.value))];
      case 'any':
        return (input, budget) => [
          computed(
            children(input, budget).some((each) =>
              (argument ? argument(each, budget) : [each]).some((x) => truthy(x.value)),
            ),
          ),
        ];
      case 'all':
        return (input, budget) => [
          computed(
            children(input, budget).every((each) =>
              (argument ? argument(each, budget) : [each]).some((x) => truthy(x.value)),
            ),
          ),
        ];
      case 'length':
        return ({ value }) => [
          computed(
            typeof value === 'string' || Array.isArray(value)
              ? value.length
              : isJsonObject(value)
                ? Object.keys(value).length
                : 0,
          ),
        ];
      case 'empty':
        return () => [];
      default:
        return fail(this.#expression, `there is no ${name} here`);
    }
  }
}

/** A compiled path expression. */
export type JqPaths = (document: JsonValue) => PathStep[][];

/** Compiles a path expression into a function that finds its paths in a document. Throws `JQ_EXPRESSION_INVALID`. */
export function compileJqPaths(expression: string): JqPaths {
  if (expression.length > MAX_LENGTH)
    fail(`${expression.slice(0, 40)}…`, `it is longer than ${MAX_LENGTH} characters`);
  const filter = new Parser(expression).parse();
  return (document) => {
    const budget = { left: MAX_STEPS };
    const found = filter({ path: [], value: document }, budget);
    if (budget.left < 0) fail(expression, `it visits more than ${MAX_STEPS} values`);
    return found.flatMap((each) => (each.path && each.path.length > 0 ? [[...each.path]] : []));
  };
}
