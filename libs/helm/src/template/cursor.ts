import { Lexer } from './lexer.js';
import { parseError } from './parsed-template.js';
import { countLines, type TemplateSource } from './source.js';
import { type TokenType, tokenText } from './tokens.js';

/** Where the parser is in a template: one token ahead at most, and the place that errors name. */
export class Cursor {
  readonly lexer: Lexer;
  readonly #source: TemplateSource;
  /** Whether the token read last is still to be taken. */
  #ahead = false;
  /** Offset of the left delimiter of the action at hand. */
  start = 0;
  /** The same while an action is being read, and -1 else: errors within name where it started. */
  openAction = -1;

  constructor(source: TemplateSource) {
    this.#source = source;
    this.lexer = new Lexer(source.text);
  }

  get isAhead(): boolean {
    return this.#ahead;
  }

  /** The type of the next token of an action, which stays to be taken. */
  look(): TokenType {
    if (this.#ahead) return this.lexer.type;
    this.#ahead = true;
    return this.lexer.readInside();
  }

  /** Goes behind the token that was looked at. */
  take(): void {
    this.#ahead = false;
  }

  /** True when the next token is this word of the language. */
  isAtKeyword(word: string): boolean {
    return this.look() === 'keyword' && this.lexer.value === word;
  }

  /** Takes a token that has to be there. */
  expect(type: TokenType, context: string): void {
    if (this.look() !== type) this.unexpected(context);
    this.take();
  }

  fail(message: string): never {
    throw parseError(this.#source, this.#lineOf(this.lexer.start), message);
  }

  /** Refuses the token at hand. */
  unexpected(context: string): never {
    const { type, value, start } = this.lexer;
    if (type !== 'error') return this.fail(`unexpected ${tokenText(type, value)} in ${context}`);
    if (this.openAction < 0) return this.fail(value);
    const line = this.#lineOf(this.openAction);
    if (line === this.#lineOf(start)) return this.fail(value);
    const extra = ` in action started at ${this.#source.name}:${line}`;
    return this.fail(value + (value.endsWith(' action') ? extra.slice(' in action'.length) : extra));
  }

  #lineOf(position: number): number {
    return countLines(this.#source.text.slice(0, position));
  }
}
