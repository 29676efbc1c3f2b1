import { tokensOf, type Token } from './lexer.js';
import { expandMacro, MacroProblem } from './macros.js';
import { CelSyntaxError, pathOf, type CelEntry, type CelNode } from './syntax.js';

/** How deep an expression may be nested; cel-go's limit. */
const DEEPEST = 250;
/** Nodes an expression may have. */
const MOST_NODES = 20_000;
const RELATIONS = new Set(['<', '<=', '>', '>=', '==', '!=', 'in']);
const RESERVED = new Set(
  'as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
);
/** What an expression can begin with, as the grammar calls it. */
const STARTS =
  "'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER";
/** Words that are no names, wherever they stand. */
const WORDS = new Set(['in', 'true', 'false', 'null']);
const LARGEST_INT = 2n ** 63n - 1n;

/** Reads an expression. Throws a CelSyntaxError that says where it is no CEL. */
export function parseCel(source: string): CelNode {
  return new Parser(source).whole();
}

class Parser {
  readonly #source: string;
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;
  #nodes = 0;

  constructor(source: string) {
    this.#source = source;
    this.#tokens = tokensOf(source);
  }

  whole(): CelNode {
    const node = this.#expression();
    const rest = this.#peek();
    // One word too many is told apart from an end that is not there.
    const isLast = this.#tokens[this.#next + 1]?.kind === 'end';
    if (rest.kind !== 'end')
      this.#fail(
        rest.kind === 'sign' && !isLast
          ? `Syntax error: mismatched input '${rest.text}' expecting <EOF>`
          : `Syntax error: extraneous input '${rest.text}' expecting <EOF>`,
        rest,
      );
    return node;
  }

  #expression(): CelNode {
    this.#depth += 1;
    if (this.#depth > DEEPEST) this.#fail(`expression recursion limit exceeded: ${DEEPEST}`, this.#peek());
    const test = this.#or();
    let node = test;
    if (this.#isSign('?')) {
      const { at } = this.#take();
      const yes = this.#or();
      this.#expect(':');
      node = this.#call('_?_:_', [test, yes, this.#expression()], at);
    }
    this.#depth -= 1;
    return node;
  }

  #or(): CelNode {
    return this.#chain('||', () => this.#and());
  }

  #and(): CelNode {
    return this.#chain('&&', () => this.#relation());
  }

  /** Chains of one logical operator become a tree that is no deeper than it must be, as in cel-go. */
  #chain(sign: '||' | '&&', term: () => CelNode): CelNode {
    const first = term();
    const rest: { readonly at: number; readonly node: CelNode }[] = [];
    while (this.#isSign(sign)) {
      const { at } = this.#take();
      rest.push({ at, node: term() });
    }
    const termAt = (index: number): CelNode => (index === 0 ? first : (rest[index - 1]?.node ?? first));
    const balanced = (low: number, high: number): CelNode => {
      const middle = Math.floor((low + high + 1) / 2);
      const left = middle === low ? termAt(middle) : balanced(low, middle - 1);
      const right = middle === high ? termAt(middle + 1) : balanced(middle + 1, high);
      return this.#call(`_${sign}_`, [left, right], rest[middle]?.at ?? 0);
    };
    return rest.length === 0 ? first : balanced(0, rest.length - 1);
  }

  #relation(): CelNode {
    let left = this.#sum();
    for (
      let token = this.#peek();
      token.kind !== 'literal' && RELATIONS.has(token.text);
      token = this.#peek()
    )
      left = this.#operator(left, () => this.#sum());
    return left;
  }

  #sum(): CelNode {
    let left = this.#product();
    while (this.#isSign('+') || this.#isSign('-')) left = this.#operator(left, () => this.#product());
    return left;
  }

  #product(): CelNode {
    let left = this.#unary();
    while (this.#isSign('*') || this.#isSign('/') || this.#isSign('%'))
      left = this.#operator(left, () => this.#unary());
    return left;
  }

  #operator(left: CelNode, right: () => CelNode): CelNode {
    const { text, at } = this.#take();
    return this.#call(text === 'in' ? '@in' : `_${text}_`, [left, right()], at);
  }

  #unary(): CelNode {
    const first = this.#peek();
    if (first.kind !== 'sign' || (first.text !== '!' && first.text !== '-')) return this.#member();
    let count = 0;
    while (this.#skip(first.text)) count += 1;
    const isOdd = count % 2 === 1;
    const { value } = this.#peek();
    // One minus is part of the number, several are operators.
    if (first.text === '-' && count === 1 && (typeof value === 'bigint' || typeof value === 'number')) {
      this.#take();
      return this.#suffixes(this.#made({ kind: 'literal', value: -value, at: first.at }));
    }
    const operand = this.#member();
    if (!isOdd) return operand;
    return this.#call(`${first.text}_`, [operand], first.at);
  }

  #member(): CelNode {
    return this.#suffixes(this.#primary());
  }

  #suffixes(first: CelNode): CelNode {
    let node = first;
    for (;;) {
      const token = this.#peek();
      if (this.#skip('.')) {
        const isOptional = this.#skip('?');
        const name = this.#take();
        if (name.value === 'escaped') this.#fail("unsupported syntax: '`'", name);
        if (name.kind !== 'name' || WORDS.has(name.text)) this.#fail(fieldProblem(name), name);
        if (isOptional)
          node = this.#call('_?._', [node, { kind: 'literal', value: name.text, at: name.at }], token.at);
        else if (this.#isSign('(')) node = this.#called(name, node);
        else
          node = this.#made({ kind: 'select', operand: node, field: name.text, isTest: false, at: token.at });
      } else if (this.#skip('[')) {
        const isOptional = this.#skip('?');
        const key = this.#expression();
        this.#expect(']');
        node = this.#call(isOptional ? '_[?_]' : '_[_]', [node, key], token.at);
      } else if (this.#isSign('{')) {
        const type = pathOf(node);
        if (type === undefined) return node;
        node = this.#message(type);
      } else return node;
    }
  }

  #primary(): CelNode {
    const token = this.#take();
    if (token.kind === 'literal') {
      if (typeof token.value === 'bigint' && token.value > LARGEST_INT)
        this.#fail('invalid int literal', token);
      return this.#made({ kind: 'literal', value: token.value, at: token.at });
    }
    if (token.kind === 'name') return this.#name(token);
    if (token.text === '(') {
      const inner = this.#expression();
      this.#expect(')');
      return inner;
    }
    if (token.text === '[') return this.#list(token.at);
    if (token.text === '{') return this.#map(token.at);
    if (token.text === '.') {
      const name = this.#take();
      if (name.kind === 'name') return this.#name(name);
    }
    // A word too many is told apart from one that is missing.
    const next = this.#peek();
    const isExtra = next.kind !== 'end' && (next.kind !== 'sign' || '[{(.-!'.includes(next.text));
    return this.#fail(
      `Syntax error: ${isExtra ? 'extraneous' : 'mismatched'} input '${shownToken(token)}' expecting {${STARTS}}`,
      token,
    );
  }

  #name(token: Token): CelNode {
    const { text, at } = token;
    if (text === 'true' || text === 'false')
      return this.#made({ kind: 'literal', value: text === 'true', at });
    if (text === 'null') return this.#made({ kind: 'literal', value: null, at });
    if (text === 'in') this.#fail(`Syntax error: mismatched input 'in' expecting {${STARTS}}`, token);
    if (RESERVED.has(text)) this.#fail(`reserved identifier: ${text}`, token);
    if (this.#isSign('(')) return this.#called(token, undefined);
    return this.#made({ kind: 'ident', name: text, at });
  }

  #list(at: number): CelNode {
    const items: { value: CelNode; isOptional: boolean }[] = [];
    while (!this.#isSign(']')) {
      const isOptional = this.#skip('?');
      items.push({ value: this.#expression(), isOptional });
      if (!this.#skip(',')) break;
    }
    this.#expect(']');
    return this.#made({ kind: 'list', items, at });
  }

  #map(at: number): CelNode {
    const entries: CelEntry[] = [];
    while (!this.#isSign('}')) {
      const isOptional = this.#skip('?');
      const key = this.#expression();
      this.#expect(':');
      entries.push({ key, value: this.#expression(), isOptional });
      if (!this.#skip(',')) break;
    }
    this.#expect('}');
    return this.#made({ kind: 'map', entries, at });
  }

  #message(type: string): CelNode {
    const { at } = this.#take();
    const fields: { name: string; value: CelNode; isOptional: boolean; at: number }[] = [];
    while (!this.#isSign('}')) {
      const isOptional = this.#skip('?');
      const name = this.#take();
      if (name.kind !== 'name')
        this.#fail(`Syntax error: mismatched input '${shownToken(name)}' expecting IDENTIFIER`, name);
      const colon = this.#expect(':');
      fields.push({ name: name.text, value: this.#expression(), isOptional, at: colon.at });
      if (!this.#skip(',')) break;
    }
    this.#expect('}');
    return this.#made({ kind: 'message', type, fields, at });
  }

  #called({ text: name }: Token, target: CelNode | undefined): CelNode {
    const { at } = this.#expect('(');
    const args: CelNode[] = [];
    if (!this.#isSign(')'))
      do args.push(this.#expression());
      while (this.#skip(','));
    this.#expect(')');
    try {
      const expanded = expandMacro(name, target, args, at);
      // A macro makes a dozen nodes of one at most.
      if (expanded) this.#nodes += 12;
      return this.#made(expanded ?? { kind: 'call', name, target, args, at });
    } catch (error) {
      if (error instanceof MacroProblem) this.#fail(error.message, error);
      throw error;
    }
  }

  #call(name: string, args: readonly CelNode[], at: number): CelNode {
    return this.#made({ kind: 'call', name, target: undefined, args, at });
  }

  #made(node: CelNode): CelNode {
    this.#nodes += 1;
    if (this.#nodes > MOST_NODES) this.#fail(`expressions have at most ${MOST_NODES} parts`, node);
    return node;
  }

  #peek(): Token {
    return this.#tokens[this.#next] ?? { kind: 'end', text: '<EOF>', at: this.#source.length };
  }

  #take(): Token {
    const token = this.#peek();
    this.#next += 1;
    return token;
  }

  #isSign(text: string): boolean {
    const token = this.#peek();
    return token.kind === 'sign' && token.text === text;
  }

  #skip(text: string): boolean {
    const found = this.#isSign(text);
    if (found) this.#next += 1;
    return found;
  }

  #expect(text: string): Token {
    const token = this.#peek();
    if (this.#skip(text)) return token;
    if (text === ')' && token.kind === 'end') this.#fail("Syntax error: missing ')' at '<EOF>'", token);
    const wanted = text === ']' || text === '}' ? `{'${text}', ','}` : `'${text}'`;
    return this.#fail(`Syntax error: mismatched input '${shownToken(token)}' expecting ${wanted}`, token);
  }

  #fail(problem: string, { at }: { at: number }): never {
    throw new CelSyntaxError([{ problem, at }], this.#source);
  }
}

/** Why a word is no field. */
function fieldProblem(token: Token): string {
  if (token.kind === 'end') return "Syntax error: no viable alternative at input '.'";
  if (['true', 'false', 'null'].includes(token.text))
    return `Syntax error: mismatched input '${token.text}' expecting IDENTIFIER`;
  return `Syntax error: no viable alternative at input '.${shownToken(token)}'`;
}

const shownToken = ({ text }: Token): string => text.replaceAll('\n', String.raw`\n`);
