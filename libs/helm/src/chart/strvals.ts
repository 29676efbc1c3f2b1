import { runes } from '../template/go-strings.js';
import { goQuote, goQuoteRune } from '../template/go-quote.js';
import { goInt64, type GoValue, typeName } from '../template/values.js';
import { fromJsonValue } from '../functions/go-json.js';
import type { HelmGeneration } from '../render/capabilities.js';
import type { ValuesTable } from './chart.js';

/** Helm's bounds on what one expression may build. */
const MAX_INDEX = 65_536;
const MAX_NESTED_NAME_LEVEL = 30;

/** How the text after `=` becomes a value. */
export type SetMode =
  'typed' | 'string' | 'json' | 'literal' | { readonly content: string } | { readonly read: ReadSetFile };

/** Gives what the file holds that `--set-file` names. */
export type ReadSetFile = (path: string) => string;

/**
 * Applies one `--set`-like expression to `values`, in place: `a.b=1,c[0].d={x,y}`. Throws with Helm's words.
 *
 * `typed` reads true, false, null and integers; `string` keeps text; `json` reads JSON; `literal` takes the rest of
 * the text; `content` replaces each value; `read` is given each value as the path of a file, as `--set-file` does it.
 *
 * An index without its end (`a[0`) is refused by Helm 3; Helm 4 takes it for the end of the expression.
 */
export function applySet(
  expression: string,
  values: ValuesTable,
  mode: SetMode,
  generation: HelmGeneration,
): void {
  new SetParser(expression, mode, generation).parse(values);
}

/** The text ended where something had to follow. */
const END: unique symbol = Symbol('end');
type Outcome = typeof END | undefined;

class SetParser {
  readonly #chars: string[];
  readonly #mode: SetMode;
  readonly #generation: HelmGeneration;
  #at = 0;

  constructor(expression: string, mode: SetMode, generation: HelmGeneration) {
    this.#chars = runes(expression);
    this.#mode = mode;
    this.#generation = generation;
  }

  parse(values: ValuesTable): void {
    while (this.#key(values, 0) !== END);
  }

  /** Takes characters up to one of `stops`; a backslash takes the next as it is, except in literals. */
  #until(stops: string): { text: string; stop: string | undefined } {
    let text = '';
    for (;;) {
      const char = this.#chars[this.#at++];
      if (char === undefined) {
        this.#at--;
        return { text, stop: undefined };
      }
      if (stops.includes(char)) return { text, stop: char };
      if (char === '\\' && this.#mode !== 'literal') {
        const next = this.#chars[this.#at];
        if (next === undefined) return { text, stop: undefined };
        text += next;
        this.#at++;
      } else text += char;
    }
  }

  #key(values: ValuesTable, level: number): Outcome {
    const { text: key, stop } = this.#until(this.#mode === 'literal' ? '=[.' : '=[,.');
    switch (stop) {
      case undefined:
        if (key === '') return END;
        throw new Error(`key ${goQuote(key)} has no value`);
      case '[': {
        const index = this.#index();
        if (index === END) return END;
        const existing = values.get(key);
        if (values.has(key) && !Array.isArray(existing)) throw wrongType(existing, '[]interface {}');
        const list = values.has(key) ? (existing as GoValue[]) : [];
        const [result, outcome] = this.#item(list, index, level);
        set(values, key, result);
        return outcome;
      }
      case '=':
        return this.#value((value) => set(values, key, value));
      case ',':
        set(values, key, '');
        throw new Error(`key ${goQuote(key)} has no value (cannot end with ,)`);
      default:
        return this.#nested(values, key, level + 1);
    }
  }

  #nested(values: ValuesTable, key: string, level: number): Outcome {
    if (level > MAX_NESTED_NAME_LEVEL) {
      throw new Error(
        `value name nested level is greater than maximum supported nested level of ${MAX_NESTED_NAME_LEVEL}`,
      );
    }
    const existing = values.get(key);
    if (values.has(key) && !(existing instanceof Map)) throw wrongType(existing, 'map[string]interface {}');
    const inner = (existing as ValuesTable | undefined) ?? new Map<string, GoValue>();
    let outcome: Outcome;
    try {
      outcome = this.#key(inner, level);
    } finally {
      if (inner.size > 0) set(values, key, inner);
    }
    if (outcome !== END && inner.size === 0) throw new Error(`key map ${goQuote(key)} has no value`);
    return outcome;
  }

  #index(): number | typeof END {
    const { text, stop } = this.#until(']');
    if (stop === undefined) {
      if (this.#generation === 4) return END;
      throw new Error('error parsing index: EOF');
    }
    const problem = !/^[+-]?\d+$/.test(text)
      ? 'invalid syntax'
      : BigInt.asIntN(64, BigInt(text.replace('+', ''))) === BigInt(text.replace('+', ''))
        ? undefined
        : 'value out of range';
    if (problem !== undefined)
      throw new Error(`error parsing index: strconv.Atoi: parsing ${goQuote(text)}: ${problem}`);
    return Number(text);
  }

  #item(list: GoValue[], index: number, level: number): [GoValue[], Outcome] {
    if (index < 0) throw new Error(`negative ${index} index not allowed`);
    const { text, stop } = this.#until('[.=');
    if (text !== '') throw new Error(`unexpected data at end of array index: ${quotedRunes(text)}`);
    switch (stop) {
      case undefined:
        return [list, END];
      case '=': {
        let result = list;
        this.#value((value) => {
          result = setIndex(list, index, value);
        });
        return [result, undefined];
      }
      case '[': {
        const next = this.#index();
        if (next === END) return [list, END];
        const existing = list[index];
        if (existing !== null && existing !== undefined && !Array.isArray(existing)) {
          throw wrongType(existing, '[]interface {}');
        }
        const [inner, outcome] = this.#item((existing as GoValue[] | undefined) ?? [], next, level);
        return outcome === END ? [list, END] : [setIndex(list, index, inner), outcome];
      }
      default: {
        const existing = list[index];
        const inner = existing instanceof Map ? (existing as ValuesTable) : new Map<string, GoValue>();
        if (index < list.length) list[index] = inner;
        const outcome = this.#key(inner, level);
        // Of `a[0].b=` at the end Helm keeps nothing, unless the item was there.
        return outcome === END ? [list, END] : [setIndex(list, index, inner), outcome];
      }
    }
  }

  #value(assign: (value: GoValue) => void): Outcome {
    if (this.#mode === 'literal') {
      assign(this.#chars.slice(this.#at).join(''));
      this.#at = this.#chars.length;
      return undefined;
    }
    if (this.#mode === 'json') return this.#json(assign);
    if (this.#at >= this.#chars.length) {
      assign(typeof this.#mode === 'object' && 'content' in this.#mode ? this.#mode.content : '');
      return END;
    }
    if (this.#chars[this.#at] === '{') {
      this.#at++;
      assign(this.#list());
      return undefined;
    }
    const { text } = this.#until(',');
    assign(this.#convert(text));
    return undefined;
  }

  #list(): GoValue[] {
    const list: GoValue[] = [];
    for (;;) {
      const { text, stop } = this.#until(',}');
      if (stop === undefined) throw new Error("list must terminate with '}'");
      list.push(this.#convert(text));
      if (stop === '}') break;
    }
    if (this.#chars[this.#at] === ',') this.#at++;
    return list;
  }

  #convert(text: string): GoValue {
    if (typeof this.#mode === 'object')
      return 'content' in this.#mode ? this.#mode.content : this.#mode.read(text);
    return this.#mode === 'string' ? text : typedValue(text);
  }

  #json(assign: (value: GoValue) => void): Outcome {
    if (this.#skipSeparator()) {
      assign(null);
      return undefined;
    }
    const rest = this.#chars.slice(this.#at).join('');
    const length = jsonPrefix(rest);
    assign(fromJsonValue(JSON.parse(rest.slice(0, length))));
    this.#at += runes(rest.slice(0, length)).length;
    this.#skipSeparator();
    return undefined;
  }

  /** Skips blanks and one comma; true when that or the end was all there was. */
  #skipSeparator(): boolean {
    for (;;) {
      const char = this.#chars[this.#at];
      if (char === undefined) return true;
      if (char === ',') {
        this.#at++;
        return true;
      }
      if (!/\s/.test(char)) return false;
      this.#at++;
    }
  }
}

/** Characters one by one, as Go prints a list of them. */
function quotedRunes(text: string): string {
  return `[${runes(text)
    .map((char) => goQuoteRune(char.codePointAt(0) ?? 0))
    .join(' ')}]`;
}

function wrongType(value: GoValue, wanted: string): Error {
  const got = value === null || value === undefined ? 'nil' : typeName(value);
  return new Error(`unable to parse key: interface conversion: interface {} is ${got}, not ${wanted}`);
}

function set(values: ValuesTable, key: string, value: GoValue): void {
  if (key !== '') values.set(key, value);
}

function setIndex(list: GoValue[], index: number, value: GoValue): GoValue[] {
  if (index > MAX_INDEX) {
    throw new Error(`index of ${index} is greater than maximum supported index of ${MAX_INDEX}`);
  }
  while (list.length <= index) list.push(null);
  list[index] = value;
  return list;
}

function typedValue(text: string): GoValue {
  switch (text.toLowerCase()) {
    case 'true':
      return true;
    case 'false':
      return false;
    case 'null':
      return null;
    case '0':
      return goInt64(0);
    default:
  }
  if (/^[+-]?[0-9]+$/.test(text) && !text.startsWith('0')) {
    const value = BigInt(text.replace('+', ''));
    if (BigInt.asIntN(64, value) === value) return goInt64(value);
  }
  return text;
}

/** Length of the JSON value a text begins with. Throws when it begins with none. */
function jsonPrefix(text: string): number {
  const scalar = /^\s*(?:"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/s.exec(text);
  if (scalar) return scalar[0].length;
  const start = /^\s*[[{]/.exec(text);
  if (!start)
    throw new Error(`invalid character ${goQuote(text.trim().slice(0, 1))} looking for beginning of value`);
  let depth = 0;
  for (const token of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/gs)) {
    if (token[0] === '[' || token[0] === '{') depth++;
    else if (token[0] === ']' || token[0] === '}') depth--;
    if (depth === 0) return token.index + token[0].length;
  }
  throw new Error('unexpected EOF');
}
