import { isBlankOrEnd, isBreak, type YamlSource } from './yaml-source.js';

const SIMPLE_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['0', '\0'],
  ['a', '\x07'],
  ['b', '\b'],
  ['t', '\t'],
  ['\t', '\t'],
  ['n', '\n'],
  ['v', '\v'],
  ['f', '\f'],
  ['r', '\r'],
  ['e', '\x1b'],
  [' ', ' '],
  ['"', '"'],
  ["'", "'"],
  ['/', '/'],
  ['\\', '\\'],
  ['N', '\x85'],
  ['_', '\xa0'],
  ['L', '\u2028'],
  ['P', '\u2029'],
]);
const HEX_ESCAPES: ReadonlyMap<string, number> = new Map([
  ['x', 2],
  ['u', 4],
  ['U', 8],
]);

/** Reads the quoted scalar whose opening quote is at the current position. */
export function readQuotedScalar(source: YamlSource, quote: '"' | "'"): string {
  const { text, line: startLine, column: startColumn } = source;
  const quoteCode = quote.charCodeAt(0);
  source.pos++;
  let value = '';
  for (;;) {
    if (source.atDocumentIndicator())
      throw source.error(
        `found a document marker inside the quoted text that starts in line ${startLine + 1}`,
      );
    if (source.pos >= text.length)
      throw source.error('the quoted text that starts here has no end', startLine, startColumn);
    let joined = false;
    for (;;) {
      const start = source.pos;
      let end = start;
      let code = text.charCodeAt(end);
      while (!isBlankOrEnd(code) && code !== quoteCode && !(code === 0x5c && quote === '"'))
        code = text.charCodeAt(++end);
      value += text.slice(start, end);
      source.pos = end;
      if (code === quoteCode) {
        if (quote === "'" && text.charCodeAt(end + 1) === 0x27) {
          value += "'";
          source.pos += 2;
          continue;
        }
        source.pos++;
        return value;
      }
      if (code !== 0x5c || quote !== '"') break;
      if (isBreak(text.charCodeAt(end + 1))) {
        source.pos++;
        source.skipBreak();
        joined = true;
        break;
      }
      value += readEscape(source);
    }
    value += readFold(source, joined);
  }
}

/** Reads blanks and line breaks between words: one break is a space, further breaks stay. */
function readFold(source: YamlSource, joined: boolean): string {
  const { text } = source;
  let spaces = '';
  let firstBreak = '';
  let moreBreaks = '';
  let sawBreak = joined;
  for (;;) {
    const code = text.charCodeAt(source.pos);
    if (code === 0x20 || code === 0x09) {
      if (!sawBreak) spaces += text[source.pos];
      source.pos++;
    } else if (isBreak(code)) {
      if (sawBreak) moreBreaks += source.readBreak();
      else {
        firstBreak = source.readBreak();
        sawBreak = true;
      }
    } else break;
  }
  if (!sawBreak) return spaces;
  if (firstBreak === '\n') return moreBreaks === '' ? ' ' : moreBreaks;
  return firstBreak + moreBreaks;
}

function readEscape(source: YamlSource): string {
  const letter = source.text[source.pos + 1] ?? '';
  const simple = SIMPLE_ESCAPES.get(letter);
  if (simple !== undefined) {
    source.pos += 2;
    return simple;
  }
  const length = HEX_ESCAPES.get(letter);
  if (length === undefined) throw source.error(`found unknown escape character \\${letter} in quoted text`);
  const digits = source.text.slice(source.pos + 2, source.pos + 2 + length);
  if (digits.length < length || !/^[0-9a-fA-F]+$/.test(digits))
    throw source.error(`\\${letter} needs ${length} hexadecimal digits in quoted text`);
  const code = Number.parseInt(digits, 16);
  if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff)
    throw source.error(`\\${letter}${digits} is not a Unicode character`);
  source.pos += 2 + length;
  return String.fromCodePoint(code);
}
