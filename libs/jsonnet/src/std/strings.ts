import { escapeJson } from '../number-text.js';
import { codePoints, hasAstral } from '../text-positions.js';
import { formatText } from './format.js';
import type { Call, Native } from './native.js';

/** Texts. */
export const STRINGS: readonly Native[] = [
  ['codepoint', 'str', codePoint],
  ['char', 'n', character],
  ['substr', 'str, from, len', substring],
  ['findSubstr', 'pat, str', findSubstring],
  ['startsWith', 'a, b', (call) => call.text(0).startsWith(call.text(1))],
  ['endsWith', 'a, b', (call) => call.text(0).endsWith(call.text(1))],
  ['stripChars', 'str, chars', (call) => strip(call, true, true)],
  ['lstripChars', 'str, chars', (call) => strip(call, true, false)],
  ['rstripChars', 'str, chars', (call) => strip(call, false, true)],
  ['trim', 'str', (call) => call.text(0).replace(/^[ \t\n\f\r\u0085\u00a0]+|[ \t\n\f\r\u0085\u00a0]+$/g, '')],
  ['split', 'str, c', (call) => pieces(call, call.text(0).split(separator(call)))],
  ['splitLimit', 'str, c, maxsplits', (call) => splitLimit(call, 'left')],
  ['splitLimitR', 'str, c, maxsplits', (call) => splitLimit(call, 'right')],
  [
    'strReplace',
    'str, from, to',
    (call) => {
      if (call.text(1) === '') return call.fail('from string must not be zero length');
      return call.evaluation.operators.checkLength(call.text(0).replaceAll(call.text(1), () => call.text(2)));
    },
  ],
  ['isEmpty', 'str', (call) => call.text(0) === ''],
  ['asciiUpper', 'str', (call) => call.text(0).replace(/[a-z]+/g, (part) => part.toUpperCase())],
  ['asciiLower', 'str', (call) => call.text(0).replace(/[A-Z]+/g, (part) => part.toLowerCase())],
  [
    'equalsIgnoreCase',
    'str1, str2',
    (call) => {
      const lower = (text: string): string => text.replace(/[A-Z]/g, (char) => char.toLowerCase());
      return lower(call.text(0)) === lower(call.text(1));
    },
  ],
  ['stringChars', 'str', (call) => codePoints(call.text(0))],
  ['format', 'str, vals', (call) => formatText(call.evaluation, call.text(0), call.value(1))],
  ['escapeStringJson', 'str_', (call) => escapeJson(call.evaluation.text.of(call.value(0)))],
  ['escapeStringPython', 'str', (call) => escapeJson(call.evaluation.text.of(call.value(0)))],
  [
    'escapeStringBash',
    'str_',
    (call) => `'${call.evaluation.text.of(call.value(0)).replaceAll("'", `'"'"'`)}'`,
  ],
  ['escapeStringDollars', 'str_', (call) => call.evaluation.text.of(call.value(0)).replaceAll('$', '$$$$')],
  ['escapeStringXML', 'str_', (call) => escapeXml(call.evaluation.text.of(call.value(0)))],
];

const XML = new Map([
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['&', '&amp;'],
  ['"', '&quot;'],
  ["'", '&apos;'],
]);

/** Text for XML. */
function escapeXml(text: string): string {
  return text.replace(/[<>&"']/g, (char) => XML.get(char) ?? char);
}

function codePoint(call: Call): number {
  const chars = codePoints(call.text(0));
  if (chars.length !== 1)
    return call.fail(`codepoint takes a string of length 1, got length ${chars.length}`);
  return chars[0]?.codePointAt(0) ?? 0;
}

function character(call: Call): string {
  const code = call.number(0);
  if (code < 0 || code > 0x10ffff) return call.fail(`${code} is not a code point`);
  return String.fromCodePoint(Math.trunc(code));
}

function substring(call: Call): string {
  const [text, from, length] = [call.text(0), call.whole(1), call.whole(2)];
  if (from < 0 || length < 0) return call.fail('from and len must not be negative');
  if (!hasAstral(text)) return text.slice(from, from + length);
  return codePoints(text)
    .slice(from, from + length)
    .join('');
}

function findSubstring(call: Call): number[] {
  const [pattern, text] = [call.text(0), call.text(1)];
  const found: number[] = [];
  if (pattern === '') return found;
  const astral = hasAstral(text);
  for (let at = text.indexOf(pattern); at >= 0; at = text.indexOf(pattern, at + 1))
    found.push(astral ? codePoints(text.slice(0, at)).length : at);
  return found;
}

function strip(call: Call, left: boolean, right: boolean): string {
  const chars = codePoints(call.text(0));
  const set = new Set(codePoints(call.text(1)));
  let from = 0;
  let to = chars.length;
  while (left && from < to && set.has(chars[from] ?? '')) from++;
  while (right && to > from && set.has(chars[to - 1] ?? '')) to--;
  return chars.slice(from, to).join('');
}

function separator(call: Call): string {
  const text = call.text(1);
  return text === '' ? call.fail('the separator must not be empty') : text;
}

function pieces(call: Call, parts: string[]): string[] {
  return call.evaluation.operators.checkArray(parts);
}

function splitLimit(call: Call, side: 'left' | 'right'): string[] {
  const parts = call.text(0).split(separator(call));
  const most = call.whole(2);
  if (most < -1) return call.fail('maxsplits must be -1 or more');
  if (most < 0 || parts.length - 1 <= most) return pieces(call, parts);
  const glue = call.text(1);
  return side === 'left'
    ? [...parts.slice(0, most), parts.slice(most).join(glue)]
    : [parts.slice(0, parts.length - most).join(glue), ...parts.slice(parts.length - most)];
}
