import { ShellSyntaxError, type Command, type Redirection, type Word } from './syntax.js';
import { tokenize, type Token } from './tokens.js';

/** How deep commands may nest. */
const DEEPEST_NESTING = 50;

/** Parses a script of the small shell: lists, pipes, loops, conditions, groups. Throws ShellSyntaxError for what it can't. */
export function parseScript(script: string): Command {
  const parser = new Parser(tokenize(script));
  return parser.whole();
}

class Parser {
  readonly #tokens: readonly Token[];
  #index = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
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

  #list(ends: readonly string[]): Command {
    if (++this.#depth > DEEPEST_NESTING) throw new ShellSyntaxError('nested too deep');
    const commands: Command[] = [];
    for (;;) {
      while (this.#isOperator(';', '\n', '&')) this.#index++;
      if (this.#index >= this.#tokens.length || this.#isWord(...ends) || this.#isOperator(')')) break;
      commands.push(this.#andOr());
      if (!this.#isOperator(';', '\n', '&')) break;
    }
    this.#depth--;
    return { type: 'list', commands };
  }

  #andOr(): Command {
    let left = this.#pipe();
    while (this.#isOperator('&&', '||')) {
      const type = this.#isOperator('&&') ? 'and' : 'or';
      this.#index++;
      while (this.#isOperator('\n')) this.#index++;
      left = { type, left, right: this.#pipe() };
    }
    return left;
  }

  #pipe(): Command {
    const negated = this.#isWord('!');
    if (negated) this.#index++;
    const commands = [this.#command()];
    while (this.#isOperator('|')) {
      this.#index++;
      while (this.#isOperator('\n')) this.#index++;
      commands.push(this.#command());
    }
    const [only] = commands;
    const command: Command = commands.length === 1 && only ? only : { type: 'pipe', commands };
    return negated ? { type: 'not', command } : command;
  }

  #command(): Command {
    if (this.#isWord('while', 'until')) {
      const until = this.#isWord('until');
      this.#index++;
      const condition = this.#list(['do']);
      return this.#redirected({ type: 'loop', until, condition, body: this.#doBody() });
    }
    if (this.#isWord('for')) return this.#for();
    if (this.#isWord('if')) return this.#if();
    if (this.#isWord('{') || this.#isOperator('(')) {
      const brace = this.#isWord('{');
      this.#index++;
      const body = this.#list(brace ? ['}'] : []);
      if (brace) this.#expect('}');
      else if (this.#isOperator(')')) this.#index++;
      else throw new ShellSyntaxError('expected )');
      return { type: 'group', body, redirections: this.#redirections() };
    }
    return this.#simple();
  }

  #doBody(): Command {
    while (this.#isOperator(';', '\n')) this.#index++;
    this.#expect('do');
    const body = this.#list(['done']);
    this.#expect('done');
    return body;
  }

  /** What stands behind `done` holds for the loop as a whole: its file is opened once. */
  #redirected(loop: Command): Command {
    const redirections = this.#redirections();
    return redirections.length === 0 ? loop : { type: 'group', body: loop, redirections };
  }

  #for(): Command {
    this.#index++;
    const token = this.#tokens[this.#index++];
    if (token?.type !== 'word' || token.plain === undefined) throw new ShellSyntaxError('bad for loop');
    const words: Word[] = [];
    if (this.#isWord('in')) {
      this.#index++;
      for (let next = this.#tokens[this.#index]; next?.type === 'word'; next = this.#tokens[this.#index]) {
        words.push(next.word);
        this.#index++;
      }
    }
    return this.#redirected({ type: 'for', name: token.plain, words, body: this.#doBody() });
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
        const value: Word = [{ type: 'text', text: assignment[2] ?? '', quoted: true }, ...rest];
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
      const target = this.#tokens[this.#index + 1];
      if (target?.type !== 'word') throw new ShellSyntaxError('redirection without a target');
      const stream = token.text === '>&' && (target.plain === '1' || target.plain === '2');
      result.push({
        from: token.from,
        append: token.text === '>>',
        to: stream ? (Number(target.plain) as 1 | 2) : target.word,
      });
      this.#index += 2;
    }
    return result;
  }
}

const RESERVED = new Set(['do', 'done', 'then', 'fi', 'else', 'elif', 'case', 'esac', 'function', '}']);
