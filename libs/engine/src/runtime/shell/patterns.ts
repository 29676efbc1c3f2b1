/** One position of a pattern. */
type Piece =
  | { readonly type: 'star' }
  | { readonly type: 'any' }
  | { readonly type: 'char'; readonly char: string }
  | { readonly type: 'set'; readonly negated: boolean; readonly has: (char: string) => boolean };

const CLASSES: Readonly<Record<string, RegExp>> = {
  alpha: /[A-Za-z]/,
  digit: /\d/,
  alnum: /[A-Za-z0-9]/,
  upper: /[A-Z]/,
  lower: /[a-z]/,
  space: /\s/,
  punct: /[!-/:-@[-`{-~]/,
  xdigit: /[0-9a-fA-F]/,
};

/** Steps that one pattern takes; what it has not found by then is not there. */
const MOST_STEPS = 2_000_000;
/** Longest text that comes of replacing. */
const LONGEST_TEXT = 1024 * 1024;

/** Text that stands for itself in a pattern. */
export const literally = (text: string): string => text.replace(/[\\*?[\]]/g, '\\$&');

/** True when a text is a pattern: it holds a star, a question mark or a set. */
export const isPattern = (text: string): boolean => /[*?[]/.test(text.replace(/\\./gs, ''));

/** A pattern of the shell (`*`, `?`, `[a-z]`, backslashes), matched without going back, and given up after so many steps. */
export class Pattern {
  readonly #pieces: readonly Piece[];
  #steps = MOST_STEPS;

  constructor(pattern: string) {
    this.#pieces = piecesOf(pattern);
  }

  /** How far it has looked, in steps. */
  get steps(): number {
    return MOST_STEPS - this.#steps;
  }

  /** True for the whole text. */
  matches(text: string): boolean {
    const pieces = this.#pieces;
    let at = 0;
    let piece = 0;
    let starPiece = -1;
    let starAt = 0;
    while (at < text.length) {
      if (--this.#steps < 0) return false;
      const wanted = pieces[piece];
      if (wanted?.type === 'star') {
        starPiece = piece++;
        starAt = at;
      } else if (wanted && isOne(wanted, text.charAt(at))) {
        piece++;
        at++;
      } else if (starPiece >= 0) {
        piece = starPiece + 1;
        at = ++starAt;
      } else return false;
    }
    while (pieces[piece]?.type === 'star') piece++;
    return piece === pieces.length;
  }

  /** The text without what matches at its beginning, as little as can be or as much. */
  withoutFirst(text: string, isLongest: boolean): string {
    const ends = this.#ends(this.#pieces, text, 0);
    const end = isLongest ? ends.at(-1) : ends[0];
    return end === undefined ? text : text.slice(end);
  }

  /** The text without what matches at its end. */
  withoutLast(text: string, isLongest: boolean): string {
    const backwards = text.split('').reverse().join('');
    const ends = this.#ends([...this.#pieces].reverse(), backwards, 0);
    const end = isLongest ? ends.at(-1) : ends[0];
    return end === undefined ? text : text.slice(0, text.length - end);
  }

  /** The text with what matches replaced, the first time or each. */
  replaced(text: string, by: string, isEach: boolean): string {
    let result = '';
    let at = 0;
    while (at < text.length) {
      const end = this.#ends(this.#pieces, text, at).at(-1);
      if (end === undefined || end === at) result += text.charAt(at++);
      else {
        result += by;
        at = end;
        if (!isEach || result.length > LONGEST_TEXT) break;
      }
    }
    return (result + text.slice(at)).slice(0, LONGEST_TEXT);
  }

  /** Where matches that begin there end, the shortest first. */
  #ends(pieces: readonly Piece[], text: string, from: number): number[] {
    // Which positions of the pattern are reached: as many as it has, for each character.
    let reached = closure(pieces, [0]);
    const ends: number[] = [];
    for (let at = from; ; at++) {
      this.#steps -= 1 + reached.size;
      if (reached.has(pieces.length)) ends.push(at);
      if (at >= text.length || reached.size === 0 || this.#steps < 0) return ends;
      const char = text.charAt(at);
      const next: number[] = [];
      for (const index of reached) {
        const piece = pieces[index];
        if (piece?.type === 'star') next.push(index);
        else if (piece && isOne(piece, char)) next.push(index + 1);
      }
      reached = closure(pieces, next);
    }
  }
}

/** With those positions that are reached without a character. */
function closure(pieces: readonly Piece[], reached: readonly number[]): ReadonlySet<number> {
  const all = new Set<number>();
  for (let index of reached) {
    all.add(index);
    while (pieces[index]?.type === 'star') all.add(++index);
  }
  return all;
}

function isOne(piece: Piece, char: string): boolean {
  switch (piece.type) {
    case 'star':
      return false;
    case 'any':
      return true;
    case 'char':
      return piece.char === char;
    case 'set':
      return piece.has(char) !== piece.negated;
  }
}

function piecesOf(pattern: string): Piece[] {
  const pieces: Piece[] = [];
  for (let index = 0; index < pattern.length; index++) {
    const char = pattern.charAt(index);
    if (char === '\\' && index + 1 < pattern.length)
      pieces.push({ type: 'char', char: pattern.charAt(++index) });
    else if (char === '*') {
      if (pieces.at(-1)?.type !== 'star') pieces.push({ type: 'star' });
    } else if (char === '?') pieces.push({ type: 'any' });
    else {
      const set = char === '[' ? setAt(pattern, index) : undefined;
      pieces.push(set?.piece ?? { type: 'char', char });
      index = set?.end ?? index;
    }
  }
  return pieces;
}

function setAt(pattern: string, start: number): { readonly piece: Piece; readonly end: number } | undefined {
  const negated = /[!^]/.test(pattern.charAt(start + 1));
  const first = start + (negated ? 2 : 1);
  let end = first;
  while (end < pattern.length && (pattern[end] !== ']' || end === first)) {
    const close = pattern.startsWith('[:', end) ? pattern.indexOf(':]', end) : -1;
    end = close < 0 ? end + (pattern[end] === '\\' ? 2 : 1) : close + 2;
  }
  if (end >= pattern.length) return undefined;
  const classes: RegExp[] = [];
  const body = pattern.slice(first, end).replace(/\[:(\w+):\]/g, (whole, name: string) => {
    const known = Object.hasOwn(CLASSES, name) ? CLASSES[name] : undefined;
    if (!known) return whole;
    classes.push(known);
    return '';
  });
  const chars = new Set<string>();
  const ranges: (readonly [string, string])[] = [];
  for (let index = 0; index < body.length; index++) {
    if (body[index] === '\\') index++;
    const char = body.charAt(index);
    if (body[index + 1] === '-' && index + 2 < body.length) {
      ranges.push([char, body.charAt(index + 2)]);
      index += 2;
    } else chars.add(char);
  }
  const has = (char: string): boolean =>
    chars.has(char) ||
    ranges.some(([from, to]) => from <= char && char <= to) ||
    classes.some((each) => each.test(char));
  return { piece: { type: 'set', negated, has }, end };
}
