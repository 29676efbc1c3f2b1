import { ShellSyntaxError, type Word } from './syntax.js';
import { readText, readWord } from './words.js';

/** A word, an operator or a redirection, and where it stands in the script. */
export type Token = { readonly start: number; readonly end: number } & (
  | { readonly type: 'word'; readonly word: Word; readonly plain: string | undefined }
  | { readonly type: 'operator'; readonly text: string }
  /** Of a here-document, the text comes with it. */
  | {
      readonly type: 'redirect';
      readonly from: number | undefined;
      readonly text: string;
      readonly body?: Word;
    }
);

/** A here-document whose text has not come yet. */
interface Awaited {
  readonly at: number;
  readonly delimiter: string;
  readonly isQuoted: boolean;
  readonly dropsTabs: boolean;
}

const OPERATORS = ['&&', '||', ';;', ';', '&', '|', '(', ')', '\n'];
const REDIRECT = /(\d?)(<<<|<<-|<<|>>|>&|<&|&>|>\||>|<)/y;
/** Longest script read; longer ones are taken for programs nothing is known about. */
const LONGEST_SCRIPT = 64 * 1024;

/** Splits a script into words and operators. */
export function tokenize(script: string): Token[] {
  if (script.length > LONGEST_SCRIPT) throw new ShellSyntaxError('script too long');
  const tokens: Token[] = [];
  let awaited: Awaited[] = [];
  let index = 0;
  const place = (end: number) => ({ start: index, end });
  while (index < script.length) {
    const char = script.charAt(index);
    if (char === ' ' || char === '\t' || char === '\r') {
      index++;
      continue;
    }
    if (char === '\\' && script[index + 1] === '\n') {
      index += 2;
      continue;
    }
    if (char === '#') {
      while (index < script.length && script[index] !== '\n') index++;
      continue;
    }
    REDIRECT.lastIndex = index;
    const redirect = REDIRECT.exec(script);
    if (redirect) {
      const [whole, digits = '', text = ''] = redirect;
      const from = digits === '' ? undefined : Number(digits);
      const end = index + whole.length;
      if (text !== '<<' && text !== '<<-') tokens.push({ type: 'redirect', from, text, ...place(end) });
      else {
        const [delimiter, next] = readDelimiter(script, end);
        awaited.push({ at: tokens.length, ...delimiter, dropsTabs: text === '<<-' });
        tokens.push({ type: 'redirect', from, text, body: [], ...place(next) });
        index = next;
        continue;
      }
      index = end;
      continue;
    }
    const operator = OPERATORS.find((text) => script.startsWith(text, index));
    if (operator !== undefined) {
      tokens.push({ type: 'operator', text: operator, ...place(index + operator.length) });
      index += operator.length;
      if (operator === '\n' && awaited.length > 0) {
        for (const each of awaited) index = readDocument(script, index, each, tokens);
        awaited = [];
      }
      continue;
    }
    const [word, end] = readWord(script, index);
    const plain = word.every((part) => part.type === 'text' && !part.quoted)
      ? word.map((part) => (part.type === 'text' ? part.text : '')).join('')
      : undefined;
    tokens.push({ type: 'word', word, plain, ...place(end) });
    index = end;
  }
  if (awaited.length > 0) throw new ShellSyntaxError('here-document without its end');
  return tokens;
}

/** The word that ends a here-document. Quoted in any part of it, the document is taken as it is. */
function readDelimiter(
  script: string,
  start: number,
): [{ readonly delimiter: string; readonly isQuoted: boolean }, number] {
  let from = start;
  while (script[from] === ' ' || script[from] === '\t') from++;
  const [, raw = ''] =
    /^((?:[^\s;&|()<>'"\\]|'[^']*'|"[^"]*"|\\.)+)/.exec(script.slice(from, from + 256)) ?? [];
  if (raw === '') throw new ShellSyntaxError('here-document without a delimiter');
  const delimiter = raw.replace(/['"\\]/g, '');
  return [{ delimiter, isQuoted: delimiter !== raw }, from + raw.length];
}

function readDocument(
  script: string,
  start: number,
  { at, delimiter, isQuoted, dropsTabs }: Awaited,
  tokens: Token[],
): number {
  const lines: string[] = [];
  let index = start;
  while (index < script.length) {
    const end = script.indexOf('\n', index);
    const line = script.slice(index, end < 0 ? script.length : end);
    index = end < 0 ? script.length : end + 1;
    const bare = dropsTabs ? line.replace(/^\t+/, '') : line;
    if (bare === delimiter) break;
    lines.push(`${bare}\n`);
  }
  const text = lines.join('');
  const token = tokens[at];
  if (token?.type === 'redirect')
    tokens[at] = {
      ...token,
      body: isQuoted ? [{ type: 'text', text, quoted: true }] : readText(text),
    };
  return index;
}
