const SPACE = new Set([0x20, 0x09, 0x0a, 0x0d]);
const ESCAPED = new Set(Buffer.from('bfnrt"\\/'));
const BACKSLASH = 0x5c;
const QUOTE = 0x22;

/** Why a text is no JSON, in the words of Go's decoder, which is what the API server passes on; undefined for JSON. */
export function jsonSyntaxError(text: Uint8Array): string | undefined {
  const scanner = new Scanner(text);
  try {
    scanner.value();
    scanner.end();
    return undefined;
  } catch (error) {
    if (error instanceof SyntaxComplaint) return error.message;
    throw error;
  }
}

class SyntaxComplaint extends Error {}

class Scanner {
  readonly #text: Uint8Array;
  #at = 0;

  constructor(text: Uint8Array) {
    this.#text = text;
  }

  /** One value, without recursion: hostile texts nest deeply. */
  value(): void {
    const open: number[] = [];
    for (;;) {
      if (!this.#opens(open)) this.#scalar();
      for (;;) {
        const container = open.at(-1);
        if (container === undefined) return;
        const next = this.#next();
        const isMap = container === 0x7b;
        if (next === 0x2c) {
          this.#at++;
          if (isMap) this.#key();
          break;
        }
        if (next !== (isMap ? 0x7d : 0x5d))
          this.#fail(isMap ? 'after object key:value pair' : 'after array element');
        this.#at++;
        open.pop();
      }
    }
  }

  end(): void {
    this.#space();
    if (this.#at < this.#text.length) this.#fail('after top-level value');
  }

  /** Enters containers until a value begins that has content; true when an empty container was the value. */
  #opens(open: number[]): boolean {
    for (;;) {
      const start = this.#next();
      if (start !== 0x7b && start !== 0x5b) return false;
      this.#at++;
      const close = start === 0x7b ? 0x7d : 0x5d;
      if (this.#next() === close) {
        this.#at++;
        return true;
      }
      open.push(start);
      if (start === 0x7b) this.#key();
    }
  }

  #key(): void {
    if (this.#next() !== QUOTE) this.#fail('looking for beginning of object key string');
    this.#string();
    if (this.#next() !== 0x3a) this.#fail('after object key');
    this.#at++;
  }

  #scalar(): void {
    const start = this.#next();
    switch (start) {
      case QUOTE:
        return this.#string();
      case 0x74:
        return this.#literal('true');
      case 0x66:
        return this.#literal('false');
      case 0x6e:
        return this.#literal('null');
      default:
        if (start === 0x2d || isDigit(start)) return this.#number();
        this.#fail('looking for beginning of value');
    }
  }

  #literal(word: string): void {
    for (const letter of word) {
      if (this.#byte() !== letter.charCodeAt(0)) this.#fail(`in literal ${word} (expecting '${letter}')`);
      this.#at++;
    }
  }

  #number(): void {
    if (this.#byte() === 0x2d) this.#at++;
    const first = this.#byte();
    if (!isDigit(first)) this.#fail('in numeric literal');
    this.#at++;
    if (first !== 0x30) this.#digits();
    if (this.#peek() === 0x2e) {
      this.#at++;
      if (!isDigit(this.#byte())) this.#fail('after decimal point in numeric literal');
      this.#digits();
    }
    if (this.#peek() === 0x65 || this.#peek() === 0x45) {
      this.#at++;
      if (this.#byte() === 0x2b || this.#byte() === 0x2d) this.#at++;
      if (!isDigit(this.#byte())) this.#fail('in exponent of numeric literal');
      this.#digits();
    }
  }

  #digits(): void {
    while (isDigit(this.#peek())) this.#at++;
  }

  #string(): void {
    this.#at++;
    for (;;) {
      const byte = this.#byte();
      if (byte === QUOTE) break;
      if (byte < 0x20) this.#fail('in string literal');
      this.#at++;
      if (byte === BACKSLASH) this.#escape();
    }
    this.#at++;
  }

  #escape(): void {
    const kind = this.#byte();
    if (kind !== 0x75 && !ESCAPED.has(kind)) this.#fail('in string escape code');
    this.#at++;
    if (kind !== 0x75) return;
    for (let digit = 0; digit < 4; digit++) {
      if (!/[0-9a-fA-F]/.test(String.fromCharCode(this.#byte())))
        this.#fail('in \\u hexadecimal character escape');
      this.#at++;
    }
  }

  #space(): void {
    while (SPACE.has(this.#text[this.#at] ?? -1)) this.#at++;
  }

  /** The next byte that is no space; the text must not end here. */
  #next(): number {
    this.#space();
    return this.#byte();
  }

  #byte(): number {
    const byte = this.#text[this.#at];
    if (byte === undefined) throw new SyntaxComplaint('unexpected end of JSON input');
    return byte;
  }

  #peek(): number {
    return this.#text[this.#at] ?? -1;
  }

  #fail(where: string): never {
    throw new SyntaxComplaint(`invalid character ${quoted(this.#byte())} ${where}`);
  }
}

const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;

/** A byte as Go's decoder shows it. */
function quoted(byte: number): string {
  if (byte === 0x27) return String.raw`'\''`;
  if (byte === QUOTE) return `'"'`;
  const short = { 0x07: 'a', 0x08: 'b', 0x09: 't', 0x0a: 'n', 0x0b: 'v', 0x0c: 'f', 0x0d: 'r' }[byte];
  if (short !== undefined) return `'\\${short}'`;
  if (byte === BACKSLASH) return String.raw`'\\'`;
  if (byte < 0x20 || byte === 0x7f) return `'\\x${byte.toString(16).padStart(2, '0')}'`;
  if (byte >= 0x80 && byte <= 0xa0) return `'\\u${byte.toString(16).padStart(4, '0')}'`;
  return byte === 0xad ? String.raw`'\u00ad'` : `'${String.fromCharCode(byte)}'`;
}
