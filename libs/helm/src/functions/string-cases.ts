import { isAscii, runes } from '../template/go-strings.js';

const UPPER = /\p{Lu}/u;
const LOWER = /\p{Ll}/u;
const LETTER = /\p{L}/u;
const DIGIT = /\p{Nd}/u;
const PUNCTUATION = /\p{P}/u;
const SPACE = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

/** unicode.IsSpace. */
export function isGoSpace(char: string): boolean {
  return SPACE.test(char);
}

/** Upper case of one character, staying one character as Go's unicode.ToUpper does. */
export function upperRune(char: string): string {
  const upper = char.toUpperCase();
  return runes(upper).length === 1 ? upper : char;
}

/** Lower case of one character. */
export function lowerRune(char: string): string {
  return runes(char.toLowerCase())[0] ?? char;
}

/** strings.ToUpper. */
export function goUpper(text: string): string {
  return isAscii(text) ? text.toUpperCase() : Array.from(text, upperRune).join('');
}

/** strings.ToLower. */
export function goLower(text: string): string {
  return isAscii(text) ? text.toLowerCase() : Array.from(text, lowerRune).join('');
}

/** strings.Title: upper case for each letter that does not follow a letter, digit, underscore or apostrophe-free word. */
export function goTitle(text: string): string {
  let previous = ' ';
  return Array.from(text, (char) => {
    const result = isSeparator(previous) ? upperRune(char) : char;
    previous = char;
    return result;
  }).join('');
}

function isSeparator(char: string): boolean {
  if (/^\p{ASCII}$/u.test(char)) return !/[A-Za-z0-9_]/.test(char);
  if (LETTER.test(char) || DIGIT.test(char)) return false;
  return isGoSpace(char);
}

/** Lower case for the first letter of each word. */
export function untitle(text: string): string {
  let first = true;
  return Array.from(text, (char) => {
    if (isGoSpace(char)) {
      first = true;
      return char;
    }
    const result = first ? lowerRune(char) : char;
    first = false;
    return result;
  }).join('');
}

/** Swaps case; a lower-case letter that begins a word becomes title case. */
export function swapCase(text: string): string {
  return Array.from(text, (char) => {
    if (UPPER.test(char)) return lowerRune(char);
    return LOWER.test(char) ? upperRune(char) : char;
  }).join('');
}

function isConnector(char: string | undefined): boolean {
  return char !== undefined && (char === '-' || char === '_' || isGoSpace(char));
}

/** `some_words` and `some words` to `SomeWords`; connectors at the ends stay. */
export function pascalCase(text: string): string {
  const chars = runes(text);
  let out = '';
  let index = 0;
  while (index < chars.length && isConnector(chars[index])) out += chars[index++];
  // A text of connectors alone repeats its last one.
  if (index >= chars.length) return out + (chars.at(-1) ?? '');
  let current = chars[index++] ?? '';
  let firstUpper = UPPER.test(current);
  current = upperRune(current);
  if (index >= chars.length) return out + current;
  while (index < chars.length) {
    const previous = current;
    current = chars[index++] ?? '';
    if (isConnector(current) && isConnector(previous)) {
      out += previous;
      continue;
    }
    if (isConnector(previous)) {
      firstUpper = UPPER.test(current);
      current = upperRune(current);
    } else {
      if (firstUpper) {
        if (UPPER.test(current)) current = lowerRune(current);
        else firstUpper = false;
      }
      out += previous;
    }
  }
  return out + current;
}

type WordType = 'none' | 'number' | 'upper' | 'alphabet' | 'connector' | 'punctuation' | 'other';

interface Word {
  readonly type: WordType;
  readonly text: string;
}

function takeWhile(chars: readonly string[], from: number, test: (char: string) => boolean): number {
  let end = from;
  while (end < chars.length && test(chars[end] ?? '')) end++;
  return end;
}

/** The next word and where it ends. `HTTPStatus` is `HTTP` then `Status`. */
function nextWord(chars: readonly string[], start: number): [Word, number] {
  const first = chars[start];
  if (first === undefined) return [{ type: 'none', text: '' }, start];
  const slice = (type: WordType, end: number): [Word, number] => [
    { type, text: chars.slice(start, end).join('') },
    end,
  ];
  if (isConnector(first)) return slice('connector', takeWhile(chars, start, isConnector));
  if (PUNCTUATION.test(first))
    return slice(
      'punctuation',
      takeWhile(chars, start, (c) => PUNCTUATION.test(c)),
    );
  if (UPPER.test(first)) {
    const second = chars[start + 1];
    if (second !== undefined && UPPER.test(second)) {
      const end = takeWhile(chars, start, (c) => UPPER.test(c));
      return slice('upper', LETTER.test(chars[end] ?? '') ? end - 1 : end);
    }
    if (second !== undefined && LETTER.test(second)) {
      return slice(
        'upper',
        takeWhile(chars, start + 1, (c) => LETTER.test(c) && !UPPER.test(c)),
      );
    }
    return slice('upper', start + 1);
  }
  if (LETTER.test(first)) {
    return slice(
      'alphabet',
      takeWhile(chars, start, (c) => LETTER.test(c) && !UPPER.test(c)),
    );
  }
  if (DIGIT.test(first) || /\p{N}/u.test(first))
    return slice(
      'number',
      takeWhile(chars, start, (c) => /\p{N}/u.test(c)),
    );
  return slice(
    'other',
    takeWhile(chars, start, (c) => !isConnector(c) && !/[\p{L}\p{N}\p{P}]/u.test(c)),
  );
}

/** Words in lower case joined by `_` or `-`: `HTTP20xOK` is `http_20x_ok`. */
export function connectedCase(text: string, connector: '_' | '-'): string {
  const chars = runes(text);
  let out = '';
  let [word, at]: [Word, number] = nextWord(chars, 0);
  const isWordOf = (type: WordType): boolean => word.type === type;
  const advance = (): void => {
    [word, at] = nextWord(chars, at);
  };
  const emit = (written: Word): void => {
    const parts =
      written.type === 'connector' ? connector.repeat(runes(written.text).length) : goLower(written.text);
    out += parts;
  };
  const joins = (): boolean => word.type !== 'connector' && word.type !== 'punctuation';
  const absorb = (): void => {
    while (word.type === 'alphabet' || word.type === 'number') {
      emit(word);
      advance();
    }
    if (word.type !== 'none' && joins()) out += connector;
  };
  while (at < chars.length) {
    if (word.type !== 'connector') emit(word);
    const previous = word;
    advance();
    if (previous.type === 'number') absorb();
    else if (previous.type === 'connector') emit(previous);
    else if (previous.type !== 'punctuation') {
      if (word.type !== 'number') {
        if (joins()) out += connector;
      } else if (at < chars.length) {
        // A number belongs to the word before it unless letters follow: `Bld4Floor`, but `http_2xx`.
        const number = word;
        advance();
        if (isWordOf('alphabet')) {
          out += connector;
          emit(number);
          absorb();
        } else {
          emit(number);
          if (joins()) out += connector;
        }
      }
    }
  }
  emit(word);
  return out;
}
