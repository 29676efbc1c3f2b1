import { gunzipSync } from 'node:zlib';
import type { ChartFile } from './chart.js';
import { HelmError, messageOf } from './chart-error.js';
import type { ChartLimits } from './chart-limits.js';
import { withoutByteOrderMark } from './text.js';

const BLOCK = 512;
const decoder = new TextDecoder();

interface Entry {
  readonly name: string;
  readonly type: string;
  readonly data: Uint8Array;
}

/**
 * Reads a chart archive (.tgz). Names that are absolute, leave the chart, or name a drive are refused,
 * and so is more content than the limits allow; links and devices carry no content and are read as empty files.
 */
export function readChartArchive(archive: Uint8Array, limits: ChartLimits): ChartFile[] {
  const files: ChartFile[] = [];
  for (const entry of readTar(unzip(archive, limits))) {
    if (entry.type === '5' || entry.name.endsWith('/')) continue;
    if (entry.type === 'g' || entry.type === 'x') continue;
    if (files.length >= limits.chartFiles) {
      throw new HelmError(
        'helm/chart-too-large',
        `the chart archive holds more than ${limits.chartFiles} files`,
      );
    }
    files.push({ name: chartPath(entry.name), data: withoutByteOrderMark(entry.data) });
  }
  if (files.length === 0) throw new HelmError('helm/archive-invalid', 'no files in chart archive');
  return files;
}

function unzip(archive: Uint8Array, limits: ChartLimits): Uint8Array {
  if (archive[0] !== 0x1f || archive[1] !== 0x8b) {
    throw new HelmError('helm/archive-invalid', 'the file does not appear to be a gzipped archive');
  }
  try {
    // Headers and padding come on top of the files' own bytes.
    return gunzipSync(archive, { maxOutputLength: limits.chartBytes + limits.chartFiles * 2 * BLOCK });
  } catch (error) {
    if (error instanceof RangeError || (error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') {
      throw new HelmError(
        'helm/chart-too-large',
        `decompressed chart is larger than the maximum size ${limits.chartBytes}`,
        {},
        { cause: error },
      );
    }
    throw new HelmError('helm/archive-invalid', `gzip: ${messageOf(error)}`, {}, { cause: error });
  }
}

/** The path inside the chart: the first folder is the chart itself. */
function chartPath(name: string): string {
  const delimiter = name.includes('\\') ? '\\' : '/';
  const [base = '', ...rest] = name.split(delimiter);
  const inside = rest.join('/').replaceAll('\\', '/');
  const refuse = (reason: string): never => {
    throw new HelmError('helm/archive-invalid', reason, { file: name });
  };
  if (inside.startsWith('/')) refuse('chart illegally contains absolute paths');
  const clean = cleanPath(inside);
  if (clean === '.') refuse(`chart illegally contains content outside the base directory: "${name}"`);
  if (clean.startsWith('..')) refuse('chart illegally references parent directory');
  if (/^[a-zA-Z]:\//.test(clean)) refuse('chart contains illegally named files');
  if (base === 'Chart.yaml') refuse('chart yaml not in base directory');
  return clean;
}

function cleanPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else parts.push(part);
  }
  return parts.length === 0 ? '.' : parts.join('/');
}

function* readTar(bytes: Uint8Array): Generator<Entry> {
  let at = 0;
  let longName: string | undefined;
  let extended: ReadonlyMap<string, string> = new Map();
  while (at + BLOCK <= bytes.length) {
    const header = bytes.subarray(at, at + BLOCK);
    if (header.every((byte) => byte === 0)) return;
    checkSum(header);
    const type = String.fromCharCode(header[156] ?? 48);
    const paxSize = extended.get('size');
    const size = paxSize === undefined ? octal(header, 124, 12) : Number(paxSize);
    at += BLOCK;
    const holdsData = !['1', '2', '3', '4', '5', '6'].includes(type);
    const length = holdsData ? size : 0;
    if (!Number.isSafeInteger(length) || length < 0 || at + length > bytes.length) {
      throw new HelmError('helm/archive-invalid', 'archive/tar: the archive ends inside a file');
    }
    const data = bytes.subarray(at, at + length);
    at += Math.ceil(length / BLOCK) * BLOCK;
    if (type === 'L') longName = cText(data);
    else if (type === 'K') continue;
    else if (type === 'x') extended = paxRecords(data);
    else {
      yield { name: extended.get('path') ?? longName ?? headerName(header), type, data };
      longName = undefined;
      extended = new Map();
    }
  }
}

function cText(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return decoder.decode(end < 0 ? bytes : bytes.subarray(0, end));
}

function headerName(header: Uint8Array): string {
  const name = cText(header.subarray(0, 100));
  const isUstar = cText(header.subarray(257, 262)) === 'ustar' && header[262] === 0;
  const prefix = isUstar ? cText(header.subarray(345, 500)) : '';
  return prefix === '' ? name : `${prefix}/${name}`;
}

function octal(header: Uint8Array, start: number, length: number): number {
  const field = header.subarray(start, start + length);
  // Sizes beyond octal's reach are written in base 256, which no chart within the limits needs.
  if ((field[0] ?? 0) & 0x80)
    throw new HelmError('helm/chart-too-large', 'the archive holds a file of more than 8 GiB');
  const text = cText(field).trim();
  if (!/^[0-7]*$/.test(text)) throw new HelmError('helm/archive-invalid', 'archive/tar: invalid tar header');
  return text === '' ? 0 : Number.parseInt(text, 8);
}

function checkSum(header: Uint8Array): void {
  let sum = 0;
  for (let index = 0; index < BLOCK; index++) sum += index >= 148 && index < 156 ? 32 : (header[index] ?? 0);
  if (sum !== octal(header, 148, 8))
    throw new HelmError('helm/archive-invalid', 'archive/tar: invalid tar header');
}

function paxRecords(data: Uint8Array): ReadonlyMap<string, string> {
  const records = new Map<string, string>();
  let at = 0;
  while (at < data.length) {
    const space = data.indexOf(0x20, at);
    const length = space < 0 ? Number.NaN : Number(decoder.decode(data.subarray(at, space)));
    if (!Number.isInteger(length) || length <= space - at || at + length > data.length) {
      throw new HelmError('helm/archive-invalid', 'archive/tar: invalid tar header');
    }
    const [key = '', ...value] = decoder.decode(data.subarray(space + 1, at + length - 1)).split('=');
    records.set(key, value.join('='));
    at += length;
  }
  return records;
}
