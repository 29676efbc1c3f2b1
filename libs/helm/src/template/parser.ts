import type { ActionMemory, KnownAction } from './action-memory.js';
import { Cursor } from './cursor.js';
import { DeclaredVariables } from './declared-variables.js';
import { type BranchNode, isEmptyBody, type ListNode, type PipeNode, type StatementNode } from './nodes.js';
import { multipleDefinitions, type ParsedTemplate } from './parsed-template.js';
import { PipelineReader } from './pipelines.js';
import { countLines, type TemplateSource } from './source.js';

/** Actions nested deeper than this would exhaust the stack. */
const MAX_BLOCK_DEPTH = 500;

/** What stops a list of statements. */
type Stop = 'end' | 'else';

type Control = 'if' | 'with' | 'range';

/** Parses a template and everything it defines. The memory decides which names are functions. */
export function parseTemplate(source: TemplateSource, memory: ActionMemory): ParsedTemplate {
  memory.readText(source.text.length);
  return new Parser(source, memory).parse();
}

class Parser {
  readonly #source: TemplateSource;
  readonly #memory: ActionMemory;
  readonly #cursor: Cursor;
  readonly #reader: PipelineReader;
  readonly #definitions = new Map<string, ListNode>();
  #rangeDepth = 0;
  #blockDepth = 0;

  constructor(source: TemplateSource, memory: ActionMemory) {
    this.#source = source;
    this.#memory = memory;
    this.#cursor = new Cursor(source);
    this.#reader = new PipelineReader(this.#cursor, memory);
  }

  parse(): ParsedTemplate {
    const nodes: StatementNode[] = [];
    for (;;) {
      const statement = this.#statement(true);
      if (statement === undefined) return { root: listOf(nodes), definitions: this.#definitions };
      if (typeof statement === 'string') this.#cursor.fail(`unexpected {{${statement}}}`);
      nodes.push(statement);
    }
  }

  /** The statements up to what stops them. */
  #list(): { readonly list: ListNode; readonly stop: Stop } {
    if (++this.#blockDepth > MAX_BLOCK_DEPTH) this.#cursor.fail('max block depth exceeded');
    // The word behind an `else` that is of no use there.
    if (this.#cursor.isAhead) this.#cursor.unexpected('input');
    const nodes: StatementNode[] = [];
    for (;;) {
      const statement = this.#statement(false);
      if (statement === undefined) return this.#cursor.fail('unexpected EOF');
      if (typeof statement === 'string') {
        this.#blockDepth--;
        return { list: listOf(nodes), stop: statement };
      }
      nodes.push(statement);
    }
  }

  /** The next text or action; undefined at the end. Definitions are taken on the way where they may stand. */
  #statement(mayDefine: boolean): StatementNode | Stop | undefined {
    const cursor = this.#cursor;
    const { lexer } = cursor;
    for (;;) {
      const type = lexer.readOutside();
      if (type === 'eof') return undefined;
      if (type === 'text') return { type, text: lexer.value };
      if (type === 'error') cursor.unexpected('input');
      cursor.start = lexer.start;
      const known = this.#recall();
      if (known) return known;
      if (mayDefine && cursor.isAtKeyword('define')) {
        cursor.take();
        this.#definition();
        continue;
      }
      cursor.openAction = cursor.start;
      const statement = this.#action();
      cursor.openAction = -1;
      return statement;
    }
  }

  /** What an action is that was read before in the same words. */
  #recall(): StatementNode | Stop | undefined {
    const { lexer } = this.#cursor;
    const text = lexer.actionText();
    const known = text === undefined ? undefined : this.#memory.get(text);
    if (text === undefined || known === undefined) return undefined;
    // What names an unknown variable is read again, for the complaint.
    const { variables } = known;
    for (let index = 0; index < variables.length; index++)
      if (!this.#reader.variables.has(variables[index] ?? '')) return undefined;
    lexer.skipAction(text.length);
    const { keyword, pipe } = known;
    if (pipe === undefined) return keyword === 'else' ? 'else' : 'end';
    if (keyword === 'if' || keyword === 'with' || keyword === 'range')
      return this.#branch(keyword, pipe, this.#reader.variables.length);
    return this.#plain(pipe);
  }

  /** Remembers the action whose right delimiter was read last, unless it changes what follows. */
  #remember(keyword: KnownAction['keyword'], pipe: PipeNode | undefined, variables: number): void {
    if (this.#reader.variables.length !== variables) return;
    const text = this.#source.text.slice(this.#cursor.start + 2, this.#cursor.lexer.start);
    // A delimiter within a quoted text would end it earlier.
    if (!text.includes('}}')) this.#memory.set(text, { keyword, pipe, variables: this.#reader.named });
  }

  #plain(pipe: PipeNode): StatementNode {
    const only = pipe.single?.operands.length === 1 ? pipe.single.first : undefined;
    const constant = only?.type === 'string' ? only.value : undefined;
    return { type: 'action', start: this.#cursor.start, position: pipe.position, pipe, constant };
  }

  #action(): StatementNode | Stop {
    const cursor = this.#cursor;
    const reader = this.#reader;
    reader.named = [];
    if (cursor.look() === 'keyword') {
      const word = cursor.lexer.value;
      switch (word) {
        case 'if':
        case 'with':
        case 'range':
          cursor.take();
          return this.#control(word, true);
        case 'block':
          cursor.take();
          return this.#block();
        case 'break':
        case 'continue':
          cursor.take();
          return this.#jump(word);
        case 'else':
          cursor.take();
          return this.#else();
        case 'end':
          cursor.take();
          cursor.expect('right delimiter', 'end');
          this.#remember('end', undefined, reader.variables.length);
          return 'end';
        case 'template':
          cursor.take();
          return this.#template();
        default:
      }
    }
    const variables = reader.variables.length;
    const pipe = reader.pipeline('command', 'right delimiter');
    this.#remember(undefined, pipe, variables);
    return this.#plain(pipe);
  }

  #definition(): void {
    const context = 'define clause';
    const name = this.#reader.templateName(context);
    this.#cursor.expect('right delimiter', context);
    this.#define(name, context);
  }

  /** Parses up to `{{end}}` as a template of its own: no outer variables, no outer range. */
  #define(name: string, context: string): void {
    const { variables } = this.#reader;
    const rangeDepth = this.#rangeDepth;
    this.#reader.variables = new DeclaredVariables('$');
    this.#rangeDepth = 0;
    const { list, stop } = this.#list();
    if (stop !== 'end') this.#cursor.fail(`unexpected {{else}} in ${context}`);
    this.#reader.variables = variables;
    this.#rangeDepth = rangeDepth;
    const known = this.#definitions.get(name);
    if (!known || isEmptyBody(known)) this.#definitions.set(name, list);
    else if (!isEmptyBody(list)) {
      const line = countLines(this.#source.text.slice(0, this.#cursor.lexer.start));
      throw multipleDefinitions(this.#source, line, name);
    }
  }

  #jump(type: 'break' | 'continue'): StatementNode {
    this.#cursor.expect('right delimiter', `{{${type}}}`);
    if (this.#rangeDepth === 0) this.#cursor.fail(`{{${type}}} outside {{range}}`);
    return { type };
  }

  #else(): Stop {
    const cursor = this.#cursor;
    // `else if` and `else with` leave the word for the enclosing control to take.
    if (cursor.isAtKeyword('if') || cursor.isAtKeyword('with')) return 'else';
    cursor.expect('right delimiter', 'else');
    this.#remember('else', undefined, this.#reader.variables.length);
    return 'else';
  }

  #control(type: Control, isWhole: boolean): BranchNode {
    const variables = this.#reader.variables.length;
    const pipe = this.#reader.pipeline(type, 'right delimiter');
    if (isWhole) this.#remember(type, pipe, variables);
    return this.#branch(type, pipe, variables);
  }

  /** What follows the first action of a control, up to its end. */
  #branch(type: Control, pipe: PipeNode, variables: number): BranchNode {
    const cursor = this.#cursor;
    const { start } = cursor;
    if (type === 'range') this.#rangeDepth++;
    const { list, stop } = this.#list();
    if (type === 'range') this.#rangeDepth--;
    let elseList: ListNode | undefined;
    if (stop === 'else') {
      if (type !== 'range' && cursor.isAhead && cursor.isAtKeyword(type)) {
        cursor.take();
        elseList = { type: 'list', nodes: [this.#control(type, false)] };
      } else {
        const otherwise = this.#list();
        if (otherwise.stop !== 'end') cursor.fail('expected end; found {{else}}');
        elseList = otherwise.list;
      }
    }
    this.#reader.variables.forgetTo(variables);
    return { type, start, position: pipe.position, pipe, list, elseList };
  }

  #block(): StatementNode {
    const context = 'block clause';
    const cursor = this.#cursor;
    const { start } = cursor;
    cursor.look();
    const position = cursor.lexer.start - start;
    const name = this.#reader.templateName(context);
    const pipe = this.#reader.pipeline(context, 'right delimiter');
    this.#define(name, context);
    return { type: 'template', start, position, name, pipe };
  }

  #template(): StatementNode {
    const context = 'template clause';
    const cursor = this.#cursor;
    const { start } = cursor;
    cursor.look();
    const position = cursor.lexer.start - start;
    const name = this.#reader.templateName(context);
    const isBare = cursor.look() === 'right delimiter';
    if (isBare) cursor.take();
    const pipe = isBare ? undefined : this.#reader.pipeline(context, 'right delimiter');
    return { type: 'template', start, position, name, pipe };
  }
}

/** Growing lists keep room for more; templates are read far more often than made, so theirs get no more than they need. */
function listOf(nodes: readonly StatementNode[]): ListNode {
  return { type: 'list', nodes: nodes.slice() };
}
