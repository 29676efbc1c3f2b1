import { CodedError } from '../coded-error.js';

/** The text being read and where the reader stands. Lines and columns are 0-based here, 1-based in errors. */
export class YamlSource {
  readonly text: string;
  readonly file: string | undefined;
  pos = 0;
  line = 0;
  /** Offset of the first character of the current line. */
  lineStart = 0;

  constructor(text: string, file: string | undefined) {
    this.text = text;
    this.file = file;
  }

  get column(): number {
    return this.pos - this.lineStart;
  }

  /** Steps over the line break at the current position. */
  skipBreak(): void {
    const code = this.text.charCodeAt(this.pos);
    this.pos += code === 0x0d && this.text.charCodeAt(this.pos + 1) === 0x0a ? 2 : 1;
    this.line++;
    this.lineStart = this.pos;
  }

  /** Steps over the line break and gives it as YAML keeps it: one line feed, or the Unicode separator itself. */
  readBreak(): string {
    const code = this.text.charCodeAt(this.pos);
    this.skipBreak();
    return code === 0x2028 ? '\u2028' : code === 0x2029 ? '\u2029' : '\n';
  }

  /** True at `---` or `...` that starts a line and is followed by blank, break or end. */
  atDocumentIndicator(): boolean {
    if (this.pos !== this.lineStart) return false;
    const { text, pos } = this;
    return (
      (text.startsWith('---', pos) || text.startsWith('...', pos)) && isBlankOrEnd(text.charCodeAt(pos + 3))
    );
  }

  /** An error at the current or the given place. */
  error(problem: string, line = this.line, column = this.column): CodedError {
    return yamlError('yaml/syntax', problem, this.file, line, column);
  }
}

/** Makes the error every part of the reader raises; `line` and `column` are 0-based. */
export function yamlError(
  code: string,
  problem: string,
  file: string | undefined,
  line?: number,
  column?: number,
): CodedError {
  const where = line === undefined ? (file ?? '') : `${file === undefined ? 'line ' : `${file}:`}${line + 1}`;
  return new CodedError(code, `cannot read YAML${where === '' ? '' : ` at ${where}`}: ${problem}`, {
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line: line + 1 }),
    ...(column === undefined ? {} : { column: column + 1 }),
  });
}

/** Line breaks of YAML 1.1. */
export function isBreak(code: number): boolean {
  return code === 0x0a || code === 0x0d || code === 0x85 || code === 0x2028 || code === 0x2029;
}

/** Blank, line break or end of text (`charCodeAt` gives NaN there). */
export function isBlankOrEnd(code: number): boolean {
  return code === 0x20 || code === 0x09 || isBreak(code) || Number.isNaN(code);
}

/** Line break or end of text. */
export function isBreakOrEnd(code: number): boolean {
  return isBreak(code) || Number.isNaN(code);
}
