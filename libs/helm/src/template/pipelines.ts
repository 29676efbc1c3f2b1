import type { ActionMemory } from './action-memory.js';
import type { Cursor } from './cursor.js';
import { DeclaredVariables } from './declared-variables.js';
import { goQuote, goUnquote } from './go-quote.js';
import { type CommandNode, nodeText, type OperandNode, type PipeNode, type VariableNode } from './nodes.js';
import { parseNumberLiteral } from './number-literal.js';
import { OPERAND_STARTS, type TokenType } from './tokens.js';

/** Go allows ten times as many nested parentheses, for which this stack has no room. */
const MAX_EXPRESSION_DEPTH = 1000;

/** What gives the same value whatever is piped into it. */
const CONSTANTS: ReadonlySet<OperandNode['type']> = new Set(['bool', 'dot', 'nil', 'number', 'string']);

/** Most pipelines declare nothing. */
const NOTHING: readonly VariableNode[] = [];

/** Lists up to this long are made anew for each part, and have no room to spare: nearly all in templates are shorter. */
const SHORT_LIST = 6;

/** Reads what stands inside of actions: pipelines of commands, and the variables they declare and name. */
export class PipelineReader {
  readonly #cursor: Cursor;
  readonly #memory: ActionMemory;
  /** The variables that can be named here. */
  variables = new DeclaredVariables('$');
  /** The variables the action at hand has named. */
  named: string[] = [];
  #parenDepth = 0;
  #isAssignment = false;

  constructor(cursor: Cursor, memory: ActionMemory) {
    this.#cursor = cursor;
    this.#memory = memory;
  }

  /** Reads up to a token of the type `end`, and takes that. */
  pipeline(context: string, end: TokenType): PipeNode {
    const cursor = this.#cursor;
    const isVariable = cursor.look() === 'variable';
    const position = cursor.lexer.start - cursor.start;
    const declared = isVariable ? this.#declarations(context) : NOTHING;
    const isAssignment = declared.length > 0 && this.#isAssignment;
    let commands: CommandNode[] = [];
    for (;;) {
      const type = cursor.look();
      if (type === end) break;
      if (!OPERAND_STARTS.has(type) && !cursor.isAtKeyword('nil')) cursor.unexpected(context);
      commands = longer(commands, this.#command());
    }
    cursor.take();
    const first = commands[0];
    if (!first) return cursor.fail(`missing value for ${context}`);
    for (let index = 1; index < commands.length; index++) {
      if (CONSTANTS.has(commands[index]?.first.type ?? 'dot'))
        cursor.fail(`non executable command in pipeline stage ${index + 1}`);
    }
    const single = commands.length === 1 && declared.length === 0 ? first : undefined;
    return { type: 'pipe', position, declared, isAssignment, commands, single };
  }

  /** A text as a template's name. */
  templateName(context: string): string {
    const type = this.#cursor.look();
    if (type !== 'string' && type !== 'raw string') this.#cursor.unexpected(context);
    this.#cursor.take();
    return goUnquote(this.#cursor.lexer.value) ?? this.#cursor.fail('invalid syntax');
  }

  /** The variables that are declared or assigned here; none when the one at hand is only named. */
  #declarations(context: string): readonly VariableNode[] {
    const cursor = this.#cursor;
    const { lexer } = cursor;
    const declared: VariableNode[] = [];
    this.#isAssignment = false;
    for (;;) {
      const sign = lexer.signBehind();
      if (sign === undefined) return declared.slice();
      const name = lexer.value;
      const variable: VariableNode = { type: 'variable', position: lexer.start - cursor.start, path: [name] };
      cursor.take();
      cursor.look();
      cursor.take();
      declared.push(variable);
      this.variables.push(name);
      if (sign !== ',') {
        this.#isAssignment = sign === '=';
        return declared.slice();
      }
      if (context !== 'range' || declared.length >= 2) cursor.fail(`too many declarations in ${context}`);
      const following = cursor.look();
      if (following === 'variable') continue;
      if (following !== 'right delimiter' && following !== 'right paren')
        cursor.fail('range can only initialize variables');
      return declared.slice();
    }
  }

  #command(): CommandNode {
    const cursor = this.#cursor;
    cursor.look();
    const position = cursor.lexer.start - cursor.start;
    let operands: OperandNode[] = [];
    for (;;) {
      const operand = this.#operand();
      if (operand) operands = longer(operands, operand);
      const type = cursor.look();
      if (type === 'right delimiter' || type === 'right paren') break;
      if (type === 'pipe') {
        cursor.take();
        break;
      }
      if (!operand || !cursor.lexer.spaced) cursor.unexpected('operand');
    }
    const first = operands[0];
    if (!first) return cursor.fail('empty command');
    return { type: 'command', position, first, operands };
  }

  #operand(): OperandNode | undefined {
    const operand = this.#term();
    const { lexer } = this.#cursor;
    if (!operand || !lexer.isBeforeDot) return operand;
    const position = lexer.end - this.#cursor.start;
    const path: string[] = [];
    while (lexer.isBeforeDot && this.#cursor.look() === 'field') {
      for (const name of fieldNames(lexer.value)) path.push(name);
      this.#cursor.take();
    }
    if (path.length === 0) return operand;
    switch (operand.type) {
      case 'field':
      case 'variable':
        return { type: operand.type, position, path: [...operand.path, ...path] };
      case 'bool':
      case 'string':
      case 'number':
      case 'nil':
      case 'dot':
        return this.#cursor.fail(`unexpected . after term ${goQuote(nodeText(operand))}`);
      case 'identifier':
      case 'chain':
      case 'pipe':
        return { type: 'chain', position, operand, path };
    }
  }

  #term(): OperandNode | undefined {
    const cursor = this.#cursor;
    const { lexer } = cursor;
    const type = cursor.look();
    const position = lexer.start - cursor.start;
    switch (type) {
      case 'identifier': {
        const name = lexer.value;
        if (!this.#memory.hasFunction(name)) cursor.fail(`function ${goQuote(name)} not defined`);
        cursor.take();
        return { type, position, name };
      }
      case 'dot':
        cursor.take();
        return { type, position };
      case 'variable': {
        const name = lexer.value;
        if (!this.variables.has(name)) cursor.fail(`undefined variable ${goQuote(name)}`);
        this.named.push(name);
        cursor.take();
        return { type, position, path: [name] };
      }
      case 'field': {
        const path = fieldNames(lexer.value);
        cursor.take();
        // Go puts a chain of fields where its second one stands.
        return { type, position: path.length > 1 ? position + 1 + (path[0]?.length ?? 0) : position, path };
      }
      case 'bool':
        cursor.take();
        return { type, position, value: lexer.value === 'true' };
      case 'character':
      case 'complex':
      case 'number': {
        const literal = lexer.value;
        const number = parseNumberLiteral(literal);
        if (typeof number === 'string') return cursor.fail(number);
        cursor.take();
        return { type: 'number', position, literal, ...number };
      }
      case 'left paren': {
        if (this.#parenDepth >= MAX_EXPRESSION_DEPTH) cursor.fail('max expression depth exceeded');
        cursor.take();
        this.#parenDepth++;
        const pipe = this.pipeline('parenthesized pipeline', 'right paren');
        this.#parenDepth--;
        return pipe;
      }
      case 'string':
      case 'raw string': {
        const literal = lexer.value;
        const value = goUnquote(literal) ?? cursor.fail('invalid syntax');
        cursor.take();
        return { type: 'string', position, literal, value };
      }
      case 'keyword':
        if (lexer.value !== 'nil') return undefined;
        cursor.take();
        return { type: 'nil', position };
      case 'assign':
      case 'char':
      case 'declare':
      case 'eof':
      case 'error':
      case 'left delimiter':
      case 'pipe':
      case 'right delimiter':
      case 'right paren':
      case 'text':
        return undefined;
    }
  }
}

/** The names in `.a.b`. */
function fieldNames(fields: string): string[] {
  const names = fields.slice(1);
  return names.includes('.') ? names.split('.') : [names];
}

/** The list with one more; long ones are changed in place, as adding to them again and again would take a square of time. */
function longer<T>(list: T[], item: T): T[] {
  if (list.length === 0) return [item];
  if (list.length < SHORT_LIST) return list.concat([item]);
  list.push(item);
  return list;
}
