import type { Budget } from '../template/budget.js';
import { goQuote } from '../template/go-quote.js';
import {
  byteLength,
  byteSlice,
  bytesString,
  compareStrings,
  runes,
  stringBytes,
} from '../template/go-strings.js';
import { goPrint } from '../template/printing.js';
import { countLines } from '../template/source.js';
import { goStrings, type GoInt, type GoValue, TypedMap } from '../template/values.js';
import { toText, toTexts } from './cast.js';
import { define, type FunctionTable } from './signature.js';
import {
  connectedCase,
  goLower,
  goTitle,
  goUpper,
  isGoSpace,
  pascalCase,
  swapCase,
  untitle,
} from './string-cases.js';

/** strings.TrimSpace. */
export function trimSpace(text: string): string {
  return trimSpaceRight(trimSpaceLeft(text));
}

/** strings.TrimLeftFunc with unicode.IsSpace; walks, because a pattern would look at long blanks again and again. */
export function trimSpaceLeft(text: string): string {
  let start = 0;
  while (start < text.length && isGoSpace(text.charAt(start))) start++;
  return text.slice(start);
}

function trimSpaceRight(text: string): string {
  let end = text.length;
  while (end > 0 && isGoSpace(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}

function trimSet(set: string, text: string): string {
  const cut = new Set(set);
  const chars = runes(text);
  let start = 0;
  let end = chars.length;
  while (start < end && cut.has(chars[start] ?? '')) start++;
  while (end > start && cut.has(chars[end - 1] ?? '')) end--;
  return chars.slice(start, end).join('');
}

function isPresent(value: GoValue): boolean {
  return value !== null && value !== undefined;
}

/** Go's `s[start:end]`, which panics outside the text. */
function checkedSlice(text: string, start: number, end: number): string {
  const length = byteLength(text);
  if (end < 0 || end > length)
    throw new Error(`runtime error: slice bounds out of range [:${end}] with length ${length}`);
  if (start > end) throw new Error(`runtime error: slice bounds out of range [${start}:${end}]`);
  return byteSlice(text, start, end);
}

function truncate(count: number, text: string): string {
  const length = byteLength(text);
  if (count < 0 && length + count > 0) return byteSlice(text, length + count);
  return count >= 0 && length > count ? byteSlice(text, 0, count) : text;
}

function substring(start: number, end: number, text: string): string {
  if (start < 0) return checkedSlice(text, 0, end);
  const length = byteLength(text);
  return checkedSlice(text, start, end < 0 || end > length ? length : end);
}

/** strings.Split and SplitN: an empty separator splits into characters. */
export function goSplit(text: string, separator: string, limit = -1): string[] {
  if (limit === 0) return [];
  const parts = separator === '' ? runes(text) : text.split(separator);
  if (limit < 0 || parts.length <= limit) return parts;
  return [...parts.slice(0, limit - 1), parts.slice(limit - 1).join(separator)];
}

function numbered(parts: readonly string[]): TypedMap {
  return new TypedMap(
    'map[string]string',
    'string',
    parts.map((part, index) => [`_${index}`, part] as const),
  );
}

function abbreviate(text: string, offset: number, width: number): string {
  const length = byteLength(text);
  if (text === '' || length <= width) return text;
  let from = Math.min(offset, length);
  if (length - from < width - 3) from = length - (width - 3);
  if (from <= 4) return `${byteSlice(text, 0, width - 3)}...`;
  if (width < 7) return '';
  if (from + width - 3 < length) {
    return width - 3 < 4 ? '...' : `...${abbreviate(byteSlice(text, from), 0, width - 3)}`;
  }
  return `...${byteSlice(text, length - (width - 3))}`;
}

/** Bytes one by one as characters of Latin-1, which is how the library behind sprig walks some texts. */
function latin1(text: string): string[] {
  return Array.from(stringBytes(text), (byte) => String.fromCharCode(byte));
}

function initials(text: string): string {
  let gap = true;
  let out = '';
  for (const char of latin1(text)) {
    if (isGoSpace(char)) gap = true;
    else if (gap) {
      out += char;
      gap = false;
    }
  }
  return out;
}

function withoutSpace(text: string): string {
  const chars = latin1(text);
  const kept = chars.filter((char) => !isGoSpace(char));
  return kept.length === chars.length ? text : kept.join('');
}

/** Wraps words at a column; long words are cut or left whole. */
function wrap(text: string, width: number, newline: string, cutLong: boolean): string {
  const bytes = stringBytes(text);
  const limit = Math.max(width, 1);
  const part = (from: number, to?: number): string => bytesString(bytes.subarray(from, to));
  let offset = 0;
  let out = '';
  while (bytes.length - offset > limit) {
    if (bytes[offset] === 0x20) {
      offset++;
      continue;
    }
    const space = bytes.lastIndexOf(0x20, limit + offset);
    if (space >= offset) {
      out += part(offset, space) + newline;
      offset = space + 1;
    } else if (cutLong) {
      out += part(offset, offset + limit) + newline;
      offset += limit;
    } else {
      const next = bytes.indexOf(0x20, offset + limit);
      if (next < 0) return out + part(offset);
      out += part(offset, next) + newline;
      offset = next + 1;
    }
  }
  return out + part(offset);
}

function indent(spaces: number, text: string): string {
  if (spaces < 0) throw new Error('strings: negative Repeat count');
  const pad = ' '.repeat(spaces);
  return pad + text.replaceAll('\n', `\n${pad}`);
}

const asNumber = (value: GoInt): number => Number(value.value);

/** Sprig's string functions. `budget` is asked before anything large is built. */
export function stringFunctions(budget: Budget): FunctionTable {
  const indented = (spaces: GoInt, text: string, before: string): string => {
    // Lines grow by the indent each: ask before they do.
    if (asNumber(spaces) > 0) budget.write(text.length + countLines(text) * asNumber(spaces));
    return before + indent(asNumber(spaces), text);
  };
  const splitMap = (separator: string, limit: number, text: string): TypedMap => {
    budget.write(text.length * 4);
    return numbered(goSplit(text, separator, limit));
  };
  return {
    hello: define('', () => 'Hello!'),
    abbrev: define('int string', (width, text) =>
      asNumber(width) < 4 ? text : abbreviate(text, 0, asNumber(width)),
    ),
    abbrevboth: define('int int string', (left, right, text) => {
      const width = asNumber(right);
      return width < 4 || (asNumber(left) > 0 && width < 7) ? text : abbreviate(text, asNumber(left), width);
    }),
    trunc: define('int string', (count, text) => truncate(asNumber(count), text)),
    trim: define('string', trimSpace),
    upper: define('string', goUpper),
    lower: define('string', goLower),
    title: define('string', goTitle),
    untitle: define('string', untitle),
    substr: define('int int string', (start, end, text) => substring(asNumber(start), asNumber(end), text)),
    repeat: define('int string', (count, text) => {
      const times = asNumber(count);
      if (times < 0) throw new Error('strings: negative Repeat count');
      budget.write(times * text.length);
      return text.repeat(times);
    }),
    trimall: define('string string', trimSet),
    trimAll: define('string string', trimSet),
    trimSuffix: define('string string', (suffix, text) =>
      suffix !== '' && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text,
    ),
    trimPrefix: define('string string', (prefix, text) =>
      text.startsWith(prefix) ? text.slice(prefix.length) : text,
    ),
    nospace: define('string', withoutSpace),
    initials: define('string', initials),
    swapcase: define('string', swapCase),
    snakecase: define('string', (text) => connectedCase(text, '_')),
    camelcase: define('string', pascalCase),
    kebabcase: define('string', (text) => connectedCase(text, '-')),
    wrap: define('int string', (width, text) => wrap(text, asNumber(width), '\n', false)),
    wrapWith: define('int string string', (width, newline, text) =>
      wrap(text, asNumber(width), newline === '' ? '\n' : newline, true),
    ),
    contains: define('string string', (part, text) => text.includes(part)),
    hasPrefix: define('string string', (prefix, text) => text.startsWith(prefix)),
    hasSuffix: define('string string', (suffix, text) => text.endsWith(suffix)),
    quote: define('...any', (...values) =>
      values
        .filter(isPresent)
        .map((value) => goQuote(toText(value)))
        .join(' '),
    ),
    squote: define('...any', (...values) =>
      values
        .filter(isPresent)
        .map((value) => `'${goPrint(value)}'`)
        .join(' '),
    ),
    cat: define('...any', (...values) => values.filter(isPresent).map(goPrint).join(' ')),
    indent: define('int string', (spaces, text) => indented(spaces, text, '')),
    nindent: define('int string', (spaces, text) => indented(spaces, text, '\n')),
    replace: define('string string string', (old, replacement, text) => {
      const places = old === '' ? text.length + 1 : countOf(old, text);
      budget.write(text.length + places * (replacement.length - old.length + CHARACTERS_A_PLACE));
      return old === '' ? replaceEmpty(text, replacement) : text.replaceAll(old, () => replacement);
    }),
    plural: define('string string int', (one, many, count) => (count.value === 1n ? one : many)),
    toString: define('any', toText),
    toStrings: define('any', (value) => goStrings(toTexts(value))),
    split: define('string string', (separator, text) => splitMap(separator, -1, text)),
    splitn: define('string int string', (separator, limit, text) =>
      splitMap(separator, asNumber(limit), text),
    ),
    splitList: define('string string', (separator, text) => {
      // Each part costs far more than its characters.
      budget.write(text.length * 4);
      return goStrings(goSplit(text, separator));
    }),
    join: define('string any', (separator, value) => {
      const text = toTexts(value).join(separator);
      budget.write(text.length);
      return text;
    }),
    sortAlpha: define('any', (value) =>
      value === null ? goStrings(['<nil>']) : goStrings(toTexts(value).sort(compareStrings)),
    ),
  };
}

/** While a text is made anew, each place that changes takes as much room as so many characters. */
const CHARACTERS_A_PLACE = 32;

function countOf(part: string, text: string): number {
  let count = 0;
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length)) count++;
  return count;
}

/** strings.Replace of the empty string puts the replacement around every character. */
function replaceEmpty(text: string, replacement: string): string {
  return (
    replacement +
    runes(text)
      .map((char) => char + replacement)
      .join('')
  );
}
