import type { ApplyNode, BinaryOperator, Bind, Clause, Node, Parameter } from './ast.js';
import { parseObject, type PartReader } from './object-parser.js';
import { jsonnetError, type Source } from './source.js';
import { TokenReader } from './token-reader.js';

/** Expressions inside each other at most; nobody writes half as many, and the parser calls itself for each. */
const MAX_NESTING = 500;

/** Levels of binary operators, loosest first. */
const LEVELS: readonly (readonly BinaryOperator[])[] = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<', '>', '<=', '>=', 'in'],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
];

const PRECEDENCE = new Map(
  LEVELS.flatMap((level, rank) => level.map((operator) => [operator as string, rank])),
);

/** Reads a program. Throws CodedError `jsonnet/syntax`. */
export function parse(source: Source): Node {
  const parser = new Parser(source);
  const node = parser.expression();
  if (parser.tokens.peek().kind !== 'end') parser.tokens.fail('expected the end of the file');
  return node;
}

/** Parser by recursive descent; objects are in a file of their own. */
class Parser implements PartReader {
  readonly tokens: TokenReader;
  #nesting = 0;

  constructor(source: Source) {
    this.tokens = new TokenReader(source);
  }

  place(at = this.tokens.peek().at): { source: Source; at: number } {
    return { source: this.tokens.source, at };
  }

  expression(): Node {
    if (++this.#nesting > MAX_NESTING)
      throw jsonnetError(
        'limit',
        `expressions are more than ${MAX_NESTING} deep in each other`,
        this.tokens.source,
        this.tokens.peek().at,
      );
    const node = this.#binary(0);
    this.#nesting--;
    return node;
  }

  #binary(level: number): Node {
    let left = this.#unary();
    for (;;) {
      const token = this.tokens.peek();
      const rank = token.kind === 'symbol' ? PRECEDENCE.get(token.text) : undefined;
      // `for x in list` inside brackets is read elsewhere: here `in` always asks for a field
      if (rank === undefined || rank < level) return left;
      this.tokens.take();
      const place = this.place(token.at);
      if (
        token.text === 'in' &&
        this.tokens.is('super') &&
        !this.tokens.is('.', 1) &&
        !this.tokens.is('[', 1)
      ) {
        this.tokens.take();
        left = { kind: 'in-super', index: left, ...place };
        continue;
      }
      const right = this.#binary(rank + 1);
      left = { kind: 'binary', operator: token.text as BinaryOperator, left, right, ...place };
    }
  }

  #unary(): Node {
    const place = this.place();
    for (const operator of ['-', '+', '!', '~'] as const) {
      if (!this.tokens.skip(operator)) continue;
      if (++this.#nesting > MAX_NESTING) this.tokens.fail(`more than ${MAX_NESTING} operators in a row`);
      const node: Node = { kind: 'unary', operator, operand: this.#unary(), ...place };
      this.#nesting--;
      return node;
    }
    return this.#greedy() ?? this.#postfix(this.#primary());
  }

  /** What takes everything to its right. */
  #greedy(): Node | undefined {
    const { tokens } = this;
    const place = this.place();
    if (tokens.is('local')) return this.#local();
    if (tokens.skip('if')) {
      const condition = this.expression();
      tokens.expect('then');
      const yes = this.expression();
      const no: Node = tokens.skip('else') ? this.expression() : { kind: 'literal', value: null, ...place };
      return { kind: 'if', condition, yes, no, ...place };
    }
    if (tokens.skip('function')) {
      const parameters = this.parameters();
      return { kind: 'function', name: 'anonymous', parameters, body: this.expression(), ...place };
    }
    if (tokens.skip('error')) return { kind: 'error', message: this.expression(), ...place };
    if (tokens.skip('assert')) {
      const condition = this.expression();
      const message = tokens.skip(':') ? this.expression() : undefined;
      tokens.expect(';');
      return { kind: 'assert', check: { condition, message, ...place }, rest: this.expression(), ...place };
    }
    for (const [word, how] of [
      ['import', 'code'],
      ['importstr', 'text'],
      ['importbin', 'bytes'],
    ] as const) {
      if (!tokens.skip(word)) continue;
      if (tokens.peek().kind !== 'string')
        tokens.fail(`${word} needs a string, known before the program runs`);
      return { kind: 'import', how, path: tokens.take().text, ...place };
    }
    return undefined;
  }

  #local(): Node {
    const place = this.place();
    this.tokens.expect('local');
    const binds = [this.bind()];
    while (this.tokens.skip(',')) binds.push(this.bind());
    this.tokens.expect(';');
    this.#unique(
      binds.map(({ name }) => name),
      place.at,
    );
    return { kind: 'local', binds, body: this.expression(), ...place };
  }

  /** `name = value` or `name(parameters) = value`. */
  bind(): Bind {
    const place = this.place();
    const name = this.tokens.identifier();
    if (this.tokens.is('(')) {
      const parameters = this.parameters();
      this.tokens.expect('=');
      return { name, value: { kind: 'function', name, parameters, body: this.expression(), ...place } };
    }
    this.tokens.expect('=');
    return { name, value: this.expression() };
  }

  parameters(): Parameter[] {
    const { at } = this.tokens.expect('(');
    const parameters: Parameter[] = [];
    while (!this.tokens.is(')')) {
      const name = this.tokens.identifier();
      parameters.push({ name, fallback: this.tokens.skip('=') ? this.expression() : undefined });
      if (!this.tokens.skip(',')) break;
    }
    this.tokens.expect(')');
    this.#unique(
      parameters.map(({ name }) => name),
      at,
    );
    return parameters;
  }

  #unique(names: readonly string[], at: number): void {
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined)
      throw jsonnetError('syntax', `${twice} is defined twice`, this.tokens.source, at);
  }

  clauses(): Clause[] {
    const clauses: Clause[] = [];
    for (;;) {
      if (this.tokens.skip('for')) {
        const name = this.tokens.identifier();
        this.tokens.expect('in');
        clauses.push({ kind: 'for', name, list: this.expression() });
      } else if (clauses.length > 0 && this.tokens.skip('if')) {
        clauses.push({ kind: 'if', condition: this.expression() });
      } else return clauses;
    }
  }

  #primary(): Node {
    const { tokens } = this;
    const place = this.place();
    const token = tokens.peek();
    if (token.kind === 'number')
      return { kind: 'literal', value: this.#number(tokens.take().text), ...place };
    if (token.kind === 'string') return { kind: 'literal', value: tokens.take().text, ...place };
    if (token.kind === 'identifier')
      return { kind: 'variable', name: tokens.take().text, hops: 0, slot: 0, ...place };
    if (tokens.skip('null')) return { kind: 'literal', value: null, ...place };
    if (tokens.skip('true')) return { kind: 'literal', value: true, ...place };
    if (tokens.skip('false')) return { kind: 'literal', value: false, ...place };
    if (tokens.skip('self')) return { kind: 'self', ...place };
    if (tokens.skip('$')) return { kind: 'variable', name: '$', hops: 0, slot: 0, ...place };
    if (tokens.skip('super')) return this.#super(place);
    if (tokens.skip('(')) {
      const node = this.expression();
      tokens.expect(')');
      return node;
    }
    if (tokens.is('{')) return parseObject(this);
    if (tokens.skip('[')) return this.#array(place);
    return tokens.fail('expected an expression');
  }

  #number(text: string): number {
    const value = Number(text);
    return Number.isFinite(value) ? value : this.tokens.fail(`${text} is too large a number`);
  }

  #super(place: { source: Source; at: number }): Node {
    if (this.tokens.skip('.'))
      return {
        kind: 'super',
        index: { kind: 'literal', value: this.tokens.identifier(), ...place },
        ...place,
      };
    this.tokens.expect('[');
    const index = this.expression();
    this.tokens.expect(']');
    return { kind: 'super', index, ...place };
  }

  #array(place: { source: Source; at: number }): Node {
    if (this.tokens.skip(']')) return { kind: 'array', items: [], ...place };
    const items = [this.expression()];
    const comma = this.tokens.skip(',');
    const clauses = this.clauses();
    const [body] = items;
    if (clauses.length > 0 && body) {
      this.tokens.expect(']');
      return { kind: 'array-comprehension', body, clauses, ...place };
    }
    let more = comma;
    while (more && !this.tokens.is(']')) {
      items.push(this.expression());
      more = this.tokens.skip(',');
    }
    this.tokens.expect(']');
    return { kind: 'array', items, ...place };
  }

  #postfix(start: Node): Node {
    let node = start;
    const { tokens } = this;
    for (;;) {
      const place = this.place();
      if (tokens.skip('.')) {
        const index: Node = { kind: 'literal', value: tokens.identifier(), ...place };
        node = { kind: 'index', target: node, index, ...place };
      } else if (tokens.skip('[')) node = this.#indexOrSlice(node, place);
      else if (tokens.skip('(')) node = this.#call(node, place);
      else if (tokens.is('{'))
        node = { kind: 'binary', operator: '+', left: node, right: parseObject(this), ...place };
      else return node;
    }
  }

  #indexOrSlice(target: Node, place: { source: Source; at: number }): Node {
    const { tokens } = this;
    const bounds: (Node | undefined)[] = [undefined];
    let colons = 0;
    while (!tokens.is(']')) {
      if (tokens.skip('::')) {
        colons += 2;
        bounds.push(undefined, undefined);
      } else if (tokens.skip(':')) {
        colons++;
        bounds.push(undefined);
      } else {
        if (bounds.at(-1) !== undefined) tokens.fail('expected : or ]');
        bounds[bounds.length - 1] = this.expression();
      }
      if (colons > 2) tokens.fail('a slice has three parts at most');
    }
    tokens.expect(']');
    const [index] = bounds;
    if (colons > 0) return { kind: 'slice', target, bounds, ...place };
    return index ? { kind: 'index', target, index, ...place } : tokens.fail('expected an index before this');
  }

  #call(target: Node, place: { source: Source; at: number }): ApplyNode {
    const { tokens } = this;
    const positional: Node[] = [];
    const named: Bind[] = [];
    while (!tokens.is(')')) {
      if (tokens.peek().kind === 'identifier' && tokens.is('=', 1)) {
        const name = tokens.identifier();
        tokens.take();
        named.push({ name, value: this.expression() });
      } else {
        if (named.length > 0) tokens.fail('a positional argument can not follow a named one');
        positional.push(this.expression());
      }
      if (positional.length === 1 && tokens.is('for')) {
        tokens.fail('a comprehension needs brackets');
      }
      if (!tokens.skip(',')) break;
    }
    tokens.expect(')');
    return { kind: 'apply', target, positional, named, tailstrict: tokens.skip('tailstrict'), ...place };
  }
}
