import { readBlockScalar } from './read-block-scalar.js';
import { readPlainScalar } from './read-plain-scalar.js';
import { readQuotedScalar } from './read-quoted-scalar.js';
import { readTag } from './read-tag.js';
import { isBlankOrEnd, isBreak, isBreakOrEnd, type YamlSource } from './yaml-source.js';
import { type ScalarStyle, TokenType, type YamlToken } from './yaml-tokens.js';

/** A place where a key without `?` may turn out to have started. */
interface SimpleKey {
  possible: boolean;
  required: boolean;
  /** Number of the token before which a key token would go. */
  tokenNumber: number;
  line: number;
  column: number;
  pos: number;
}

/** A key without `?` must end within its line and this many characters (YAML 1.1, section 9.3; libyaml). */
const MAX_SIMPLE_KEY_LENGTH = 1024;

/**
 * Splits YAML 1.1 into tokens with the rules (and leniencies) of libyaml, which Go's parser follows: `next()` gives them one
 * by one. Block structure becomes explicit tokens from indentation.
 */
export class YamlScanner {
  readonly #source: YamlSource;
  readonly #maxDepth: number;
  #tokens: YamlToken[] = [];
  #head = 0;
  /** Number of the token at `#head`, counted from the start of the text. */
  #taken = 0;
  #indent = -1;
  readonly #indents: number[] = [];
  readonly #keys: SimpleKey[] = [newKey()];
  #keyAllowed = true;
  #ended = false;

  constructor(source: YamlSource, maxDepth: number) {
    this.#source = source;
    this.#maxDepth = maxDepth;
  }

  /** The next token, which stays the next. */
  peek(): YamlToken {
    while (this.#needsMore()) this.#fetch();
    const token = this.#tokens[this.#head];
    if (!token) throw this.#source.error('unexpected end of text');
    return token;
  }

  /** The next token. After the end of the text it is always `StreamEnd`. */
  next(): YamlToken {
    const token = this.peek();
    if (token.type !== TokenType.StreamEnd) {
      this.#head++;
      this.#taken++;
      if (this.#head > 256) {
        this.#tokens = this.#tokens.slice(this.#head);
        this.#head = 0;
      }
    }
    return token;
  }

  get #flowLevel(): number {
    return this.#keys.length - 1;
  }

  #needsMore(): boolean {
    if (this.#ended) return false;
    if (this.#head === this.#tokens.length) return true;
    this.#dropStaleKeys();
    for (const key of this.#keys) if (key.possible && key.tokenNumber === this.#taken) return true;
    return false;
  }

  #push(
    type: number,
    value = '',
    style: ScalarStyle = 'plain',
    line = this.#source.line,
    column = this.#source.column,
  ): void {
    this.#tokens.push({ type, line, column, value, style });
  }

  #fetch(): void {
    const source = this.#source;
    this.#skipToToken();
    this.#dropStaleKeys();
    const { text, pos, column } = source;
    this.#unrollIndent(column);
    if (pos >= text.length) {
      this.#unrollIndent(-1);
      this.#removeKey();
      this.#keyAllowed = false;
      this.#push(TokenType.StreamEnd);
      this.#ended = true;
      return;
    }
    const code = text.charCodeAt(pos);
    const next = text.charCodeAt(pos + 1);
    if (column === 0 && code === 0x25) return this.#fetchDirective();
    if (source.atDocumentIndicator()) {
      this.#unrollIndent(-1);
      this.#removeKey();
      this.#keyAllowed = false;
      this.#push(code === 0x2d ? TokenType.DocumentStart : TokenType.DocumentEnd);
      source.pos += 3;
      return;
    }
    const inFlow = this.#flowLevel > 0;
    switch (code) {
      case 0x5b:
        return this.#fetchFlowStart(TokenType.FlowSequenceStart);
      case 0x7b:
        return this.#fetchFlowStart(TokenType.FlowMappingStart);
      case 0x5d:
        return this.#fetchFlowEnd(TokenType.FlowSequenceEnd);
      case 0x7d:
        return this.#fetchFlowEnd(TokenType.FlowMappingEnd);
      case 0x2c:
        this.#removeKey();
        this.#keyAllowed = true;
        this.#push(TokenType.FlowEntry);
        source.pos++;
        return;
      case 0x2a:
        return this.#fetchName(TokenType.Alias);
      case 0x26:
        return this.#fetchName(TokenType.Anchor);
      case 0x21:
        this.#saveKey();
        this.#keyAllowed = false;
        this.#push(TokenType.Tag, readTag(source), 'plain', source.line, column);
        return;
      case 0x27:
      case 0x22:
        return this.#fetchQuoted(code === 0x22 ? '"' : "'");
      default:
    }
    if (code === 0x2d && isBlankOrEnd(next)) return this.#fetchBlockEntry();
    if (code === 0x3f && (inFlow || isBlankOrEnd(next))) return this.#fetchKey();
    if (code === 0x3a && (inFlow || isBlankOrEnd(next))) return this.#fetchValue();
    if ((code === 0x7c || code === 0x3e) && !inFlow) return this.#fetchBlockScalar(code === 0x7c);
    if (
      code === 0x23 ||
      code === 0x7c ||
      code === 0x3e ||
      code === 0x25 ||
      code === 0x40 ||
      code === 0x60 ||
      code === 0x09
    )
      throw source.error(
        code === 0x09
          ? 'found a tab character where only spaces may indent'
          : `found character ${JSON.stringify(text[pos])} that cannot start any token; quote the text`,
      );
    this.#saveKey();
    this.#keyAllowed = false;
    const { line } = source;
    const scalar = readPlainScalar(source, this.#indent + 1, inFlow);
    if (scalar.endedByBreak) this.#keyAllowed = true;
    this.#push(TokenType.Scalar, scalar.value, 'plain', line, column);
  }

  #skipToToken(): void {
    const source = this.#source;
    const { text } = source;
    for (;;) {
      if (source.pos === 0 && text.charCodeAt(source.pos) === 0xfeff) source.pos++;
      let code = text.charCodeAt(source.pos);
      while (code === 0x20 || (code === 0x09 && (this.#flowLevel > 0 || !this.#keyAllowed)))
        code = text.charCodeAt(++source.pos);
      if (code === 0x23) while (!isBreakOrEnd(code)) code = text.charCodeAt(++source.pos);
      if (!isBreak(code)) return;
      source.skipBreak();
      if (this.#flowLevel === 0) this.#keyAllowed = true;
    }
  }

  #currentKey(): SimpleKey {
    const key = this.#keys.at(-1);
    if (!key) throw this.#source.error('unbalanced brackets');
    return key;
  }

  #dropStaleKeys(): void {
    const { line, pos } = this.#source;
    for (const key of this.#keys)
      if (key.possible && (key.line < line || key.pos + MAX_SIMPLE_KEY_LENGTH < pos)) {
        if (key.required)
          throw this.#source.error("could not find expected ':' after the key", key.line, key.column);
        key.possible = false;
      }
  }

  #saveKey(): void {
    if (!this.#keyAllowed) return;
    const { line, column, pos } = this.#source;
    this.#removeKey();
    const key = this.#currentKey();
    key.possible = true;
    key.required = this.#flowLevel === 0 && this.#indent === column;
    key.tokenNumber = this.#taken + (this.#tokens.length - this.#head);
    key.line = line;
    key.column = column;
    key.pos = pos;
  }

  #removeKey(): void {
    const key = this.#currentKey();
    if (key.possible && key.required)
      throw this.#source.error("could not find expected ':' after the key", key.line, key.column);
    key.possible = false;
  }

  #rollIndent(column: number, type: number, line: number, tokenNumber = -1): void {
    if (this.#flowLevel > 0 || this.#indent >= column) return;
    this.#indents.push(this.#indent);
    if (this.#indents.length > this.#maxDepth)
      throw this.#source.error(`nested deeper than ${this.#maxDepth} levels`);
    this.#indent = column;
    const token: YamlToken = { type, line, column, value: '', style: 'plain' };
    if (tokenNumber < 0) this.#tokens.push(token);
    else this.#tokens.splice(this.#head + tokenNumber - this.#taken, 0, token);
  }

  #unrollIndent(column: number): void {
    if (this.#flowLevel > 0) return;
    while (this.#indent > column) {
      this.#push(TokenType.BlockEnd);
      this.#indent = this.#indents.pop() ?? -1;
    }
  }

  #fetchDirective(): void {
    const source = this.#source;
    this.#unrollIndent(-1);
    this.#removeKey();
    this.#keyAllowed = false;
    const start = source.pos;
    while (!isBreakOrEnd(source.text.charCodeAt(source.pos))) source.pos++;
    this.#push(TokenType.Directive, source.text.slice(start, source.pos));
  }

  #fetchFlowStart(type: number): void {
    this.#saveKey();
    this.#push(type);
    this.#keys.push(newKey());
    if (this.#keys.length > this.#maxDepth)
      throw this.#source.error(`nested deeper than ${this.#maxDepth} levels`);
    this.#keyAllowed = true;
    this.#source.pos++;
  }

  #fetchFlowEnd(type: number): void {
    this.#removeKey();
    if (this.#keys.length > 1) this.#keys.pop();
    this.#keyAllowed = false;
    this.#push(type);
    this.#source.pos++;
  }

  #fetchBlockEntry(): void {
    const source = this.#source;
    if (this.#flowLevel === 0) {
      if (!this.#keyAllowed) throw source.error('block sequence entries are not allowed in this context');
      this.#rollIndent(source.column, TokenType.BlockSequenceStart, source.line);
    }
    this.#removeKey();
    this.#keyAllowed = true;
    this.#push(TokenType.BlockEntry);
    source.pos++;
  }

  #fetchKey(): void {
    const source = this.#source;
    if (this.#flowLevel === 0) {
      if (!this.#keyAllowed) throw source.error('mapping keys are not allowed in this context');
      this.#rollIndent(source.column, TokenType.BlockMappingStart, source.line);
    }
    this.#removeKey();
    this.#keyAllowed = this.#flowLevel === 0;
    this.#push(TokenType.Key);
    source.pos++;
  }

  #fetchValue(): void {
    const source = this.#source;
    const key = this.#currentKey();
    if (key.possible) {
      const token: YamlToken = {
        type: TokenType.Key,
        line: key.line,
        column: key.column,
        value: '',
        style: 'plain',
      };
      this.#tokens.splice(this.#head + key.tokenNumber - this.#taken, 0, token);
      this.#rollIndent(key.column, TokenType.BlockMappingStart, key.line, key.tokenNumber);
      key.possible = false;
      this.#keyAllowed = false;
    } else {
      if (this.#flowLevel === 0) {
        if (!this.#keyAllowed) throw source.error('mapping values are not allowed in this context');
        this.#rollIndent(source.column, TokenType.BlockMappingStart, source.line);
      }
      this.#keyAllowed = this.#flowLevel === 0;
    }
    this.#push(TokenType.Value);
    source.pos++;
  }

  #fetchName(type: number): void {
    const source = this.#source;
    const { text, line, column } = source;
    this.#saveKey();
    this.#keyAllowed = false;
    const start = ++source.pos;
    while (/[0-9A-Za-z_-]/.test(text[source.pos] ?? '')) source.pos++;
    const after = text[source.pos] ?? '';
    if (source.pos === start || !(isBlankOrEnd(text.charCodeAt(source.pos)) || '?:,]}%@`'.includes(after)))
      throw source.error(
        `an ${type === TokenType.Alias ? 'alias' : 'anchor'} needs a name of letters, digits, _ and -`,
        line,
        column,
      );
    this.#push(type, text.slice(start, source.pos), 'plain', line, column);
  }

  #fetchQuoted(quote: '"' | "'"): void {
    const { line, column } = this.#source;
    this.#saveKey();
    this.#keyAllowed = false;
    const value = readQuotedScalar(this.#source, quote);
    this.#push(TokenType.Scalar, value, quote === '"' ? 'double' : 'single', line, column);
  }

  #fetchBlockScalar(literal: boolean): void {
    const { line, column } = this.#source;
    this.#removeKey();
    this.#keyAllowed = true;
    const value = readBlockScalar(this.#source, literal, this.#indent);
    this.#push(TokenType.Scalar, value, literal ? 'literal' : 'folded', line, column);
  }
}

function newKey(): SimpleKey {
  return { possible: false, required: false, tokenNumber: 0, line: 0, column: 0, pos: 0 };
}
