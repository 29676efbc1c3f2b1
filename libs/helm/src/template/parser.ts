import { goQuote, goUnquote } from './go-quote.js';
import { Lexer, type Token, type TokenType, tokenText } from './lexer.js';
import {
  type BranchNode,
  type ChainNode,
  type CommandNode,
  isEmptyBody,
  type ListNode,
  nodeText,
  type OperandNode,
  type PipeNode,
  type StatementNode,
  type TemplateBody,
  type VariableNode,
} from './nodes.js';
import { parseNumberLiteral } from './number-literal.js';
import type { TemplateSource } from './source.js';

/** Go allows this many nested parentheses. */
const MAX_EXPRESSION_DEPTH = 10_000;
/** Actions nested deeper than this would exhaust the stack. */
const MAX_BLOCK_DEPTH = 500;

/** A template that does not parse. The message is Go's: `template: NAME:LINE: WHAT`. */
export class TemplateParseError extends Error {
  override readonly name = 'TemplateParseError';
}

/** What gives the same value whatever is piped into it. */
const CONSTANTS: ReadonlySet<OperandNode['type']> = new Set(['bool', 'dot', 'nil', 'number', 'string']);

/** What stops a list of statements. */
interface Stop {
  readonly type: 'end' | 'else';
  readonly token: Token;
}

type Control = 'if' | 'with' | 'range';

const OPERAND_STARTS: ReadonlySet<TokenType> = new Set([
  'bool',
  'character',
  'complex',
  'dot',
  'field',
  'identifier',
  'number',
  'raw string',
  'string',
  'variable',
  'left paren',
]);

/**
 * Parses a template and everything it defines. The first body is the template itself.
 * `hasFunction` decides which names are functions.
 */
export function parseTemplate(
  source: TemplateSource,
  hasFunction: (name: string) => boolean,
): TemplateBody[] {
  return new Parser(source, hasFunction).parse();
}

class Parser {
  readonly #source: TemplateSource;
  readonly #hasFunction: (name: string) => boolean;
  readonly #lexer: Lexer;
  readonly #bodies = new Map<string, TemplateBody>();
  #pushedBack: Token[] = [];
  #last: Token | undefined;
  #variables: string[] = ['$'];
  #rangeDepth = 0;
  #parenDepth = 0;
  #blockDepth = 0;
  #actionLine = 0;

  constructor(source: TemplateSource, hasFunction: (name: string) => boolean) {
    this.#source = source;
    this.#hasFunction = hasFunction;
    this.#lexer = new Lexer(source);
  }

  parse(): TemplateBody[] {
    const nodes: StatementNode[] = [];
    for (;;) {
      const token = this.#next();
      if (token.type === 'eof') break;
      if (token.type === 'left delimiter') {
        const following = this.#nextNonSpace();
        if (isKeyword(following, 'define')) {
          this.#definition();
          continue;
        }
        this.#pushBack(following);
      }
      this.#pushBack(token);
      const statement = this.#textOrAction();
      if ('token' in statement) this.#fail(`unexpected {{${statement.type}}}`);
      nodes.push(statement);
    }
    const root: ListNode = { type: 'list', source: this.#source, position: 0, nodes: exact(nodes) };
    const main = { name: this.#source.name, root };
    this.#add(main);
    return [main, ...[...this.#bodies.values()].filter((body) => body !== main)];
  }

  #next(): Token {
    const token = this.#pushedBack.pop() ?? this.#lexer.next();
    this.#last = token;
    return token;
  }

  #pushBack(token: Token): void {
    this.#pushedBack.push(token);
  }

  #peek(): Token {
    const token = this.#next();
    this.#pushBack(token);
    return token;
  }

  #nextNonSpace(): Token {
    let token = this.#next();
    while (token.type === 'space') token = this.#next();
    return token;
  }

  #peekNonSpace(): Token {
    const token = this.#nextNonSpace();
    this.#pushBack(token);
    return token;
  }

  #fail(message: string): never {
    throw new TemplateParseError(`template: ${this.#source.name}:${this.#last?.line ?? 1}: ${message}`);
  }

  #unexpected(token: Token, context: string): never {
    if (token.type === 'error') {
      let extra = '';
      if (this.#actionLine !== 0 && this.#actionLine !== token.line) {
        extra = ` in action started at ${this.#source.name}:${this.#actionLine}`;
        if (token.value.endsWith(' action')) extra = extra.slice(' in action'.length);
      }
      this.#fail(token.value + extra);
    }
    return this.#fail(`unexpected ${tokenText(token)} in ${context}`);
  }

  #expect(type: TokenType, context: string): Token {
    const token = this.#nextNonSpace();
    if (token.type !== type) this.#unexpected(token, context);
    return token;
  }

  #add(body: TemplateBody): void {
    const known = this.#bodies.get(body.name);
    if (!known || isEmptyBody(known.root)) this.#bodies.set(body.name, body);
    else if (!isEmptyBody(body.root))
      this.#fail(`template: multiple definition of template ${goQuote(body.name)}`);
  }

  #definition(): void {
    const context = 'define clause';
    const name = this.#templateName(this.#nextNonSpace(), context);
    this.#expect('right delimiter', context);
    this.#addDefinition(name, context);
  }

  /** Parses up to `{{end}}` as a template of its own: no outer variables, no outer range. */
  #addDefinition(name: string, context: string): void {
    const outer = [this.#variables, this.#rangeDepth, this.#parenDepth] as const;
    this.#variables = ['$'];
    this.#rangeDepth = 0;
    const { list, stop } = this.#list();
    if (stop.type !== 'end') this.#fail(`unexpected {{else}} in ${context}`);
    this.#add({ name, root: list });
    [this.#variables, this.#rangeDepth, this.#parenDepth] = outer;
  }

  #templateName(token: Token, context: string): string {
    if (token.type !== 'string' && token.type !== 'raw string') this.#unexpected(token, context);
    return goUnquote(token.value) ?? this.#fail('invalid syntax');
  }

  #list(): { list: ListNode; stop: Stop } {
    if (++this.#blockDepth > MAX_BLOCK_DEPTH) this.#fail('max block depth exceeded');
    const { position } = this.#peekNonSpace();
    const nodes: StatementNode[] = [];
    while (this.#peekNonSpace().type !== 'eof') {
      const statement = this.#textOrAction();
      if ('token' in statement) {
        this.#blockDepth--;
        const list: ListNode = { type: 'list', source: this.#source, position, nodes: exact(nodes) };
        return { list, stop: statement };
      }
      nodes.push(statement);
    }
    return this.#fail('unexpected EOF');
  }

  #textOrAction(): StatementNode | Stop {
    const token = this.#nextNonSpace();
    if (token.type === 'text') {
      return { type: 'text', source: this.#source, position: token.position, text: token.value };
    }
    if (token.type !== 'left delimiter') this.#unexpected(token, 'input');
    this.#actionLine = token.line;
    const statement = this.#action();
    this.#actionLine = 0;
    return statement;
  }

  #action(): StatementNode | Stop {
    const token = this.#nextNonSpace();
    if (token.type === 'keyword') {
      switch (token.value) {
        case 'if':
        case 'with':
        case 'range':
          return this.#control(token.value);
        case 'block':
          return this.#block();
        case 'break':
        case 'continue':
          return this.#jump(token, token.value);
        case 'else':
          return this.#else();
        case 'end':
          return { type: 'end', token: this.#expect('right delimiter', 'end') };
        case 'template':
          return this.#template();
        default:
      }
    }
    this.#pushBack(token);
    const position = this.#peek().position;
    const pipe = this.#pipeline('command', 'right delimiter');
    const only = pipe.single?.operands.length === 1 ? pipe.single.first : undefined;
    const constant = only?.type === 'string' ? only.value : undefined;
    return { type: 'action', source: this.#source, position, pipe, constant };
  }

  #jump(token: Token, type: 'break' | 'continue'): StatementNode {
    const following = this.#nextNonSpace();
    if (following.type !== 'right delimiter') this.#unexpected(following, `{{${type}}}`);
    if (this.#rangeDepth === 0) this.#fail(`{{${type}}} outside {{range}}`);
    return { type, source: this.#source, position: token.position };
  }

  #else(): Stop {
    const peek = this.#peekNonSpace();
    // `else if` and `else with` leave the keyword for the enclosing control to take.
    if (isKeyword(peek, 'if') || isKeyword(peek, 'with')) return { type: 'else', token: peek };
    return { type: 'else', token: this.#expect('right delimiter', 'else') };
  }

  #control(type: Control): BranchNode {
    const variables = this.#variables.length;
    const pipe = this.#pipeline(type, 'right delimiter');
    if (type === 'range') this.#rangeDepth++;
    const { list, stop } = this.#list();
    if (type === 'range') this.#rangeDepth--;
    let elseList: ListNode | undefined;
    if (stop.type === 'else') {
      if (type !== 'range' && isKeyword(this.#peek(), type)) {
        this.#next();
        const position = stop.token.position;
        elseList = { type: 'list', source: this.#source, position, nodes: [this.#control(type)] };
      } else {
        const otherwise = this.#list();
        if (otherwise.stop.type !== 'end') this.#fail('expected end; found {{else}}');
        elseList = otherwise.list;
      }
    }
    this.#variables.length = variables;
    return { type, source: this.#source, position: pipe.position, pipe, list, elseList };
  }

  #block(): StatementNode {
    const context = 'block clause';
    const token = this.#nextNonSpace();
    const name = this.#templateName(token, context);
    const pipe = this.#pipeline(context, 'right delimiter');
    this.#addDefinition(name, context);
    return { type: 'template', source: this.#source, position: token.position, name, pipe };
  }

  #template(): StatementNode {
    const context = 'template clause';
    const token = this.#nextNonSpace();
    const name = this.#templateName(token, context);
    const following = this.#nextNonSpace();
    let pipe: PipeNode | undefined;
    if (following.type !== 'right delimiter') {
      this.#pushBack(following);
      pipe = this.#pipeline(context, 'right delimiter');
    }
    return { type: 'template', source: this.#source, position: token.position, name, pipe };
  }

  #pipeline(context: string, end: TokenType): PipeNode {
    const position = this.#peekNonSpace().position;
    const { declared, isAssignment } = this.#declarations(context);
    const commands: CommandNode[] = [];
    for (;;) {
      const token = this.#nextNonSpace();
      if (token.type === end) break;
      if (!OPERAND_STARTS.has(token.type) && !isKeyword(token, 'nil')) this.#unexpected(token, context);
      this.#pushBack(token);
      commands.push(this.#command());
    }
    if (commands.length === 0) this.#fail(`missing value for ${context}`);
    for (const [index, command] of commands.entries()) {
      if (index > 0 && CONSTANTS.has(command.first.type))
        this.#fail(`non executable command in pipeline stage ${index + 1}`);
    }
    const single = declared.length === 0 && commands.length === 1 ? commands[0] : undefined;
    return {
      type: 'pipe',
      source: this.#source,
      position,
      declared: exact(declared),
      isAssignment,
      commands: exact(commands),
      single,
    };
  }

  #declarations(context: string): { declared: VariableNode[]; isAssignment: boolean } {
    const declared: VariableNode[] = [];
    for (;;) {
      const variable = this.#peekNonSpace();
      if (variable.type !== 'variable') return { declared, isAssignment: false };
      this.#next();
      const after = this.#next();
      const following = after.type === 'space' ? this.#nextNonSpace() : after;
      const declares = following.type === 'assign' || following.type === 'declare';
      if (!declares && !(following.type === 'char' && following.value === ',')) {
        this.#pushBack(following);
        if (after.type === 'space') this.#pushBack(after);
        this.#pushBack(variable);
        return { declared, isAssignment: false };
      }
      declared.push({
        type: 'variable',
        source: this.#source,
        position: variable.position,
        path: variable.value.split('.'),
      });
      this.#variables.push(variable.value);
      if (declares) return { declared, isAssignment: following.type === 'assign' };
      if (context !== 'range' || declared.length >= 2) this.#fail(`too many declarations in ${context}`);
      const peek = this.#peekNonSpace().type;
      if (peek !== 'variable' && peek !== 'right delimiter' && peek !== 'right paren') {
        this.#fail('range can only initialize variables');
      }
    }
  }

  #command(): CommandNode {
    const position = this.#peekNonSpace().position;
    const operands: OperandNode[] = [];
    for (;;) {
      this.#peekNonSpace();
      const operand = this.#operand();
      if (operand) operands.push(operand);
      const token = this.#next();
      if (token.type === 'space') continue;
      if (token.type === 'right delimiter' || token.type === 'right paren') this.#pushBack(token);
      else if (token.type !== 'pipe') this.#unexpected(token, 'operand');
      break;
    }
    const [first] = operands;
    if (!first) return this.#fail('empty command');
    return { type: 'command', source: this.#source, position, first, operands: exact(operands) };
  }

  #operand(): OperandNode | undefined {
    const operand = this.#term();
    const peek = this.#peek();
    if (!operand || peek.type !== 'field') return operand;
    const path: string[] = [];
    while (this.#peek().type === 'field') path.push(this.#next().value.slice(1));
    const source = this.#source;
    const { position } = peek;
    switch (operand.type) {
      case 'field':
      case 'variable':
        return { type: operand.type, source, position, path: [...operand.path, ...path] };
      case 'bool':
      case 'string':
      case 'number':
      case 'nil':
      case 'dot':
        return this.#fail(`unexpected . after term ${goQuote(nodeText(operand))}`);
      case 'identifier':
      case 'chain':
      case 'pipe':
        return { type: 'chain', source, position, operand, path: exact(path) } satisfies ChainNode;
    }
  }

  #term(): OperandNode | undefined {
    const token = this.#nextNonSpace();
    const source = this.#source;
    const { position } = token;
    switch (token.type) {
      case 'identifier':
        if (!this.#hasFunction(token.value)) this.#fail(`function ${goQuote(token.value)} not defined`);
        return { type: 'identifier', source, position, name: token.value };
      case 'dot':
        return { type: 'dot', source, position };
      case 'variable':
        if (!this.#variables.includes(token.value)) this.#fail(`undefined variable ${goQuote(token.value)}`);
        return { type: 'variable', source, position, path: [token.value] };
      case 'field':
        return { type: 'field', source, position, path: [token.value.slice(1)] };
      case 'bool':
        return { type: 'bool', source, position, value: token.value === 'true' };
      case 'character':
      case 'complex':
      case 'number': {
        const number = parseNumberLiteral(token.value);
        if (typeof number === 'string') this.#fail(number);
        return { type: 'number', source, position, literal: token.value, ...number };
      }
      case 'left paren': {
        if (this.#parenDepth >= MAX_EXPRESSION_DEPTH) this.#fail('max expression depth exceeded');
        this.#parenDepth++;
        const pipe = this.#pipeline('parenthesized pipeline', 'right paren');
        this.#parenDepth--;
        return pipe;
      }
      case 'string':
      case 'raw string': {
        const value = goUnquote(token.value) ?? this.#fail('invalid syntax');
        return { type: 'string', source, position, literal: token.value, value };
      }
      case 'keyword':
        if (token.value === 'nil') return { type: 'nil', source, position };
        this.#pushBack(token);
        return undefined;
      case 'assign':
      case 'char':
      case 'declare':
      case 'eof':
      case 'error':
      case 'left delimiter':
      case 'pipe':
      case 'right delimiter':
      case 'right paren':
      case 'space':
      case 'text':
        this.#pushBack(token);
        return undefined;
    }
  }
}

/** Growing lists keep room for more; templates are read far more often than made, so theirs get no more than they need. */
function exact<T>(items: readonly T[]): readonly T[] {
  return items.slice();
}

function isKeyword(token: Token, word: string): boolean {
  return token.type === 'keyword' && token.value === word;
}
