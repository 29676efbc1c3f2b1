import type { JsonObject, JsonValue } from '../json.js';
import { chooseStyle, escapeCharacter } from './emit-scalar.js';
import { formatGoFloat } from './format-float.js';
import { compareKeys } from './natural-order.js';
import type { YamlDialect } from './resolve-scalar.js';

/** Lines are folded at the first space after this column. */
const BEST_WIDTH = 80;
const LINE_BREAK = /[\n\r\x85\u2028\u2029]/u;
const SEPARATOR = /[\u2028\u2029]/u;
const AFTER_LITERAL_BREAK = /(?<=[\n\u2028\u2029])/u;
const ENDS_IN_LITERAL_BREAK = /[\n\u2028\u2029]$/u;
/** Bytes up to which a key is written without `?`. */
const MAX_SIMPLE_KEY_BYTES = 128;
/** A UTF-16 unit is no longer in UTF-8. */
const MAX_BYTES_OF_UNIT = 3;
/** Values nested deeper than this are refused instead of overflowing the stack. */
const MAX_EMIT_DEPTH = 1000;

/**
 * Texts of lists and maps by the column they start in, for `emitYaml`. Only what is frozen, and so for ever the same, is
 * remembered, for as long as the value itself lives. Freezing must go all the way down.
 */
export class YamlFragments {
  readonly #texts = new WeakMap<object, Map<number, string>>();

  /** The text of a frozen list or map at a column, made by `print` the first time. */
  text(value: object, column: number, print: () => string): string {
    let texts = this.#texts.get(value);
    if (!texts) this.#texts.set(value, (texts = new Map<number, string>()));
    let text = texts.get(column);
    if (text === undefined) texts.set(column, (text = print()));
    return text;
  }
}

/**
 * Prints a value byte for byte as sigs.k8s.io/yaml does (go-yaml v2): natural key order, its quoting, folded at 80 columns.
 * With `fragments`, parts that are frozen are printed once and their text is used again.
 */
export function emitYaml(value: JsonValue, fragments?: YamlFragments): string {
  const emitter = new Emitter('go2', fragments);
  emitter.document(value);
  return emitter.text();
}

/**
 * Prints a value as go-yaml v3 does with an indentation of two: lists indented under their key, nothing folded. Numbers are
 * Go floats there (a million is `1e+06`), as chart values are.
 */
export function emitYamlPretty(value: JsonValue): string {
  const emitter = new Emitter('go3');
  emitter.document(value);
  return emitter.text();
}

class Emitter {
  readonly #dialect: YamlDialect;
  readonly #folds: boolean;
  #out = '';
  #column = 0;
  #depth = 0;
  /** A block text ended its last line itself. */
  #lineEnded = false;
  readonly #fragments: YamlFragments | undefined;

  constructor(dialect: YamlDialect, fragments?: YamlFragments) {
    this.#dialect = dialect;
    this.#fragments = fragments;
    this.#folds = dialect === 'go2';
  }

  text(): string {
    return this.#out;
  }

  document(value: JsonValue): void {
    if (isBlock(value)) this.#block(value, 0);
    else {
      this.#scalar(value, 2, false);
      this.#endLine();
    }
  }

  /** Writes a list or map that is not empty; the cursor stands at `indent`. */
  #block(value: JsonObject | readonly JsonValue[], indent: number): void {
    if (!this.#fragments || !Object.isFrozen(value)) {
      if (Array.isArray(value)) this.#sequence(value as readonly JsonValue[], indent);
      else this.#mapping(value as JsonObject, indent);
      return;
    }
    this.#out += this.#fragments.text(value, indent, () => {
      const part = new Emitter(this.#dialect);
      part.#column = indent;
      part.#depth = this.#depth;
      part.#block(value, indent);
      return part.#out;
    });
    this.#column = 0;
  }

  #write(text: string): void {
    this.#out += text;
    this.#column += text.length;
  }

  #newLine(indent: number): void {
    this.#out += `\n${' '.repeat(indent)}`;
    this.#column = indent;
  }

  /** Writes the entries of a non-empty map at `indent`; the cursor already stands there for the first. */
  #mapping(map: JsonObject, indent: number): void {
    this.#deeper();
    const dialect = this.#dialect;
    const keys = Object.keys(map);
    if (keys.length > 1) keys.sort((a, b) => compareKeys(a, b, dialect));
    let first = true;
    for (const key of keys) {
      const value = map[key];
      if (value === undefined) continue;
      if (!first) this.#startLine(indent);
      first = false;
      const sameLine = this.#key(key, indent);
      this.#entry(value, indent, !sameLine);
    }
    this.#depth--;
  }

  #startLine(indent: number): void {
    this.#out += ' '.repeat(indent);
    this.#column = indent;
  }

  /** Writes a key and its colon; true when the value may start on the same line, as after a key written with `?`. */
  #key(key: string, indent: number): boolean {
    const short = key.length * MAX_BYTES_OF_UNIT <= MAX_SIMPLE_KEY_BYTES;
    const simple = (short || Buffer.byteLength(key) <= MAX_SIMPLE_KEY_BYTES) && !LINE_BREAK.test(key);
    if (simple) {
      this.#scalar(key, indent + 2, true);
      this.#write(':');
      return false;
    }
    this.#write('? ');
    this.#scalar(key, indent + 2, false);
    this.#endLine();
    this.#startLine(indent);
    this.#write(':');
    return true;
  }

  #endLine(): void {
    if (!this.#lineEnded) this.#out += '\n';
    this.#lineEnded = false;
    this.#column = 0;
  }

  /** Writes what follows `key:` or `-` and ends the line. */
  #entry(value: JsonValue, indent: number, newLine: boolean): void {
    if (isBlock(value)) {
      const inner = newLine && this.#dialect === 'go2' && Array.isArray(value) ? indent : indent + 2;
      if (newLine) {
        this.#endLine();
        this.#startLine(inner);
      } else this.#write(' ');
      this.#block(value, inner);
    } else {
      this.#write(' ');
      this.#scalar(value, indent + 2, false);
      this.#endLine();
    }
  }

  #sequence(list: readonly JsonValue[], indent: number): void {
    this.#deeper();
    let first = true;
    for (const item of list) {
      if (!first) this.#startLine(indent);
      first = false;
      this.#write('-');
      this.#entry(item, indent, false);
    }
    this.#depth--;
  }

  #deeper(): void {
    if (++this.#depth > MAX_EMIT_DEPTH)
      throw new RangeError(`cannot write YAML nested deeper than ${MAX_EMIT_DEPTH} levels`);
  }

  #scalar(value: JsonValue, indent: number, key: boolean): void {
    if (typeof value === 'string') return this.#string(value, indent, key);
    if (value === null) return this.#write('null');
    if (Array.isArray(value)) return this.#write('[]');
    if (typeof value === 'number')
      return this.#write(this.#dialect === 'go2' ? formatNumber(value) : formatGoFloat(value));
    if (typeof value === 'object') return this.#write('{}');
    this.#write(String(value));
  }

  #string(text: string, indent: number, key: boolean): void {
    switch (chooseStyle(text, this.#dialect, key)) {
      case 'plain':
        return this.#plain(text, indent, !key);
      case 'single':
        return this.#single(text, indent, !key);
      case 'double':
        return this.#double(text, indent, !key);
      case 'literal':
        return this.#literal(text, indent);
    }
  }

  #plain(text: string, indent: number, folds: boolean): void {
    if (!folds || !this.#folds || this.#column + text.length <= BEST_WIDTH) return this.#write(text);
    this.#folded(text, indent, 0);
  }

  /** Writes text, starting a new line at single spaces beyond the width; `margin` keeps the first and last character together. */
  #folded(text: string, indent: number, margin: number): void {
    let start = 0;
    let spaces = false;
    const from = this.#column;
    let column = from;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code === 0x20) {
        const inside = i >= margin && i < text.length - margin;
        if (inside && !spaces && column > BEST_WIDTH && text.charCodeAt(i + 1) !== 0x20) {
          this.#out += text.slice(start, i);
          this.#newLine(indent);
          start = i + 1;
          column = indent;
        } else column++;
        spaces = true;
      } else {
        column++;
        spaces = false;
      }
    }
    this.#out += text.slice(start);
    this.#column = column;
  }

  #single(text: string, indent: number, folds: boolean): void {
    this.#write("'");
    if ((folds && this.#folds) || SEPARATOR.test(text)) this.#foldQuoted(text, indent, folds && this.#folds);
    else this.#write(text.replaceAll("'", "''"));
    this.#write("'");
  }

  /** Text after line separators is indented; blanks never follow them, such text gets double quotes. */
  #foldQuoted(text: string, indent: number, folds: boolean): void {
    let spaces = false;
    let broken = false;
    for (let i = 0; i < text.length; i++) {
      const char = text[i] ?? '';
      if (SEPARATOR.test(char)) {
        this.#out += char;
        this.#column = 0;
        broken = true;
        continue;
      }
      if (broken) this.#write(' '.repeat(indent));
      broken = false;
      if (char === ' ') {
        const inside = i > 0 && i < text.length - 1 && text[i + 1] !== ' ';
        if (folds && inside && !spaces && this.#column > BEST_WIDTH) this.#newLine(indent);
        else this.#write(' ');
        spaces = true;
      } else {
        this.#write(char === "'" ? "''" : char);
        // The doubled quote counts as two columns, as everything written does.
        spaces = false;
      }
    }
  }

  #double(text: string, indent: number, folds: boolean): void {
    this.#write('"');
    // The original looks for the byte order mark at the start of the text for every character, and so escapes them all.
    const allEscaped = text.startsWith('\ufeff');
    let spaces = false;
    for (let i = 0; i < text.length;) {
      const code = text.codePointAt(i) ?? 0;
      const width = code > 0xffff ? 2 : 1;
      const escape = escapeCharacter(code, allEscaped);
      if (escape !== undefined) {
        this.#write(escape);
        spaces = false;
      } else if (code === 0x20) {
        if (folds && this.#folds && !spaces && this.#column > BEST_WIDTH && i > 0 && i < text.length - 1) {
          this.#newLine(indent);
          if (text[i + 1] === ' ') this.#write('\\');
        } else this.#write(' ');
        spaces = true;
      } else {
        this.#write(text.slice(i, i + width));
        spaces = false;
      }
      i += width;
    }
    this.#write('"');
  }

  #literal(text: string, indent: number): void {
    let hints = /^[ \n\u2028\u2029\x85]/u.test(text) ? '2' : '';
    if (!ENDS_IN_LITERAL_BREAK.test(text)) hints += '-';
    else if (text.length === 1 || /[\n\u2028\u2029]{2}$/u.test(text)) hints += '+';
    this.#write(`|${hints}\n`);
    const pad = ' '.repeat(indent);
    let last = '';
    for (const line of text.split(AFTER_LITERAL_BREAK)) {
      last = line;
      this.#out += line.length === 1 && ENDS_IN_LITERAL_BREAK.test(line) ? line : pad + line;
    }
    this.#lineEnded = ENDS_IN_LITERAL_BREAK.test(last);
    this.#column = this.#lineEnded ? 0 : indent + last.length;
  }
}

/** True for lists and maps that have entries, which are written on lines of their own. */
function isBlock(value: JsonValue): value is JsonObject | JsonValue[] {
  if (typeof value !== 'object' || value === null) return false;
  return Array.isArray(value) ? value.length > 0 : Object.keys(value).length > 0;
}

const MAX_UINT64 = 2 ** 64;
const MIN_INT64 = -(2 ** 63);

/** Whole numbers of 64 bits print as such; everything else as Go prints floats. */
function formatNumber(value: number): string {
  if (Number.isInteger(value) && value > MIN_INT64 && value < MAX_UINT64)
    return Number.isSafeInteger(value) ? String(value === 0 ? 0 : value) : wholeNumber(value);
  return formatGoFloat(value);
}

/** Below 1e21 JavaScript and Go's JSON print the same: shortest digits that give this float back, padded with zeros. */
function wholeNumber(value: number): string {
  return String(value);
}
