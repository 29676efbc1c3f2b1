/** Deepest nesting that is followed; real indexes have five levels. */
const MAX_LEVELS = 50;
/** Far below the full reader's limit of two million values, of which a line holds at most three. */
const MAX_LINES = 600_000;
const ENTRY = /^[A-Za-z][A-Za-z0-9._-]*:(?: \[\])?$/;
/** Words YAML reads as something else than text. */
const NO_NAME = /^(?:true|false|yes|no|on|off|null|y|n)$/i;
const KEY = /^[A-Za-z_][A-Za-z0-9_./-]{0,127}$/;
/** Characters that no YAML may contain, line ends other than line feeds, tabs, and marks that change what follows. */
// oxlint-disable-next-line no-control-regex -- finding them is the point
const UNUSUAL = /[\0-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/;
const DOUBLE_QUOTED = /^"(?:[^"\\]|\\["\\/abefnrtv0]|\\u(?!d[89a-f])[0-9a-f]{4})*"$/i;
const SINGLE_QUOTED = /^'(?:[^']|'')*'$/;
/** Beginnings, middles and ends of quoted text on several lines; a backslash at the end takes the line break away. */
const OPEN = {
  '"': /^"(?:[^"\\]|\\["\\/abefnrtv0]|\\u(?!d[89a-f])[0-9a-f]{4})*\\?$/i,
  "'": /^'(?:[^']|'')*$/,
};
const MIDDLE = {
  '"': /^(?:[^"\\]|\\["\\/abefnrtv0 ]|\\u(?!d[89a-f])[0-9a-f]{4})*\\?$/i,
  "'": /^(?:[^']|'')*$/,
};
const END = {
  '"': /^(?:[^"\\]|\\["\\/abefnrtv0 ]|\\u(?!d[89a-f])[0-9a-f]{4})*"$/i,
  "'": /^(?:[^']|'')*'$/,
};
const BLOCK_SCALAR = /^[|>][+-]?$/;
/** Starts of plain text that mean nothing else. */
const PLAIN_START = /^[^\s!"#%&'*,:>?@[\]`{|}-]|^-[^\s,[\]{}]/;

/**
 * The text of one chart's entry in a repository's `index.yaml`, under a line `entries:` of its own, when the whole index
 * is in the plain form that Helm writes: then the full reader would read the same from the index as from this slice.
 * `''` when the index has no such chart; undefined when anything is unusual and only the full reader can tell.
 */
export function sliceEntry(text: string, chart: string): string | undefined {
  if (UNUSUAL.test(text) || NO_NAME.test(chart)) return undefined;
  return new Slicer(text).slice(chart);
}

interface Level {
  readonly indent: number;
  readonly kind: 'map' | 'list';
}

/** Walks over the lines once and refuses whatever it doesn't know. */
class Slicer {
  readonly #text: string;
  readonly #levels: Level[] = [{ indent: 0, kind: 'map' }];
  /** Indentation of the map whose last key waits for a value on the lines below; -1 when none does. */
  #open = -1;
  /** Indentation of the map whose last value is plain text, which may go on below; -1 when none is. */
  #plain = -1;
  /** Indentation of the map whose last value is a block of text; -1 outside of one. */
  #block = -1;
  #blockIndent = -1;
  /** The quote that is open, and the indentation of the map it is in. */
  #quote: '"' | "'" | undefined;
  #quoteIndent = -1;
  #isUnusual = false;

  constructor(text: string) {
    this.#text = text;
  }

  slice(chart: string): string | undefined {
    let inEntries = false;
    let sawEntries = false;
    let entryIndent = -1;
    let from = -1;
    let found = '';
    let lines = 0;
    for (let at = 0; at < this.#text.length;) {
      if (++lines > MAX_LINES) return undefined;
      const newline = this.#text.indexOf('\n', at);
      const end = newline < 0 ? this.#text.length : newline;
      let start = at;
      while (start < end && this.#text.charCodeAt(start) === 0x20) start++;
      const indent = start - at;
      const content = this.#text.slice(start, end);
      if (!this.#isText(content, indent)) {
        const isTop = indent === 0 && !content.startsWith('- ');
        if (isTop || (inEntries && indent === entryIndent && !content.startsWith('-'))) {
          if (from >= 0) found = this.#text.slice(from, at);
          from = -1;
        }
        if (isTop) {
          inEntries = content === 'entries:';
          // the later of two counts, and one that is no map is an error
          if (content.startsWith('entries') && (!inEntries || sawEntries)) return undefined;
          sawEntries ||= inEntries;
        } else if (inEntries) {
          if (entryIndent < 0) entryIndent = indent;
          if (indent === entryIndent && !content.startsWith('-')) {
            if (!ENTRY.test(content) || NO_NAME.test(content.slice(0, content.indexOf(':'))))
              return undefined;
            if (content.startsWith(`${chart}:`)) from = at;
          }
        }
        if (!this.#accept(content, indent)) return undefined;
      }
      if (this.#isUnusual) return undefined;
      at = end + 1;
    }
    if (!sawEntries || entryIndent < 0 || this.#quote) return undefined;
    if (from >= 0) found = this.#text.slice(from);
    return found === '' ? '' : `entries:\n${found}`;
  }

  /** Is the line part of a text that began above, or empty? */
  #isText(content: string, indent: number): boolean {
    if (this.#quote) {
      if (content === '') return true;
      if (END[this.#quote].test(content)) this.#quote = undefined;
      else if (!MIDDLE[this.#quote].test(content)) this.#isUnusual = true;
      if (indent <= this.#quoteIndent) this.#isUnusual = true;
      return true;
    }
    if (this.#block >= 0) {
      if (content === '') return indent <= Math.max(this.#blockIndent, 0) || this.#blockIndent >= 0;
      if (indent > this.#block) {
        if (this.#blockIndent < 0) this.#blockIndent = indent;
        return indent >= this.#blockIndent;
      }
      this.#block = -1;
      return false;
    }
    return content === '' && indent === 0 && this.#plain < 0;
  }

  #accept(content: string, indent: number): boolean {
    if (content === '') return false;
    if (this.#plain >= 0 && indent > this.#plain) return isPlain(content);
    this.#plain = -1;
    let rest = content;
    let column = indent;
    if (rest.startsWith('- ')) {
      if (!this.#enter(column, 'list')) return false;
      rest = rest.slice(2);
      if (!isKey(rest)) return !/^[- ]/.test(rest) && this.#scalar(rest, column);
      this.#open = column;
      column += 2;
    }
    if (!this.#enter(column, 'map')) return false;
    const colon = rest.indexOf(':');
    if (!KEY.test(rest.slice(0, colon)) || NO_NAME.test(rest.slice(0, colon))) return false;
    const value = rest.slice(colon + 1);
    if (value === '') {
      this.#open = column;
      return true;
    }
    return value.startsWith(' ') && !value.startsWith('  ') && this.#scalar(value.slice(1), column);
  }

  /** Goes to the level of a line; false when no such level can be there. */
  #enter(indent: number, kind: Level['kind']): boolean {
    const open = this.#open;
    this.#open = -1;
    let top = this.#levels.at(-1);
    if (open >= 0 && (indent > open || (indent === open && kind === 'list' && top?.kind === 'map'))) {
      if (this.#levels.length >= MAX_LEVELS) return false;
      this.#levels.push({ indent, kind });
      return true;
    }
    while (top && (top.indent > indent || (top.indent === indent && top.kind === 'list' && kind === 'map'))) {
      this.#levels.pop();
      top = this.#levels.at(-1);
    }
    return top?.indent === indent && top.kind === kind;
  }

  /** @param indent of the map or list the value belongs to. */
  #scalar(value: string, indent: number): boolean {
    if (BLOCK_SCALAR.test(value)) {
      this.#block = indent;
      this.#blockIndent = -1;
      return true;
    }
    const [quote] = value;
    if ((quote === '"' || quote === "'") && OPEN[quote].test(value)) {
      this.#quote = quote;
      this.#quoteIndent = indent;
      return true;
    }
    if (value === '[]' || value === '{}' || DOUBLE_QUOTED.test(value) || SINGLE_QUOTED.test(value))
      return true;
    this.#plain = indent;
    return isPlain(value);
  }
}

function isKey(text: string): boolean {
  const colon = text.indexOf(':');
  return (
    colon > 0 && (colon === text.length - 1 || text[colon + 1] === ' ') && KEY.test(text.slice(0, colon))
  );
}

function isPlain(text: string): boolean {
  return PLAIN_START.test(text) && !/: | #|:$|\s$/.test(text);
}
