/** Blocks an archive is made of. */
const BLOCK = 512;
/** Entries one archive may have: more than a file system here holds. */
const MOST_ENTRIES = 50_000;
/** Longest name that is read from an extension of a header. */
const LONGEST_NAME = 64 * 1024;

export type TarKind = 'file' | 'directory' | 'symlink' | 'hardlink' | 'other';

/** An entry of an archive. Times in milliseconds since the epoch. */
export interface TarEntry {
  readonly name: string;
  readonly kind: TarKind;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly modifiedMs: number;
  /** Where a link leads. */
  readonly target: string;
  readonly content: Buffer;
}

/** An archive that can't be read, in words for people. */
export class TarError extends Error {}

const FLAGS: Readonly<Record<string, TarKind>> = {
  '\0': 'file',
  '0': 'file',
  '1': 'hardlink',
  '2': 'symlink',
  '5': 'directory',
  '7': 'file',
};
const FLAG_OF: Readonly<Record<TarKind, string>> = {
  file: '0',
  hardlink: '1',
  symlink: '2',
  directory: '5',
  other: '0',
};

/** Writes entries as GNU tar does: ustar headers, and extensions for long names. */
export function writeTar(entries: Iterable<TarEntry>): Buffer {
  const parts: Buffer[] = [];
  for (const entry of entries) {
    if (Buffer.byteLength(entry.name) > 100) parts.push(...longName('L', entry.name));
    if (Buffer.byteLength(entry.target) > 100) parts.push(...longName('K', entry.target));
    parts.push(header(entry, FLAG_OF[entry.kind]), ...padded(entry.content));
  }
  // Two empty blocks end an archive.
  parts.push(Buffer.alloc(2 * BLOCK));
  return Buffer.concat(parts);
}

function longName(flag: string, name: string): Buffer[] {
  const content = Buffer.from(`${name}\0`);
  const entry = { name: '././@LongLink', mode: 0o644, uid: 0, gid: 0, modifiedMs: 0, target: '', content };
  return [header(entry, flag), ...padded(content)];
}

function padded(content: Buffer): Buffer[] {
  const rest = content.length % BLOCK;
  return rest === 0 ? [content] : [content, Buffer.alloc(BLOCK - rest)];
}

function header(entry: Omit<TarEntry, 'kind'>, flag: string): Buffer {
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, at: number, length: number): void => {
    const text = Math.max(0, Math.floor(value))
      .toString(8)
      .padStart(length - 1, '0');
    block.write(`${text.slice(1 - length)}\0`, at, 'latin1');
  };
  Buffer.from(entry.name).copy(block, 0, 0, 100);
  octal(entry.mode & 0o7777, 100, 8);
  octal(entry.uid, 108, 8);
  octal(entry.gid, 116, 8);
  octal(entry.content.length, 124, 12);
  octal(entry.modifiedMs / 1000, 136, 12);
  block.write('        ', 148, 'latin1');
  block.write(flag, 156, 'latin1');
  Buffer.from(entry.target).copy(block, 157, 0, 100);
  block.write('ustar  \0', 257, 'latin1');
  if (entry.uid === 0) block.write('root', 265, 'latin1');
  if (entry.gid === 0) block.write('root', 297, 'latin1');
  let sum = 0;
  for (const byte of block) sum += byte;
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

/** Reads an archive: ustar, with the extensions of GNU and POSIX for long names. Throws TarError. */
export function* readTar(archive: Buffer): Generator<TarEntry> {
  let next: { name?: string; target?: string } = {};
  let count = 0;
  for (let at = 0; at + BLOCK <= archive.length;) {
    const block = archive.subarray(at, at + BLOCK);
    at += BLOCK;
    if (block[0] === 0 && block.every((byte) => byte === 0)) {
      // One empty block is the end for all readers that matter.
      return;
    }
    checkSum(block);
    const size = number(block, 124, 12);
    const flag = block.toString('latin1', 156, 157);
    if (at + size > archive.length) throw new TarError('short read');
    const content = archive.subarray(at, at + size);
    at += Math.ceil(size / BLOCK) * BLOCK;
    if (flag === 'L' || flag === 'K' || flag === 'x' || flag === 'g') {
      if (size > LONGEST_NAME) throw new TarError(`a name of ${size} bytes is too long`);
      if (flag === 'L') next.name = text(content);
      else if (flag === 'K') next.target = text(content);
      else if (flag === 'x') next = { ...next, ...extended(content) };
      continue;
    }
    if (++count > MOST_ENTRIES) throw new TarError(`more than ${MOST_ENTRIES} entries`);
    const prefix =
      block.toString('latin1', 257, 262) === 'ustar' && block[263] === 0x30
        ? text(block.subarray(345, 500))
        : '';
    const short = text(block.subarray(0, 100));
    const name = next.name ?? (prefix === '' ? short : `${prefix}/${short}`);
    const kind =
      name.endsWith('/') && (flag === '0' || flag === '\0') ? 'directory' : (FLAGS[flag] ?? 'other');
    yield {
      name,
      kind,
      mode: number(block, 100, 8) & 0o7777,
      uid: text(block.subarray(265, 297)) === 'root' ? 0 : number(block, 108, 8),
      gid: text(block.subarray(297, 329)) === 'root' ? 0 : number(block, 116, 8),
      modifiedMs: number(block, 136, 12) * 1000,
      target: next.target ?? text(block.subarray(157, 257)),
      content: kind === 'file' ? content : Buffer.alloc(0),
    };
    next = {};
  }
  if (count === 0 && archive.length > 0 && archive.length < BLOCK) throw new TarError('short read');
}

function checkSum(block: Buffer): void {
  let sum = 8 * 0x20;
  for (let index = 0; index < BLOCK; index++) if (index < 148 || index >= 156) sum += block[index] ?? 0;
  if (sum !== number(block, 148, 8)) throw new TarError('invalid tar magic');
}

function text(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.toString('utf8', 0, end < 0 ? bytes.length : end);
}

/** Octal digits, or for large values the bytes themselves (GNU). */
function number(block: Buffer, at: number, length: number): number {
  const first = block[at] ?? 0;
  if (first & 0x80) {
    let value = first & 0x7f;
    for (let index = 1; index < length; index++) value = value * 256 + (block[at + index] ?? 0);
    if (!Number.isSafeInteger(value)) throw new TarError('a number is too large');
    return value;
  }
  const digits = block.toString('latin1', at, at + length).replaceAll(/[\0 ]/g, '');
  if (!/^[0-7]*$/.test(digits)) throw new TarError('invalid tar magic');
  return digits === '' ? 0 : Number.parseInt(digits, 8);
}

/** Records `LENGTH KEY=VALUE\n` of POSIX. */
function extended(content: Buffer): { name?: string; target?: string } {
  const found: { name?: string; target?: string } = {};
  for (let at = 0; at < content.length;) {
    const blank = content.indexOf(0x20, at);
    const length = Number(content.toString('latin1', at, blank));
    if (blank < 0 || !Number.isInteger(length) || length < 5 || at + length > content.length) return found;
    const record = content.toString('utf8', blank + 1, at + length - 1);
    const sign = record.indexOf('=');
    if (record.slice(0, sign) === 'path') found.name = record.slice(sign + 1);
    if (record.slice(0, sign) === 'linkpath') found.target = record.slice(sign + 1);
    at += length;
  }
  return found;
}
