import { ShellSyntaxError, type Command, type Redirection, type Word } from './syntax.js';
import { tokenize, type Token } from './tokens.js';

/** How deep commands may nest. */
const DEEPEST_NESTING = 50;
/** Words that stand for themselves within `[[ … ]]`, where they are operators elsewhere. */
const TEST_OPERATORS = new Set(['&&', '||', '(', ')', '<', '>']);

/** Parses a script of the small shell: a POSIX shell's grammar and `[[`. Throws ShellSyntaxError for what it can't. */
export function parseScript(script: string): Command {
  return new Parser(script).whole();
}

class Parser {
  readonly #script: string;
  readonly #tokens: readonly Token[];
  #index = 0;
  #depth = 0;

  constructor(script: string) {
    this.#script = script;
    this.#tokens = tokenize(script);
  }

  whole(): Command {
    const list = this.#list([]);
    if (this.#index < this.#tokens.length) throw new ShellSyntaxError('unexpected token');
    return list;
  }

  #isOperator(...texts: string[]): boolean {
    const token = this.#tokens[this.#index];
    return token?.type === 'operator' && texts.includes(token.text);
  }

  #isWord(...texts: string[]): boolean {
    const token = this.#tokens[this.#index];
    return token?.type === 'word' && token.plain !== undefined && texts.includes(token.plain);
  }

  #expect(text: string): void {
    if (!this.#isWord(text)) throw new ShellSyntaxError(`expected ${text}`);
    this.#index++;
  }

  #skipLines(): void {
    while (this.#isOperator('\n')) this.#index++;
  }

  /** The script from a token on up to the present one. */
  #since(from: number): string {
    const start = this.#tokens[from]?.start ?? 0;
    return this.#script.slice(start, this.#tokens[this.#index - 1]?.end ?? start);
  }

  #list(ends: readonly string[]): Command {
    if (++this.#depth > DEEPEST_NESTING) throw new ShellSyntaxError('nested too deep');
    const commands: Command[] = [];
    for (;;) {
      while (this.#isOperator(';', '\n')) this.#index++;
      if (this.#index >= this.#tokens.length || this.#isWord(...ends) || this.#isOperator(')', ';;')) break;
      const from = this.#index;
      const command = this.#andOr();
      if (this.#isOperator('&')) {
        commands.push({ type: 'background', command, line: this.#since(from) });
        this.#index++;
        continue;
      }
      commands.push(command);
      if (!this.#isOperator(';', '\n')) break;
    }
    this.#depth--;
    return { type: 'list', commands };
  }

  #andOr(): Command {
    let left = this.#pipe();
    while (this.#isOperator('&&', '||')) {
      const type = this.#isOperator('&&') ? 'and' : 'or';
      this.#index++;
      this.#skipLines();
      left = { type, left, right: this.#pipe() };
    }
    return left;
  }

  #pipe(): Command {
    let negated = false;
    for (; this.#isWord('!'); this.#index++) negated = !negated;
    const from = this.#index;
    const commands = [this.#command()];
    while (this.#isOperator('|')) {
      this.#index++;
      this.#skipLines();
      commands.push(this.#command());
    }
    const [only] = commands;
    const command: Command =
      commands.length === 1 && only ? only : { type: 'pipe', commands, line: this.#since(from) };
    return negated ? { type: 'not', command } : command;
  }

  #command(): Command {
    const token = this.#tokens[this.#index];
    if (token?.type === 'operator' && token.text === '(') return this.#group(true);
    if (token?.type !== 'word' || token.plain === undefined) return this.#simple();
    switch (token.plain) {
      case 'while':
      case 'until': {
        this.#index++;
        const condition = this.#list(['do']);
        return this.#redirected({
          type: 'loop',
          until: token.plain === 'until',
          condition,
          body: this.#doBody(),
        });
      }
      case 'for':
        return this.#for();
      case 'if':
        return this.#redirected(this.#if());
      case 'case':
        return this.#redirected(this.#case());
      case '{':
        return this.#group(false);
      case '[[':
        return this.#test();
      case 'function': {
        this.#index++;
        const name = this.#name('function');
        if (this.#isOperator('(')) this.#index += 2;
        return this.#function(name);
      }
      default: {
        const [, open, close] = this.#tokens.slice(this.#index, this.#index + 3);
        if (
          open?.type === 'operator' &&
          open.text === '(' &&
          close?.type === 'operator' &&
          close.text === ')'
        ) {
          this.#index += 3;
          return this.#function(token.plain);
        }
        return this.#simple();
      }
    }
  }

  #name(what: string): string {
    const token = this.#tokens[this.#index++];
    if (token?.type !== 'word' || token.plain === undefined) throw new ShellSyntaxError(`bad ${what}`);
    return token.plain;
  }

  #function(name: string): Command {
    this.#skipLines();
    return { type: 'function', name, body: this.#command() };
  }

  #group(subshell: boolean): Command {
    this.#index++;
    const body = this.#list(subshell ? [] : ['}']);
    if (!subshell) this.#expect('}');
    else if (this.#isOperator(')')) this.#index++;
    else throw new ShellSyntaxError('expected )');
    return { type: 'group', body, subshell, redirections: this.#redirections() };
  }

  #doBody(): Command {
    while (this.#isOperator(';', '\n')) this.#index++;
    this.#expect('do');
    const body = this.#list(['done']);
    this.#expect('done');
    return body;
  }

  /** What stands behind `done` holds for the loop as a whole: its file is opened once. */
  #redirected(body: Command): Command {
    const redirections = this.#redirections();
    return redirections.length === 0 ? body : { type: 'group', body, subshell: false, redirections };
  }

  #for(): Command {
    this.#index++;
    const name = this.#name('for loop');
    this.#skipLines();
    let words: Word[] | undefined;
    if (this.#isWord('in')) {
      this.#index++;
      words = [];
      for (let next = this.#tokens[this.#index]; next?.type === 'word'; next = this.#tokens[this.#index]) {
        words.push(next.word);
        this.#index++;
      }
    }
    return this.#redirected({ type: 'for', name, words, body: this.#doBody() });
  }

  #if(): Command {
    const branches: { condition: Command; body: Command }[] = [];
    do {
      this.#index++;
      const condition = this.#list(['then']);
      this.#expect('then');
      branches.push({ condition, body: this.#list(['elif', 'else', 'fi']) });
    } while (this.#isWord('elif'));
    let otherwise: Command | undefined;
    if (this.#isWord('else')) {
      this.#index++;
      otherwise = this.#list(['fi']);
    }
    this.#expect('fi');
    return { type: 'if', branches, otherwise };
  }

  #case(): Command {
    this.#index++;
    const token = this.#tokens[this.#index++];
    if (token?.type !== 'word') throw new ShellSyntaxError('bad case');
    this.#skipLines();
    this.#expect('in');
    const branches: { patterns: Word[]; body: Command }[] = [];
    for (;;) {
      this.#skipLines();
      if (this.#isWord('esac')) break;
      if (this.#isOperator('(')) this.#index++;
      const patterns: Word[] = [];
      for (;;) {
        const pattern = this.#tokens[this.#index++];
        if (pattern?.type !== 'word') throw new ShellSyntaxError('bad pattern');
        patterns.push(pattern.word);
        if (!this.#isOperator('|')) break;
        this.#index++;
      }
      if (!this.#isOperator(')')) throw new ShellSyntaxError('expected )');
      this.#index++;
      branches.push({ patterns, body: this.#list(['esac']) });
      if (this.#isOperator(';;')) this.#index++;
    }
    this.#index++;
    return { type: 'case', word: token.word, branches };
  }

  #test(): Command {
    const words: Word[] = [];
    for (this.#index++; !this.#isWord(']]'); this.#index++) {
      const token = this.#tokens[this.#index];
      if (token?.type === 'word') words.push(token.word);
      else if (token && token.type !== 'redirect' && token.text === '\n') continue;
      else if (token && TEST_OPERATORS.has(token.text))
        words.push([{ type: 'text', text: token.text, quoted: false }]);
      else throw new ShellSyntaxError('expected ]]');
    }
    this.#index++;
    return this.#redirected({ type: 'test', words });
  }

  #simple(): Command {
    const assignments: { name: string; value: Word }[] = [];
    const words: Word[] = [];
    const redirections: Redirection[] = [];
    for (let token = this.#tokens[this.#index]; token; token = this.#tokens[this.#index]) {
      if (token.type === 'operator') break;
      if (token.type === 'redirect') {
        redirections.push(...this.#redirections());
        continue;
      }
      const [first, ...rest] = token.word;
      const assignment =
        words.length === 0 && first?.type === 'text' && !first.quoted
          ? /^([A-Za-z_]\w*)=(.*)$/s.exec(first.text)
          : null;
      if (assignment) {
        const text = assignment[2] ?? '';
        const value: Word = text === '' ? rest : [{ type: 'text', text, quoted: false }, ...rest];
        assignments.push({ name: assignment[1] ?? '', value });
      } else if (words.length === 0 && token.plain !== undefined && RESERVED.has(token.plain))
        throw new ShellSyntaxError(`unexpected ${token.plain}`);
      else words.push(token.word);
      this.#index++;
    }
    if (words.length === 0 && assignments.length === 0 && redirections.length === 0)
      throw new ShellSyntaxError('empty command');
    return { type: 'simple', assignments, words, redirections };
  }

  #redirections(): Redirection[] {
    const result: Redirection[] = [];
    for (
      let token = this.#tokens[this.#index];
      token?.type === 'redirect';
      token = this.#tokens[this.#index]
    ) {
      const { from, text, body } = token;
      this.#index++;
      if (body) {
        result.push({ from: from ?? 0, kind: 'text', to: body });
        continue;
      }
      const target = this.#tokens[this.#index++];
      if (target?.type !== 'word') throw new ShellSyntaxError('redirection without a target');
      const to = target.word;
      if (text === '<<<')
        result.push({
          from: from ?? 0,
          kind: 'text',
          to: [...to, { type: 'text', text: '\n', quoted: true }],
        });
      else if (text === '&>') result.push({ from: 'both', kind: 'write', to });
      else if (text.endsWith('&')) {
        const isStream = target.plain === undefined || /^(?:\d|-)$/.test(target.plain);
        if (isStream) result.push({ from: from ?? (text === '<&' ? 0 : 1), kind: 'duplicate', to });
        else result.push({ from: 'both', kind: 'write', to });
      } else if (text === '<') result.push({ from: from ?? 0, kind: 'read', to });
      else result.push({ from: from ?? 1, kind: text === '>>' ? 'append' : 'write', to });
    }
    return result;
  }
}

const RESERVED = new Set(['do', 'done', 'then', 'fi', 'else', 'elif', 'esac', '}']);
