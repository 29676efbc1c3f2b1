import { ShellSyntaxError, type Operation, type Word, type WordPart } from './syntax.js';

/** How deep expansions may hold expansions. */
const DEEPEST_EXPANSION = 40;

/** Where a word ends: at blanks and operators, at the end of what is given, or with that as text between quotes. */
type Extent = 'word' | 'whole' | 'text';

/** Reads the word that begins there; answers where it ends. */
export const readWord = (script: string, start: number): [Word, number] => read(script, start, 'word', 0);

/** Reads a text in which variables and commands are replaced, as within double quotes. */
export const readText = (text: string): Word => read(text, 0, 'text', 0)[0];

function read(script: string, start: number, extent: Extent, depth: number): [Word, number] {
  if (depth > DEEPEST_EXPANSION) throw new ShellSyntaxError('expansions are nested too deep');
  const parts: WordPart[] = [];
  let text = '';
  const isText = extent === 'text';
  const flush = (quoted: boolean): void => {
    if (text !== '') parts.push({ type: 'text', text, quoted });
    text = '';
  };
  let index = start;
  while (index < script.length) {
    const char = script.charAt(index);
    if (extent === 'word' && /[\s;&|()<>]/.test(char)) break;
    if (char === '$' && script[index + 1] === "'" && !isText) {
      const end = endOfDollarQuote(script, index + 2);
      flush(false);
      parts.push({ type: 'text', text: withEscapes(script.slice(index + 2, end)), quoted: true });
      index = end + 1;
    } else if (char === '$' || char === '`') {
      flush(isText);
      index = readExpansion(script, index, isText, parts, depth);
    } else if (char === "'" && !isText) {
      const end = script.indexOf("'", index + 1);
      if (end < 0) throw new ShellSyntaxError('unterminated quoted string');
      flush(false);
      parts.push({ type: 'text', text: script.slice(index + 1, end), quoted: true });
      index = end + 1;
    } else if (char === '"' && !isText) {
      flush(false);
      index = readQuoted(script, index + 1, parts, depth);
    } else if (char === '\\') {
      const next = script.charAt(index + 1);
      if (next === '\n') index += 2;
      else if (isText && !/[\\$`]/.test(next)) {
        text += char;
        index++;
      } else {
        flush(isText);
        parts.push({ type: 'text', text: next, quoted: true });
        index += 2;
      }
    } else {
      text += char;
      index++;
    }
  }
  flush(isText);
  return [parts, index];
}

/** What stands between double quotes; answers where it goes on behind them. */
function readQuoted(script: string, start: number, parts: WordPart[], depth: number): number {
  let text = '';
  let index = start;
  const flush = (): void => {
    parts.push({ type: 'text', text, quoted: true });
    text = '';
  };
  while (index < script.length && script[index] !== '"') {
    const char = script.charAt(index);
    if (char === '\\' && /["\\$`\n]/.test(script.charAt(index + 1))) {
      if (script[index + 1] !== '\n') text += script.charAt(index + 1);
      index += 2;
    } else if (char === '$' || char === '`') {
      flush();
      index = readExpansion(script, index, true, parts, depth);
    } else {
      text += char;
      index++;
    }
  }
  if (index >= script.length) throw new ShellSyntaxError('unterminated quoted string');
  // Even an empty text between quotes is a word; `"$@"` without parameters is none.
  if (text !== '' || index === start) flush();
  return index + 1;
}

function readExpansion(
  script: string,
  start: number,
  quoted: boolean,
  parts: WordPart[],
  depth: number,
): number {
  if (script[start] === '`') {
    let end = start + 1;
    while (end < script.length && script[end] !== '`') end += script[end] === '\\' ? 2 : 1;
    if (end >= script.length) throw new ShellSyntaxError('unterminated command substitution');
    const inner = script.slice(start + 1, end).replace(/\\([`$\\])/g, '$1');
    parts.push({ type: 'command', script: inner, quoted });
    return end + 1;
  }
  if (script.startsWith('$((', start)) {
    const end = closing(script, start + 3, '(', ')');
    if (script[end + 1] === ')') {
      const [expression] = read(script.slice(start + 3, end), 0, 'text', depth + 1);
      parts.push({ type: 'arithmetic', expression, quoted });
      return end + 2;
    }
  }
  if (script.startsWith('$(', start)) {
    const end = closing(script, start + 2, '(', ')');
    parts.push({ type: 'command', script: script.slice(start + 2, end), quoted });
    return end + 1;
  }
  if (script.startsWith('${', start)) {
    const end = closing(script, start + 2, '{', '}');
    parts.push(parameter(script.slice(start + 2, end), quoted, depth));
    return end + 1;
  }
  const plain = /^\$([A-Za-z_]\w*|[\d?#@*$!-])/.exec(script.slice(start, start + 256));
  if (plain) {
    parts.push({ type: 'variable', name: plain[1] ?? '', quoted });
    return start + plain[0].length;
  }
  parts.push({ type: 'text', text: '$', quoted });
  return start + 1;
}

/** What stands between the braces of `${…}`. */
function parameter(inner: string, quoted: boolean, depth: number): WordPart {
  const length = /^#([A-Za-z_]\w*|\d+|[@*])$/.exec(inner);
  if (length) return { type: 'variable', name: length[1] ?? '', length: true, quoted };
  const [whole = '', name = '', operator = ''] =
    /^([A-Za-z_]\w*|\d+|[?#@*$!-])(?:(:?[-=+?]|##?|%%?|\/\/?|:|\^\^?|,,?|$))/s.exec(inner) ?? [];
  if (name === '') throw new ShellSyntaxError('bad substitution');
  if (operator === '') return { type: 'variable', name, quoted };
  const rest = inner.slice(whole.length);
  const word = (text: string): Word => read(text, 0, quoted ? 'text' : 'whole', depth + 1)[0];
  const pattern = (text: string): Word => read(text, 0, 'whole', depth + 1)[0];
  const orEmpty = operator.length === 2 && operator.startsWith(':');
  const kind = (orEmpty ? operator.slice(1) : operator) as Operation['kind'];
  if (kind === '/' || kind === '//' || kind === ':') {
    const at = separator(rest, kind === ':' ? ':' : '/');
    const second = at < 0 ? undefined : rest.slice(at + 1);
    const first = at < 0 ? rest : rest.slice(0, at);
    const read = kind === ':' ? word : pattern;
    const operation: Operation = {
      kind,
      orEmpty,
      word: read(first),
      ...(second !== undefined && { second: word(second) }),
    };
    return { type: 'variable', name, operation, quoted };
  }
  const isPattern = kind.startsWith('#') || kind.startsWith('%');
  return {
    type: 'variable',
    name,
    operation: { kind, orEmpty, word: isPattern ? pattern(rest) : word(rest) },
    quoted,
  };
}

function separator(text: string, char: string): number {
  for (let index = 0; index < text.length; index++) {
    if (text[index] === '\\') index++;
    else if (text[index] === char) return index;
  }
  return -1;
}

/** Where a bracket is closed again, past quotes and brackets within. */
function closing(script: string, start: number, open: string, close: string): number {
  let depth = 1;
  let quote = '';
  for (let index = start; index < script.length; index++) {
    const char = script.charAt(index);
    if (char === '\\' && quote !== "'") index++;
    else if (quote) {
      if (char === quote) quote = '';
    } else if (char === '"' || (char === "'" && open === '(')) quote = char;
    else if (char === open) depth++;
    else if (char === close && --depth === 0) return index;
  }
  throw new ShellSyntaxError(
    open === '(' ? 'unterminated command substitution' : 'unterminated substitution',
  );
}

function endOfDollarQuote(script: string, start: number): number {
  for (let index = start; index < script.length; index++) {
    if (script[index] === '\\') index++;
    else if (script[index] === "'") return index;
  }
  throw new ShellSyntaxError('unterminated quoted string');
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\u0007',
  b: '\b',
  f: '\f',
  v: '\v',
  e: '\u001b',
  '\\': '\\',
  "'": "'",
  '"': '"',
};

/** Text with what stands behind backslashes replaced: `\n`, `\t`, `\033`, `\x1b`. */
export const withEscapes = (text: string): string =>
  text.replace(
    /\\(?:x([0-9a-fA-F]{1,2})|0?([0-7]{1,3})|(.))/gs,
    (whole, hex?: string, octal?: string, char = '') => {
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
      return ESCAPES[char] ?? whole;
    },
  );
