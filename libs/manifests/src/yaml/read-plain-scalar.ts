import { isBlankOrEnd, isBreak, type YamlSource } from './yaml-source.js';

/** True for characters that end a plain scalar inside `[...]` or `{...}`. */
function endsFlowScalar(code: number): boolean {
  return code === 0x2c || code === 0x3f || code === 0x5b || code === 0x5d || code === 0x7b || code === 0x7d;
}

/** A plain scalar and whether a line break followed it, after which a key may start. */
export interface PlainScalar {
  readonly value: string;
  readonly endedByBreak: boolean;
}

/** Reads the plain scalar at the current position; continuation lines need more indentation than `indent`. */
export function readPlainScalar(source: YamlSource, indent: number, inFlow: boolean): PlainScalar {
  const { text } = source;
  let value = '';
  let spaces = '';
  let firstBreak = '';
  let moreBreaks = '';
  let sawBreak = false;
  for (;;) {
    if (source.atDocumentIndicator()) break;
    let code = text.charCodeAt(source.pos);
    if (code === 0x23) break;
    const start = source.pos;
    let end = start;
    while (!isBlankOrEnd(code)) {
      if (code === 0x3a && isBlankOrEnd(text.charCodeAt(end + 1))) break;
      if (inFlow && endsFlowScalar(code)) break;
      code = text.charCodeAt(++end);
    }
    if (end > start) {
      if (sawBreak) {
        value += firstBreak === '\n' ? (moreBreaks === '' ? ' ' : moreBreaks) : firstBreak + moreBreaks;
        sawBreak = false;
        firstBreak = '';
        moreBreaks = '';
      } else value += spaces;
      spaces = '';
      value += text.slice(start, end);
      source.pos = end;
    }
    code = text.charCodeAt(source.pos);
    if (!isBlankOrEnd(code) || Number.isNaN(code)) break;
    for (; ; code = text.charCodeAt(source.pos)) {
      if (code === 0x20 || code === 0x09) {
        if (sawBreak && code === 0x09 && source.column < indent)
          throw source.error('found a tab character that violates indentation; indent with spaces');
        if (!sawBreak) spaces += text[source.pos];
        source.pos++;
      } else if (isBreak(code)) {
        if (sawBreak) moreBreaks += source.readBreak();
        else {
          firstBreak = source.readBreak();
          sawBreak = true;
          spaces = '';
        }
      } else break;
    }
    if (!inFlow && source.column < indent) break;
  }
  return { value, endedByBreak: sawBreak };
}
