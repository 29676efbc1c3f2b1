import { goQuote, goUnquote } from './go-quote.js';
import type { ActionMemory, KnownAction } from './action-memory.js';
import { Lexer } from './lexer.js';
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
  type VariableNode,
} from './nodes.js';
import { parseNumberLiteral } from './number-literal.js';
import { multipleDefinitions, type ParsedTemplate, parseError } from './parsed-template.js';
import type { TemplateSource } from './source.js';
import { isKeyword, OPERAND_STARTS, type Token, type TokenType, tokenText } from './tokens.js';

/** Go allows this many nested parentheses. */
const MAX_EXPRESSION_DEPTH = 10_000;
/** Actions nested deeper than this would exhaust the stack. */
const MAX_BLOCK_DEPTH = 500;

/** What gives the same value whatever is piped into it. */
const CONSTANTS: ReadonlySet<OperandNode['type']> = new Set(['bool', 'dot', 'nil', 'number', 'string']);

/** What stops a list of statements. */
interface Stop {
  readonly type: 'end' | 'else';
  readonly token: Token;
}

type Control = 'if' | 'with' | 'range';

/** Parses a template and everything it defines. The memory decides which names are functions. */
export function parseTemplate(source: TemplateSource, memory: ActionMemory): ParsedTemplate {
  memory.readText(source.text.length);
  return new Parser(source, memory).parse();
}

class Parser {
  readonly #source: TemplateSource;
  readonly #memory: ActionMemory;
  readonly #lexer: Lexer;
  readonly #definitions = new Map<string, ListNode>();
  #pushedBack: Token[] = [];
  #last: Token | undefined;
  #variables: string[] = ['$'];
  /** The variables the action at hand has named. */
  #named: string[] = [];
  #rangeDepth = 0;
  #parenDepth = 0;
  #blockDepth = 0;
  #actionLine = 0;
  /** Where the action at hand begins. */
  #start = 0;

  constructor(source: TemplateSource, memory: ActionMemory) {
    this.#source = source;
    this.#memory = memory;
    this.#lexer = new Lexer(source);
  }

  parse(): ParsedTemplate {
    const nodes: StatementNode[] = [];
    for (;;) {
      const token = this.#next();
      if (token.type === 'eof') break;
      let statement: StatementNode | Stop | undefined;
      if (token.type === 'left delimiter') {
        statement = this.#recall(token);
        if (!statement) {
          const following = this.#nextNonSpace();
          if (isKeyword(following, 'define')) {
            this.#definition();
            continue;
          }
          this.#pushBack(following);
        }
      }
      if (!statement) {
        this.#pushBack(token);
        statement = this.#textOrAction();
      }
      if ('token' in statement) this.#fail(`unexpected {{${statement.type}}}`);
      nodes.push(statement);
    }
    return { root: listOf(nodes), definitions: this.#definitions, lastLine: this.#last?.line ?? 1 };
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
    throw parseError(this.#source, this.#last?.line ?? 1, message);
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

  #define(name: string, list: ListNode): void {
    const known = this.#definitions.get(name);
    if (!known || isEmptyBody(known)) this.#definitions.set(name, list);
    else if (!isEmptyBody(list)) throw multipleDefinitions(this.#source, this.#last?.line ?? 1, name);
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
    this.#define(name, list);
    [this.#variables, this.#rangeDepth, this.#parenDepth] = outer;
  }

  #templateName(token: Token, context: string): string {
    if (token.type !== 'string' && token.type !== 'raw string') this.#unexpected(token, context);
    return goUnquote(token.value) ?? this.#fail('invalid syntax');
  }

  #list(): { list: ListNode; stop: Stop } {
    if (++this.#blockDepth > MAX_BLOCK_DEPTH) this.#fail('max block depth exceeded');
    const nodes: StatementNode[] = [];
    while (this.#peekNonSpace().type !== 'eof') {
      const statement = this.#textOrAction();
      if ('token' in statement) {
        this.#blockDepth--;
        return { list: listOf(nodes), stop: statement };
      }
      nodes.push(statement);
    }
    return this.#fail('unexpected EOF');
  }

  #textOrAction(): StatementNode | Stop {
    const token = this.#nextNonSpace();
    if (token.type === 'text') return { type: 'text', text: token.value };
    if (token.type !== 'left delimiter') this.#unexpected(token, 'input');
    const known = this.#recall(token);
    if (known) return known;
    this.#actionLine = token.line;
    const statement = this.#action();
    this.#actionLine = 0;
    return statement;
  }

  /** What an action is that was read before in the same words, when no part of it has been read yet. */
  #recall(delimiter: Token): StatementNode | Stop | undefined {
    this.#start = delimiter.position;
    if (this.#pushedBack.length > 0) return undefined;
    const text = this.#lexer.actionText();
    const known = text === undefined ? undefined : this.#memory.get(text);
    // What names an unknown variable is read again, for the complaint.
    if (!known?.variables.every((name) => this.#variables.includes(name))) return undefined;
    const token = this.#lexer.skipAction();
    this.#last = token;
    const { keyword, pipe } = known;
    if (pipe === undefined) return { type: keyword === 'else' ? 'else' : 'end', token };
    if (keyword === 'if' || keyword === 'with' || keyword === 'range')
      return this.#branch(keyword, pipe, this.#variables.length);
    return this.#plain(pipe);
  }

  /** Remembers the action whose right delimiter was read last, unless it changes what follows. */
  #remember(keyword: KnownAction['keyword'], pipe: PipeNode | undefined, variables: number): void {
    if (this.#variables.length !== variables || this.#last?.type !== 'right delimiter') return;
    const text = this.#source.text.slice(this.#start + 2, this.#last.position);
    // A delimiter within a quoted text would end it earlier.
    if (!text.includes('}}')) this.#memory.set(text, { keyword, pipe, variables: exact(this.#named) });
  }

  #plain(pipe: PipeNode): StatementNode {
    const only = pipe.single?.operands.length === 1 ? pipe.single.first : undefined;
    const constant = only?.type === 'string' ? only.value : undefined;
    return { type: 'action', start: this.#start, position: pipe.position, pipe, constant };
  }

  #action(): StatementNode | Stop {
    this.#named = [];
    const token = this.#nextNonSpace();
    if (token.type === 'keyword') {
      switch (token.value) {
        case 'if':
        case 'with':
        case 'range':
          return this.#control(token.value, true);
        case 'block':
          return this.#block();
        case 'break':
        case 'continue':
          return this.#jump(token.value);
        case 'else':
          return this.#else();
        case 'end': {
          const right = this.#expect('right delimiter', 'end');
          this.#remember('end', undefined, this.#variables.length);
          return { type: 'end', token: right };
        }
        case 'template':
          return this.#template();
        default:
      }
    }
    this.#pushBack(token);
    const variables = this.#variables.length;
    const pipe = this.#pipeline('command', 'right delimiter');
    this.#remember(undefined, pipe, variables);
    return this.#plain(pipe);
  }

  #jump(type: 'break' | 'continue'): StatementNode {
    const following = this.#nextNonSpace();
    if (following.type !== 'right delimiter') this.#unexpected(following, `{{${type}}}`);
    if (this.#rangeDepth === 0) this.#fail(`{{${type}}} outside {{range}}`);
    return { type };
  }

  #else(): Stop {
    const peek = this.#peekNonSpace();
    // `else if` and `else with` leave the keyword for the enclosing control to take.
    if (isKeyword(peek, 'if') || isKeyword(peek, 'with')) return { type: 'else', token: peek };
    const token = this.#expect('right delimiter', 'else');
    this.#remember('else', undefined, this.#variables.length);
    return { type: 'else', token };
  }

  #control(type: Control, isWhole: boolean): BranchNode {
    const variables = this.#variables.length;
    const pipe = this.#pipeline(type, 'right delimiter');
    if (isWhole) this.#remember(type, pipe, variables);
    return this.#branch(type, pipe, variables);
  }

  /** What follows the first action of a control, up to its end. */
  #branch(type: Control, pipe: PipeNode, variables: number): BranchNode {
    const start = this.#start;
    if (type === 'range') this.#rangeDepth++;
    const { list, stop } = this.#list();
    if (type === 'range') this.#rangeDepth--;
    let elseList: ListNode | undefined;
    if (stop.type === 'else') {
      if (type !== 'range' && isKeyword(this.#peek(), type)) {
        this.#next();
        elseList = listOf([this.#control(type, false)]);
      } else {
        const otherwise = this.#list();
        if (otherwise.stop.type !== 'end') this.#fail('expected end; found {{else}}');
        elseList = otherwise.list;
      }
    }
    this.#variables.length = variables;
    return { type, start, position: pipe.position, pipe, list, elseList };
  }

  #block(): StatementNode {
    const context = 'block clause';
    const start = this.#start;
    const token = this.#nextNonSpace();
    const name = this.#templateName(token, context);
    const pipe = this.#pipeline(context, 'right delimiter');
    this.#addDefinition(name, context);
    return { type: 'template', start, position: token.position - start, name, pipe };
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
    const start = this.#start;
    return { type: 'template', start, position: token.position - start, name, pipe };
  }

  #pipeline(context: string, end: TokenType): PipeNode {
    const position = this.#peekNonSpace().position - this.#start;
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
    for (let index = 1; index < commands.length; index++) {
      if (CONSTANTS.has(commands[index]?.first.type ?? 'dot'))
        this.#fail(`non executable command in pipeline stage ${index + 1}`);
    }
    const single = declared.length === 0 && commands.length === 1 ? commands[0] : undefined;
    return {
      type: 'pipe',
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
        position: variable.position - this.#start,
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
    const position = this.#peekNonSpace().position - this.#start;
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
    return { type: 'command', position, first, operands: exact(operands) };
  }

  #operand(): OperandNode | undefined {
    const operand = this.#term();
    if (!operand) return undefined;
    let position = this.#lexer.position - this.#start;
    let path = this.#pushedBack.length === 0 ? this.#lexer.takeFields() : undefined;
    if (!path) {
      const peek = this.#peek();
      if (peek.type !== 'field') return operand;
      path = [];
      while (this.#peek().type === 'field') path.push(this.#next().value.slice(1));
      position = peek.position - this.#start;
    }
    switch (operand.type) {
      case 'field':
      case 'variable':
        return { type: operand.type, position, path: [...operand.path, ...path] };
      case 'bool':
      case 'string':
      case 'number':
      case 'nil':
      case 'dot':
        return this.#fail(`unexpected . after term ${goQuote(nodeText(operand))}`);
      case 'identifier':
      case 'chain':
      case 'pipe':
        return { type: 'chain', position, operand, path: exact(path) } satisfies ChainNode;
    }
  }

  #term(): OperandNode | undefined {
    const token = this.#nextNonSpace();
    const position = token.position - this.#start;
    switch (token.type) {
      case 'identifier':
        if (!this.#memory.hasFunction(token.value))
          this.#fail(`function ${goQuote(token.value)} not defined`);
        return { type: 'identifier', position, name: token.value };
      case 'dot':
        return { type: 'dot', position };
      case 'variable':
        if (!this.#variables.includes(token.value)) this.#fail(`undefined variable ${goQuote(token.value)}`);
        this.#named.push(token.value);
        return { type: 'variable', position, path: [token.value] };
      case 'field':
        return { type: 'field', position, path: [token.value.slice(1)] };
      case 'bool':
        return { type: 'bool', position, value: token.value === 'true' };
      case 'character':
      case 'complex':
      case 'number': {
        const number = parseNumberLiteral(token.value);
        if (typeof number === 'string') this.#fail(number);
        return { type: 'number', position, literal: token.value, ...number };
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
        return { type: 'string', position, literal: token.value, value };
      }
      case 'keyword':
        if (token.value === 'nil') return { type: 'nil', position };
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

function listOf(nodes: readonly StatementNode[]): ListNode {
  return { type: 'list', nodes: exact(nodes) };
}

/** Growing lists keep room for more; templates are read far more often than made, so theirs get no more than they need. */
function exact<T>(items: readonly T[]): readonly T[] {
  return items.slice();
}
