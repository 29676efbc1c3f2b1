import { ShellSyntaxError, type Word, type WordPart } from './syntax.js';

export type Token =
  | { readonly type: 'word'; readonly word: Word; readonly plain: string | undefined }
  | { readonly type: 'operator'; readonly text: string }
  | { readonly type: 'redirect'; readonly from: 0 | 1 | 2; readonly text: string };

const OPERATORS = ['&&', '||', ';;', ';', '&', '|', '(', ')', '\n'];
/** Longest script read; longer ones are taken for programs nothing is known about. */
const LONGEST_SCRIPT = 64 * 1024;

/** Splits a script into words and operators. */
export function tokenize(script: string): Token[] {
  if (script.length > LONGEST_SCRIPT) throw new ShellSyntaxError('script too long');
  const tokens: Token[] = [];
  let index = 0;
  while (index < script.length) {
    const char = script.charAt(index);
    if (char === ' ' || char === '\t' || char === '\r') index++;
    else if (char === '\\' && script[index + 1] === '\n') index += 2;
    else if (char === '#') {
      while (index < script.length && script[index] !== '\n') index++;
    } else {
      const redirect = /^([012]?)(>>|>&|>|<)/.exec(script.slice(index, index + 3));
      const operator = redirect ? undefined : OPERATORS.find((text) => script.startsWith(text, index));
      if (redirect) {
        const text = redirect[2] ?? '';
        const from = redirect[1] ? Number(redirect[1]) : text === '<' ? 0 : 1;
        tokens.push({ type: 'redirect', from: from as 0 | 1 | 2, text });
        index += redirect[0].length;
      } else if (operator) {
        tokens.push({ type: 'operator', text: operator });
        index += operator.length;
      } else {
        const [word, end] = readWord(script, index);
        const plain = word.every((part) => part.type === 'text' && !part.quoted)
          ? word.map((part) => (part.type === 'text' ? part.text : '')).join('')
          : undefined;
        tokens.push({ type: 'word', word, plain });
        index = end;
      }
    }
  }
  return tokens;
}

function readWord(script: string, start: number): [Word, number] {
  const parts: WordPart[] = [];
  let text = '';
  const flush = (quoted: boolean): void => {
    if (text !== '') parts.push({ type: 'text', text, quoted });
    text = '';
  };
  let index = start;
  while (index < script.length) {
    const char = script.charAt(index);
    if (/[\s;&|()<>]/.test(char)) break;
    if (char === "'") {
      const end = script.indexOf("'", index + 1);
      if (end < 0) throw new ShellSyntaxError('unterminated quoted string');
      flush(false);
      parts.push({ type: 'text', text: script.slice(index + 1, end), quoted: true });
      index = end + 1;
    } else if (char === '"') {
      flush(false);
      index++;
      parts.push({ type: 'text', text: '', quoted: true });
      while (index < script.length && script[index] !== '"') {
        if (script[index] === '\\' && /["\\$`\n]/.test(script.charAt(index + 1))) {
          text += script.charAt(index + 1);
          index += 2;
        } else if (script[index] === '$' || script[index] === '`') {
          flush(true);
          index = readExpansion(script, index, true, parts);
        } else text += script.charAt(index++);
      }
      if (index >= script.length) throw new ShellSyntaxError('unterminated quoted string');
      flush(true);
      index++;
    } else if (char === '\\') {
      flush(false);
      parts.push({ type: 'text', text: script.charAt(index + 1), quoted: true });
      index += 2;
    } else if (char === '$' || char === '`') {
      flush(false);
      index = readExpansion(script, index, false, parts);
    } else {
      text += char;
      index++;
    }
  }
  flush(false);
  return [parts, index];
}

function readExpansion(script: string, start: number, quoted: boolean, parts: WordPart[]): number {
  if (script[start] === '`') {
    const end = script.indexOf('`', start + 1);
    if (end < 0) throw new ShellSyntaxError('unterminated command substitution');
    parts.push({ type: 'command', script: script.slice(start + 1, end), quoted });
    return end + 1;
  }
  if (script.startsWith('$((', start)) {
    const end = script.indexOf('))', start);
    if (end < 0) throw new ShellSyntaxError('unterminated arithmetic');
    parts.push({ type: 'arithmetic', expression: script.slice(start + 3, end), quoted });
    return end + 2;
  }
  if (script.startsWith('$(', start)) {
    const end = closing(script, start + 2);
    parts.push({ type: 'command', script: script.slice(start + 2, end), quoted });
    return end + 1;
  }
  const braced = /^\$\{([A-Za-z_]\w*|\d|[?#@*])(?::?-([^}]*))?\}/.exec(script.slice(start));
  if (braced) {
    parts.push({ type: 'variable', name: braced[1] ?? '', fallback: braced[2], quoted });
    return start + braced[0].length;
  }
  const plain = /^\$([A-Za-z_]\w*|[\d?#@*$!])/.exec(script.slice(start, start + 256));
  if (plain) {
    parts.push({ type: 'variable', name: plain[1] ?? '', fallback: undefined, quoted });
    return start + plain[0].length;
  }
  if (script.startsWith('${', start)) throw new ShellSyntaxError('unknown parameter expansion');
  parts.push({ type: 'text', text: '$', quoted });
  return start + 1;
}

function closing(script: string, start: number): number {
  let depth = 1;
  let quote = '';
  for (let index = start; index < script.length; index++) {
    const char = script.charAt(index);
    if (quote) {
      if (char === quote) quote = '';
    } else if (char === "'" || char === '"') quote = char;
    else if (char === '(') depth++;
    else if (char === ')' && --depth === 0) return index;
  }
  throw new ShellSyntaxError('unterminated command substitution');
}
