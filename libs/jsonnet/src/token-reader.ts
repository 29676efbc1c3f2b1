import { lex, type Token } from './lexer.js';
import { jsonnetError, type Source } from './source.js';

/** Walks over the words of a program. */
export class TokenReader {
  readonly source: Source;
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(source: Source) {
    this.source = source;
    this.#tokens = lex(source);
  }

  peek(ahead = 0): Token {
    const token = this.#tokens[this.#next + ahead] ?? this.#tokens.at(-1);
    return token ?? { kind: 'end', text: '', at: 0 };
  }

  take(): Token {
    const token = this.peek();
    this.#next++;
    return token;
  }

  is(symbol: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === 'symbol' && token.text === symbol;
  }

  /** Takes the symbol when it is next. */
  skip(symbol: string): boolean {
    const found = this.is(symbol);
    if (found) this.#next++;
    return found;
  }

  expect(symbol: string): Token {
    return this.is(symbol) ? this.take() : this.fail(`expected ${symbol}`);
  }

  identifier(): string {
    return this.peek().kind === 'identifier' ? this.take().text : this.fail('expected a name');
  }

  fail(message: string): never {
    const { kind, text, at } = this.peek();
    const found = kind === 'string' ? 'a string' : text;
    throw jsonnetError('syntax', `${message}, found ${found}`, this.source, at);
  }
}
