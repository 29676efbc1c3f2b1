/** Says what is wrong with a text that is no JSON, in the words of Go's encoding/json. */
export function jsonComplaint(text: string): string {
  const scanner = new Scanner(text);
  try {
    scanner.value();
    scanner.space();
    return scanner.done ? 'invalid JSON' : scanner.bad('after top-level value');
  } catch (error) {
    return error instanceof Complaint ? error.message : 'exceeded max depth';
  }
}

class Complaint extends Error {}

function shown(char: string): string {
  if (char === "'") return `'\\''`;
  if (char === '"') return `'"'`;
  const code = char.codePointAt(0) ?? 0;
  if (code >= 0x20 && code < 0x7f) return `'${char}'`;
  const escapes: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };
  return `'${escapes[char] ?? (code < 0x80 ? `\\x${code.toString(16).padStart(2, '0')}` : char)}'`;
}

class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get done(): boolean {
    return this.#at >= this.#text.length;
  }

  bad(context: string): string {
    return `invalid character ${shown(this.#text[this.#at] ?? '')} ${context}`;
  }

  #fail(context: string): never {
    throw new Complaint(this.done ? 'unexpected end of JSON input' : this.bad(context));
  }

  space(): void {
    while (' \t\r\n'.includes(this.#text[this.#at] ?? 'x')) this.#at++;
  }

  value(): void {
    this.space();
    const char = this.#text[this.#at];
    if (char === '{') this.#object();
    else if (char === '[') this.#array();
    else if (char === '"') this.#string();
    else if (char !== undefined && /[-0-9]/.test(char)) this.#number();
    else if (char === 't') this.#word('true');
    else if (char === 'f') this.#word('false');
    else if (char === 'n') this.#word('null');
    else this.#fail('looking for beginning of value');
  }

  #object(): void {
    this.#at++;
    this.space();
    if (this.#text[this.#at] === '}') {
      this.#at++;
      return;
    }
    for (;;) {
      this.space();
      if (this.#text[this.#at] !== '"') this.#fail('looking for beginning of object key string');
      this.#string();
      this.space();
      if (this.#text[this.#at] !== ':') this.#fail('after object key');
      this.#at++;
      this.value();
      this.space();
      const char = this.#text[this.#at];
      if (char !== ',' && char !== '}') this.#fail('after object key:value pair');
      this.#at++;
      if (char === '}') return;
    }
  }

  #array(): void {
    this.#at++;
    this.space();
    if (this.#text[this.#at] === ']') {
      this.#at++;
      return;
    }
    for (;;) {
      this.value();
      this.space();
      const char = this.#text[this.#at];
      if (char !== ',' && char !== ']') this.#fail('after array element');
      this.#at++;
      if (char === ']') return;
    }
  }

  #string(): void {
    this.#at++;
    for (;;) {
      const char = this.#text[this.#at];
      if (char === undefined || char < ' ') this.#fail('in string literal');
      this.#at++;
      if (char === '"') return;
      if (char !== '\\') continue;
      const escape = this.#text[this.#at];
      if (escape === undefined || !'"\\/bfnrtu'.includes(escape)) this.#fail('in string escape code');
      this.#at++;
      for (let digit = 0; escape === 'u' && digit < 4; digit++) {
        if (!/[0-9a-fA-F]/.test(this.#text[this.#at] ?? ''))
          this.#fail('in \\u hexadecimal character escape');
        this.#at++;
      }
    }
  }

  #digits(context: string): void {
    if (!/[0-9]/.test(this.#text[this.#at] ?? '')) this.#fail(context);
    while (/[0-9]/.test(this.#text[this.#at] ?? '')) this.#at++;
  }

  #number(): void {
    if (this.#text[this.#at] === '-') this.#at++;
    if (this.#text[this.#at] === '0') this.#at++;
    else this.#digits('in numeric literal');
    if (this.#text[this.#at] === '.') {
      this.#at++;
      this.#digits('after decimal point in numeric literal');
    }
    if (/[eE]/.test(this.#text[this.#at] ?? '')) {
      this.#at++;
      if (/[+-]/.test(this.#text[this.#at] ?? '')) this.#at++;
      this.#digits('in exponent of numeric literal');
    }
  }

  #word(word: string): void {
    for (const [index, letter] of Array.from(word).entries()) {
      if (this.#text[this.#at] !== letter) this.#fail(`in literal ${word} (expecting '${word[index]}')`);
      this.#at++;
    }
  }
}
