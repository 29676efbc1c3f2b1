import type { JsonObject, JsonScalar, JsonValue } from '../json.js';
import { readBlockScalar } from './read-block-scalar.js';
import { readQuotedScalar } from './read-quoted-scalar.js';
import { resolveScalar } from './resolve-scalar.js';
import { isBlankOrEnd, YamlSource } from './yaml-source.js';

/** What the reader may assume and must keep to. */
export interface SimpleYamlOptions {
  readonly maxDepth: number;
  readonly maxNodes: number;
  readonly maxDocuments: number;
  readonly duplicateKeys: 'error' | 'last';
  readonly bigints: boolean;
  /** Only these keys of the outermost map get values; what stands under others is checked and becomes null. */
  readonly wanted?: ReadonlySet<string> | undefined;
  /** Read the first document only. */
  readonly firstOnly?: boolean;
}

/** Thrown where the text needs the whole grammar, or is wrong: the full reader then decides and explains. */
class NotSimple extends Error {}

const NOT_SIMPLE = new NotSimple();
/** Characters that break lines or may stand before text, which this reader does not know. */
const UNUSUAL = /[\r\x85\u2028\u2029\ufeff]/;
const MAX_KEY_LENGTH = 1000;
/** Words that mean something other than themselves are shorter than this when they begin with a letter. */
const LONGEST_WORD = 5;
const FLOW_ITEM =
  /[ ]*(?:"([^"\\\n]*)"|'([^'\n]*)'|([A-Za-z0-9_./$][A-Za-z0-9_./$=+-]*(?: [A-Za-z0-9_./$=+-]+)*))[ ]*([,\]])/y;

// Patterns pass over long runs of characters faster than loops, and many times faster in a process that has just begun.
const SPACES = / */y;
/** What means nothing in a plain text. */
const ORDINARY = /[^\n:#\t]*/y;

/** A key that is nothing but a name, up to its colon. */
const NAME_KEY = /[A-Za-z][A-Za-z0-9_./-]{0,200}(?=:[ \n])/y;
/** A line with such a key, none of the words that mean something else, and a text behind it that means nothing but itself. */
const NAME_AND_TEXT =
  /(?!(?:[yYnN]|[yY]es|YES|[nN]o|NO|[oO]n|ON|[oO]ff|OFF|[tT]rue|TRUE|[fF]alse|FALSE|[nN]ull|NULL):)[A-Za-z][A-Za-z0-9_./-]{0,200}: (?:[A-Za-z/][^\n:#\t]*|"[^"\\\n\t]*"|'[^'\n\t]*')\n/y;

const SPACE = 0x20;
const BREAK = 0x0a;
const TAB = 0x09;
const HASH = 0x23;
const COLON = 0x3a;
const DASH = 0x2d;
const DOUBLE_QUOTE = 0x22;
const SINGLE_QUOTE = 0x27;

/**
 * Reads the YAML that people and programs write nearly always (block maps and lists, plain, quoted and block texts, no
 * anchors, tags, or nested brackets) several times faster than the full reader. Undefined when the text is anything else,
 * wrong texts included: whatever this gives is what the full reader gives.
 */
export function readSimpleYaml(text: string, options: SimpleYamlOptions): JsonValue[] | undefined {
  const first = text.charCodeAt(0);
  if (first === 0x7b || first === 0x5b || UNUSUAL.test(text)) return undefined;
  try {
    return new SimpleReader(text, options).documents();
  } catch (error) {
    // Errors of the scalar readers are told by the full reader, which knows the line.
    if (error instanceof NotSimple || (error instanceof Error && 'code' in error)) return undefined;
    throw error;
  }
}

/** Characters a plain text may not begin with here. `-`, `?` and `:` are harmless before a non-blank, but rare. */
const NO_PLAIN_START: ReadonlySet<number> = new Set(
  Array.from('?:,[]{}#&*!|>\'"%@`', (char) => char.charCodeAt(0)),
);

class SimpleReader {
  readonly #text: string;
  readonly #options: SimpleYamlOptions;
  readonly #source: YamlSource;
  /** Where the content of the current line begins, or the rest of it after a dash. */
  #at = 0;
  /** Column of `#at`; -1 at a document marker and at the end. */
  #indent = 0;
  #lineStart = 0;
  /** Empty lines and comments passed by the last step to a line. */
  #blankLines = 0;
  #sawComment = false;
  #depth = 0;
  #nodes = 0;
  #skipping = false;

  constructor(text: string, options: SimpleYamlOptions) {
    this.#text = text;
    this.#options = options;
    this.#source = new YamlSource(text, undefined);
  }

  documents(): JsonValue[] {
    const documents: JsonValue[] = [];
    this.#line(0);
    if (this.#atEnd()) return documents;
    if (this.#indent < 0) this.#marker();
    for (;;) {
      documents.push(this.#indent < 0 ? this.#empty() : this.#block(this.#indent));
      if (documents.length > this.#options.maxDocuments || this.#indent >= 0) throw NOT_SIMPLE;
      if (this.#atEnd() || this.#options.firstOnly) return documents;
      this.#marker();
    }
  }

  #atEnd(): boolean {
    return this.#indent < 0 && this.#at >= this.#text.length;
  }

  /** Steps over `---`, after which nothing may stand. */
  #marker(): void {
    if (this.#text.charCodeAt(this.#at) !== DASH) throw NOT_SIMPLE;
    this.#line(this.#lineEnd(this.#at + 3));
  }

  /** Goes to the next line with content, from the start of a line. */
  #line(from: number): void {
    const text = this.#text;
    let start = from;
    this.#blankLines = 0;
    this.#sawComment = false;
    for (;;) {
      const at = text.charCodeAt(start) === SPACE ? endOf(SPACES, text, start) : start;
      const code = text.charCodeAt(at);
      if (code === BREAK) {
        this.#blankLines++;
        start = at + 1;
      } else if (code === HASH) {
        this.#sawComment = true;
        const end = text.indexOf('\n', at);
        start = end < 0 ? text.length : end + 1;
      } else {
        this.#lineStart = start;
        this.#at = at;
        this.#indent = at - start;
        if (Number.isNaN(code)) {
          this.#at = text.length;
          this.#indent = -1;
        } else if (code === TAB) throw NOT_SIMPLE;
        else if (at === start && this.#isMarker(code)) this.#indent = -1;
        return;
      }
    }
  }

  #isMarker(code: number): boolean {
    if (code === 0x25) throw NOT_SIMPLE;
    if (code !== DASH && code !== 0x2e) return false;
    const text = this.#text;
    return (
      (text.startsWith('---', this.#at) || text.startsWith('...', this.#at)) &&
      isBlankOrEnd(text.charCodeAt(this.#at + 3))
    );
  }

  /** The start of the next line; up to there only blanks or a comment may stand. */
  #lineEnd(from: number): number {
    const text = this.#text;
    let at = from;
    let code = text.charCodeAt(at);
    while (code === SPACE) code = text.charCodeAt(++at);
    if (code === BREAK) return at + 1;
    if (Number.isNaN(code)) return text.length;
    if (code !== HASH || at === from) throw NOT_SIMPLE;
    this.#sawComment = true;
    const end = text.indexOf('\n', at);
    return end < 0 ? text.length : end + 1;
  }

  #count(): void {
    if (++this.#nodes > this.#options.maxNodes) throw NOT_SIMPLE;
  }

  #empty(): null {
    this.#count();
    return null;
  }

  /** A map or list whose first entry is at `#at`. */
  #block(indent: number): JsonValue {
    this.#count();
    if (++this.#depth > this.#options.maxDepth) throw NOT_SIMPLE;
    const value = this.#atDash() ? this.#list(indent) : this.#map(indent);
    this.#depth--;
    return value;
  }

  #atDash(): boolean {
    const text = this.#text;
    return text.charCodeAt(this.#at) === DASH && isBlankOrEnd(text.charCodeAt(this.#at + 1));
  }

  #map(indent: number): JsonValue {
    const object: JsonObject = {};
    const { wanted, duplicateKeys } = this.#options;
    const outermost = this.#depth === 1 && wanted !== undefined;
    do {
      if (this.#skipping && this.#skipEntry(indent)) continue;
      if (this.#atDash()) throw NOT_SIMPLE;
      const key = this.#key();
      if (key === undefined) throw NOT_SIMPLE;
      this.#count();
      if (outermost) this.#skipping = !wanted.has(key);
      const value = this.#value(indent, true);
      if (this.#skipping) continue;
      if (duplicateKeys === 'error' && Object.hasOwn(object, key)) throw NOT_SIMPLE;
      object[key] = value;
    } while (this.#indent === indent);
    if (outermost) this.#skipping = false;
    if (this.#indent > indent) throw NOT_SIMPLE;
    return object;
  }

  /** Passes over a line that is an entry of a map for certain: of large documents most are so. */
  #skipEntry(indent: number): boolean {
    NAME_AND_TEXT.lastIndex = this.#at;
    if (this.#depth === 1 || !NAME_AND_TEXT.test(this.#text)) return false;
    const at = this.#at;
    const lineStart = this.#lineStart;
    this.#line(NAME_AND_TEXT.lastIndex);
    if (this.#indent > indent) {
      // The text goes on.
      this.#at = at;
      this.#lineStart = lineStart;
      this.#indent = indent;
      return false;
    }
    this.#count();
    this.#count();
    return true;
  }

  #list(indent: number): JsonValue {
    const items: JsonValue[] = [];
    do {
      const item = this.#item(indent);
      if (!this.#skipping) items.push(item);
    } while (this.#indent === indent && this.#atDash());
    if (this.#indent > indent) throw NOT_SIMPLE;
    return items;
  }

  #item(indent: number): JsonValue {
    const text = this.#text;
    const from = this.#at + 1;
    let at = from;
    let code = text.charCodeAt(at);
    while (code === SPACE) code = text.charCodeAt(++at);
    this.#at = at;
    if (code === BREAK || code === HASH || Number.isNaN(code)) return this.#nested(indent, from, false);
    const column = at - this.#lineStart;
    if (this.#atDash()) {
      this.#indent = column;
      return this.#block(column);
    }
    if (this.#key() === undefined) return this.#scalar(indent);
    this.#at = at;
    this.#indent = column;
    return this.#block(column);
  }

  /** Reads a key and the colon behind it; undefined, and nothing read, when the line is no entry of a map. */
  #key(): string | undefined {
    const text = this.#text;
    const start = this.#at;
    const first = text.charCodeAt(start);
    if (first === DOUBLE_QUOTE || first === SINGLE_QUOTE) return this.#quotedKey(first);
    if (NO_PLAIN_START.has(first)) return undefined;
    NAME_KEY.lastIndex = start;
    let at = isWord(first) && NAME_KEY.test(text) ? NAME_KEY.lastIndex : start;
    for (let code = text.charCodeAt(at); ; code = text.charCodeAt(++at)) {
      if (code === COLON && isBlankOrEnd(text.charCodeAt(at + 1))) break;
      if (code === BREAK || Number.isNaN(code)) return undefined;
      if (code === TAB) throw NOT_SIMPLE;
      if (code === HASH && text.charCodeAt(at - 1) === SPACE) return undefined;
    }
    if (at - start > MAX_KEY_LENGTH) throw NOT_SIMPLE;
    this.#at = at + 1;
    let end = at;
    while (text.charCodeAt(end - 1) === SPACE) end--;
    const key = text.slice(start, end);
    if (key === '<<' || key === '__proto__') throw NOT_SIMPLE;
    if (isWord(first) && key.length > LONGEST_WORD) return key;
    const { type } = resolveScalar(key, 'go2');
    if (type !== 'str' && type !== 'timestamp') throw NOT_SIMPLE;
    return key;
  }

  #quotedKey(quote: number): string | undefined {
    const text = this.#text;
    const start = this.#at + 1;
    let at = start;
    for (let code = text.charCodeAt(at); code !== quote; code = text.charCodeAt(++at))
      if (code === BREAK || Number.isNaN(code) || code === 0x5c || code === TAB) return undefined;
    let colon = at + 1;
    while (text.charCodeAt(colon) === SPACE) colon++;
    if (text.charCodeAt(colon) !== COLON) return undefined;
    if (!isBlankOrEnd(text.charCodeAt(colon + 1)) || at - start > MAX_KEY_LENGTH) throw NOT_SIMPLE;
    this.#at = colon + 1;
    const key = text.slice(start, at);
    if (key === '__proto__') throw NOT_SIMPLE;
    return key;
  }

  /** What stands behind a key's colon. `indent` is the map's. */
  #value(indent: number, inMap: boolean): JsonValue {
    const text = this.#text;
    const from = this.#at;
    let at = from;
    let code = text.charCodeAt(at);
    while (code === SPACE) code = text.charCodeAt(++at);
    if (code === BREAK || code === HASH || Number.isNaN(code)) return this.#nested(indent, from, inMap);
    this.#at = at;
    return this.#scalar(indent);
  }

  /** A value on the lines below, or none. */
  #nested(indent: number, from: number, inMap: boolean): JsonValue {
    this.#line(this.#lineEnd(from));
    if (this.#indent > indent) {
      const code = this.#text.charCodeAt(this.#at);
      return code === 0x5b || code === 0x7b ? this.#scalar(indent) : this.#block(this.#indent);
    }
    if (inMap && this.#indent === indent && this.#atDash()) return this.#block(indent);
    return this.#empty();
  }

  #scalar(indent: number): JsonValue {
    this.#count();
    const text = this.#text;
    const code = text.charCodeAt(this.#at);
    switch (code) {
      case DOUBLE_QUOTE:
      case SINGLE_QUOTE:
        return this.#quoted(code);
      case 0x7c:
      case 0x3e:
        return this.#blockText(code === 0x7c, indent);
      case 0x5b:
      case 0x7b:
        return this.#brackets(code);
      default:
        return this.#plain(indent, code);
    }
  }

  #quoted(quote: number): string {
    const text = this.#text;
    const start = this.#at + 1;
    let at = start;
    let code = text.charCodeAt(at);
    while (code !== quote && code !== BREAK && code !== 0x5c && !Number.isNaN(code))
      code = text.charCodeAt(++at);
    if (code === quote && (quote === DOUBLE_QUOTE || text.charCodeAt(at + 1) !== SINGLE_QUOTE)) {
      this.#line(this.#lineEnd(at + 1));
      return this.#skipping ? '' : text.slice(start, at);
    }
    const source = this.#place();
    const value = readQuotedScalar(source, quote === DOUBLE_QUOTE ? '"' : "'");
    this.#line(this.#lineEnd(source.pos));
    return value;
  }

  #blockText(literal: boolean, indent: number): string {
    const source = this.#place();
    const value = readBlockScalar(source, literal, indent);
    // The reader stops behind the indentation of the line that ends the text.
    this.#line(source.pos < this.#text.length ? source.lineStart : source.pos);
    return value;
  }

  /** The full reader's cursor at the current position. */
  #place(): YamlSource {
    this.#source.pos = this.#at;
    this.#source.lineStart = this.#lineStart;
    return this.#source;
  }

  /** `{}`, and lists of texts on one line. */
  #brackets(open: number): JsonValue {
    const text = this.#text;
    const close = open === 0x5b ? 0x5d : 0x7d;
    if (text.charCodeAt(this.#at + 1) === close) {
      this.#line(this.#lineEnd(this.#at + 2));
      return open === 0x5b ? [] : {};
    }
    if (open !== 0x5b || this.#depth >= this.#options.maxDepth) throw NOT_SIMPLE;
    const items: JsonValue[] = [];
    FLOW_ITEM.lastIndex = this.#at + 1;
    for (;;) {
      const match = FLOW_ITEM.exec(text);
      if (!match) throw NOT_SIMPLE;
      this.#count();
      const [, double, single, plain, end] = match;
      const item = double ?? single ?? this.#resolve(plain ?? '');
      if (!this.#skipping) items.push(item);
      if (end === ']') break;
    }
    this.#line(this.#lineEnd(FLOW_ITEM.lastIndex));
    return items;
  }

  #plain(indent: number, first: number): JsonScalar {
    if (NO_PLAIN_START.has(first) || this.#atDash()) throw NOT_SIMPLE;
    let value = this.#plainLine();
    while (this.#indent > indent) {
      // A comment ends a text, so what stands behind it is none of it.
      if (this.#sawComment) throw NOT_SIMPLE;
      const joint = this.#blankLines === 0 ? ' ' : '\n'.repeat(this.#blankLines);
      const more = this.#plainLine();
      if (!this.#skipping) value += joint + more;
    }
    if (value === '<<') throw NOT_SIMPLE;
    return this.#resolve(value);
  }

  /** The rest of the line as plain text; goes to the next line. */
  #plainLine(): string {
    const text = this.#text;
    const start = this.#at;
    let at = endOf(ORDINARY, text, start);
    for (let code = text.charCodeAt(at); code !== BREAK && at < text.length; code = text.charCodeAt(at)) {
      if (code === COLON ? isBlankOrEnd(text.charCodeAt(at + 1)) : code === TAB) throw NOT_SIMPLE;
      if (code === HASH && text.charCodeAt(at - 1) === SPACE) break;
      at = endOf(ORDINARY, text, at + 1);
    }
    let end = at;
    while (text.charCodeAt(end - 1) === SPACE) end--;
    const isComment = text.charCodeAt(at) === HASH;
    const next = isComment ? text.indexOf('\n', at) : at;
    this.#line(next < 0 || next >= text.length ? text.length : next + 1);
    if (isComment) this.#sawComment = true;
    return text.slice(start, end);
  }

  #resolve(value: string): JsonScalar {
    const first = value.charCodeAt(0);
    if (isWord(first) && value.length > LONGEST_WORD) return value;
    const resolved = resolveScalar(value, 'go2');
    switch (resolved.type) {
      case 'null':
        return null;
      case 'bool':
        return resolved.value;
      case 'int': {
        const number = Number(resolved.value);
        if (this.#options.bigints && !Number.isSafeInteger(number)) throw NOT_SIMPLE;
        return number;
      }
      case 'float':
        if (!Number.isFinite(resolved.value)) throw NOT_SIMPLE;
        return resolved.value;
      case 'timestamp':
      case 'str':
        return value;
    }
  }
}

/** Where what a sticky pattern matches ends. It can match nothing, so it always matches. */
function endOf(pattern: RegExp, text: string, start: number): number {
  pattern.lastIndex = start;
  pattern.test(text);
  return pattern.lastIndex;
}

/** A letter of ASCII. */
function isWord(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a);
}
