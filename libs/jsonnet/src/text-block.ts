import { jsonnetError, type Source } from './source.js';

/** Reads `|||`: lines that share the white space of the first, up to a `|||` with less of it. */
export function readTextBlock(source: Source, start: number): { text: string; end: number } {
  const { text } = source;
  let at = start + 3;
  const chomps = text.charAt(at) === '-';
  if (chomps) at++;
  while (/[ \t\r]/.test(text.charAt(at))) at++;
  if (text.charAt(at) !== '\n')
    throw jsonnetError('syntax', 'a text block needs a new line after |||', source, at);
  at++;
  let value = '';
  while (text.charAt(at) === '\n' || text.startsWith('\r\n', at)) {
    value += '\n';
    at = text.indexOf('\n', at) + 1;
  }
  const indent = whiteSpaceAt(text, at);
  if (indent === '')
    throw jsonnetError('syntax', 'the first line of a text block must be indented', source, at);
  while (text.startsWith(indent, at)) {
    const end = text.indexOf('\n', at);
    if (end < 0) throw jsonnetError('syntax', 'this text block has no closing |||', source, start);
    value += text.slice(at + indent.length, end + 1);
    at = end + 1;
    while (text.charAt(at) === '\n' || text.startsWith('\r\n', at)) {
      value += '\n';
      at = text.indexOf('\n', at) + 1;
    }
  }
  at += whiteSpaceAt(text, at).length;
  if (!text.startsWith('|||', at))
    throw jsonnetError('syntax', 'this text block has no closing |||', source, start);
  return { text: chomps ? value.replace(/\n$/, '') : value, end: at + 3 };
}

function whiteSpaceAt(text: string, at: number): string {
  let end = at;
  while (text.charAt(end) === ' ' || text.charAt(end) === '\t') end++;
  return text.slice(at, end);
}
