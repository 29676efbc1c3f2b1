import { tokensOf, type Token } from './lexer.js';
import { CelSyntaxError, LOOPS, pathOf, type CelEntry, type CelNode, type LoopKind } from './syntax.js';

/** How deep an expression may be nested (cel-go's default is 250 with a much larger stack per level). */
const DEEPEST = 100;
/** Nodes an expression may have. */
const MOST_NODES = 20_000;
const RELATIONS = new Set(['<', '<=', '>', '>=', '==', '!=', 'in']);
const RESERVED = new Set(
  'as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
);
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
    if (rest.kind !== 'end')
      this.#fail(
        rest.kind === 'sign'
          ? `Syntax error: mismatched input '${rest.text}' expecting <EOF>`
          : `Syntax error: extraneous input '${rest.text}' expecting <EOF>`,
        rest,
      );
    return node;
  }

  #expression(): CelNode {
    this.#depth += 1;
    if (this.#depth > DEEPEST) this.#fail('expression recursion limit exceeded', this.#peek());
    const test = this.#or();
    let node = test;
    if (this.#skip('?')) {
      const yes = this.#or();
      this.#expect(':');
      node = this.#made({ kind: 'choice', test, yes, no: this.#expression(), at: test.at });
    }
    this.#depth -= 1;
    return node;
  }

  #or(): CelNode {
    let left = this.#and();
    while (this.#isSign('||')) {
      const { at } = this.#take();
      left = this.#made({ kind: 'logic', op: '||', left, right: this.#and(), at });
    }
    return left;
  }

  #and(): CelNode {
    let left = this.#relation();
    while (this.#isSign('&&')) {
      const { at } = this.#take();
      left = this.#made({ kind: 'logic', op: '&&', left, right: this.#relation(), at });
    }
    return left;
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
    return this.#made({ kind: 'call', name: `_${text}_`, target: undefined, args: [left, right()], at });
  }

  #unary(): CelNode {
    const first = this.#peek();
    if (first.kind !== 'sign' || (first.text !== '!' && first.text !== '-')) return this.#member();
    let count = 0;
    while (this.#skip(first.text)) count += 1;
    const isOdd = count % 2 === 1;
    const token = this.#peek();
    if (first.text === '-' && isOdd && token.kind === 'literal' && typeof token.value === 'bigint') {
      this.#take();
      return this.#suffixes(this.#made({ kind: 'literal', value: -token.value, at: first.at }));
    }
    if (first.text === '-' && isOdd && token.kind === 'literal' && typeof token.value === 'number') {
      this.#take();
      return this.#suffixes(this.#made({ kind: 'literal', value: -token.value, at: first.at }));
    }
    const operand = this.#member();
    if (!isOdd) return operand;
    const name = first.text === '!' ? '!_' : '-_';
    return this.#made({ kind: 'call', name, target: undefined, args: [operand], at: first.at });
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
        if (name.kind !== 'name')
          this.#fail(`Syntax error: no viable alternative at input '.${shownToken(name)}'`, name);
        if (!isOptional && name.value !== 'escaped' && this.#isSign('(')) node = this.#called(name, node);
        else
          node = this.#made({
            kind: 'select',
            operand: node,
            field: name.text,
            form: isOptional ? 'optional' : 'plain',
            at: token.at,
          });
      } else if (this.#skip('[')) {
        const isOptional = this.#skip('?');
        const key = this.#expression();
        this.#expect(']');
        node = this.#made({ kind: 'index', operand: node, key, isOptional, at: token.at });
      } else if (this.#isSign('{')) {
        const type = pathOf(node);
        if (type === undefined) return node;
        node = this.#message(type, node.at);
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
    return this.#fail(
      `Syntax error: mismatched input '${shownToken(token)}' expecting {'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}`,
      token,
    );
  }

  #name(token: Token): CelNode {
    const { text, at } = token;
    if (text === 'true' || text === 'false')
      return this.#made({ kind: 'literal', value: text === 'true', at });
    if (text === 'null') return this.#made({ kind: 'literal', value: null, at });
    if (text === 'in') this.#fail(`Syntax error: mismatched input 'in'`, token);
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

  #message(type: string, at: number): CelNode {
    this.#expect('{');
    const fields: { name: string; value: CelNode; isOptional: boolean }[] = [];
    while (!this.#isSign('}')) {
      const isOptional = this.#skip('?');
      const name = this.#take();
      if (name.kind !== 'name')
        this.#fail(`Syntax error: mismatched input '${shownToken(name)}' expecting IDENTIFIER`, name);
      this.#expect(':');
      fields.push({ name: name.text, value: this.#expression(), isOptional });
      if (!this.#skip(',')) break;
    }
    this.#expect('}');
    return this.#made({ kind: 'message', type, fields, at });
  }

  #called({ text: name, at }: Token, target: CelNode | undefined): CelNode {
    this.#expect('(');
    const args: CelNode[] = [];
    while (!this.#isSign(')')) {
      args.push(this.#expression());
      if (!this.#skip(',')) break;
    }
    this.#expect(')');
    return this.#macro(name, target, args, at) ?? this.#made({ kind: 'call', name, target, args, at });
  }

  #macro(name: string, target: CelNode | undefined, args: CelNode[], at: number): CelNode | undefined {
    const [first, second, third] = args;
    if (name === 'has' && !target && first && args.length === 1) {
      if (first.kind !== 'select' || first.form !== 'plain')
        return this.#fail('invalid argument to has() macro', first);
      return { ...first, form: 'test' };
    }
    if (!target) return undefined;
    if (name === 'bind' && pathOf(target) === 'cel' && first && second && third && args.length === 3)
      return this.#made({
        kind: 'bind',
        form: 'plain',
        name: this.#variable(first, 'cel.bind() variable names must be simple identifiers'),
        value: second,
        body: third,
        at,
      });
    if ((name === 'optMap' || name === 'optFlatMap') && first && second && args.length === 2)
      return this.#made({
        kind: 'bind',
        form: name,
        name: this.#variable(first, `${name}() variable name must be a simple identifier`),
        value: target,
        body: second,
        at,
      });
    return this.#loop(name, target, args, at);
  }

  #loop(name: string, range: CelNode, args: CelNode[], at: number): CelNode | undefined {
    const loop = LOOPS.find((one) => one === name);
    if (!loop) return undefined;
    const shape = shapeOf(loop, args.length);
    if (!shape) return undefined;
    const names = args
      .slice(0, shape.names)
      .map((one) => this.#variable(one, 'argument must be a simple name'));
    if (names.length === 2 && names[0] === names[1])
      this.#fail(`duplicate iteration variable name: ${names[0]}`, args[1] ?? range);
    const body = args.at(-1);
    if (!body) return undefined;
    const condition = shape.hasCondition ? args[shape.names] : undefined;
    return this.#made({ kind: 'loop', loop, range, names, condition, body, at });
  }

  #variable(node: CelNode, problem: string): string {
    return node.kind === 'ident' ? node.name : this.#fail(problem, node);
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

  #expect(text: string): void {
    if (this.#skip(text)) return;
    const token = this.#peek();
    this.#fail(`Syntax error: mismatched input '${shownToken(token)}' expecting '${text}'`, token);
  }

  #fail(problem: string, { at }: { at: number }): never {
    throw new CelSyntaxError(problem, this.#source, at);
  }
}

/** How many names a loop takes and whether a condition stands before its body; undefined when it is no loop. */
function shapeOf(loop: LoopKind, count: number): { names: number; hasCondition: boolean } | undefined {
  switch (loop) {
    case 'filter':
    case 'exists_one':
      return count === 2 ? { names: 1, hasCondition: false } : undefined;
    case 'map':
      return count === 2 || count === 3 ? { names: 1, hasCondition: count === 3 } : undefined;
    case 'all':
    case 'exists':
    case 'existsOne':
      return count === 2 || count === 3 ? { names: count - 1, hasCondition: false } : undefined;
    case 'transformList':
    case 'transformMap':
    case 'transformMapEntry':
      return count === 3 || count === 4 ? { names: 2, hasCondition: count === 4 } : undefined;
  }
}

const shownToken = ({ text }: Token): string => text.replaceAll('\n', String.raw`\n`);
