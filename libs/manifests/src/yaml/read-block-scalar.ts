import { isBreak, isBreakOrEnd, type YamlSource } from './yaml-source.js';

/** Reads a `|` or `>` scalar at the current position; `parentIndent` is the column of the collection around it, -1 at the top. */
export function readBlockScalar(source: YamlSource, literal: boolean, parentIndent: number): string {
  const { text } = source;
  const { chomping, increment } = readHeader(source);
  let indent = increment === 0 ? 0 : parentIndent >= 0 ? parentIndent + increment : increment;
  let value = '';
  let leadingBreak = '';
  let leadingBlank = false;
  const first = readBreaks(source, indent, parentIndent);
  indent = first.indent;
  let trailingBreaks = first.breaks;
  while (source.column === indent && source.pos < text.length) {
    const code = text.charCodeAt(source.pos);
    const trailingBlank = code === 0x20 || code === 0x09;
    if (!literal && !leadingBlank && !trailingBlank && leadingBreak === '\n') {
      if (trailingBreaks === '') value += ' ';
    } else value += leadingBreak;
    leadingBreak = '';
    value += trailingBreaks;
    leadingBlank = trailingBlank;
    const start = source.pos;
    let end = start;
    while (!isBreakOrEnd(text.charCodeAt(end))) end++;
    value += text.slice(start, end);
    source.pos = end;
    if (end < text.length) leadingBreak = source.readBreak();
    trailingBreaks = readBreaks(source, indent, parentIndent).breaks;
  }
  if (chomping !== 'strip') value += leadingBreak;
  if (chomping === 'keep') value += trailingBreaks;
  return value;
}

function readHeader(source: YamlSource): { chomping: 'clip' | 'strip' | 'keep'; increment: number } {
  const { text } = source;
  source.pos++;
  let chomping: 'clip' | 'strip' | 'keep' = 'clip';
  let increment = 0;
  for (let part = 0; part < 2; part++) {
    const char = text[source.pos] ?? '';
    if (chomping === 'clip' && (char === '+' || char === '-')) {
      chomping = char === '+' ? 'keep' : 'strip';
      source.pos++;
    } else if (increment === 0 && char >= '0' && char <= '9') {
      if (char === '0') throw source.error('a block text cannot have indentation 0; use 1 to 9');
      increment = Number(char);
      source.pos++;
    }
  }
  while (text[source.pos] === ' ' || text[source.pos] === '\t') source.pos++;
  if (text[source.pos] === '#') while (!isBreakOrEnd(text.charCodeAt(source.pos))) source.pos++;
  if (!isBreakOrEnd(text.charCodeAt(source.pos)))
    throw source.error('after | or > only a comment or a line break may follow');
  if (source.pos < text.length) source.skipBreak();
  return { chomping, increment };
}

/** Reads indentation and empty lines; with `indent` 0 finds the indentation from the first line that has text. */
function readBreaks(
  source: YamlSource,
  indent: number,
  parentIndent: number,
): { indent: number; breaks: string } {
  const { text } = source;
  let breaks = '';
  let deepest = 0;
  for (;;) {
    while ((indent === 0 || source.column < indent) && text.charCodeAt(source.pos) === 0x20) source.pos++;
    if (source.column > deepest) deepest = source.column;
    if ((indent === 0 || source.column < indent) && text.charCodeAt(source.pos) === 0x09)
      throw source.error('found a tab character where an indentation space is expected');
    if (!isBreak(text.charCodeAt(source.pos))) break;
    breaks += source.readBreak();
  }
  return { indent: indent === 0 ? Math.max(deepest, parentIndent + 1, 1) : indent, breaks };
}
