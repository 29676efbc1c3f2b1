import { linearRegex, regexProblem } from '../../crds/linear-regex.js';
import { CelCostExceeded, PER_CALL_LIMIT, type Budget } from '../budget.js';
import { PER_LETTER } from '../cost/factors.js';
import type { Library } from '../overload.js';
import { CelError } from '../values.js';
import { formatText } from './format-text.js';

/** Longest text an expression may make: joining a longer one costs more than an expression may. */
const LONGEST_TEXT = PER_CALL_LIMIT / (2 * PER_LETTER);

/** Matches are not counted by Kubernetes, and each costs as much as a dozen items. */
const WORK_PER_MATCH = 12;

function regex(pattern: string): NonNullable<ReturnType<typeof linearRegex>> {
  const found = linearRegex(pattern);
  if (!found) throw new CelError(regexProblem(pattern) ?? `error parsing regexp: ${pattern}`);
  return found;
}

function findAll(text: string, pattern: string, most: bigint, budget: Budget): string[] {
  const matcher = regex(pattern).matcher(text);
  const found: string[] = [];
  while ((most < 0n || found.length < Number(most)) && matcher.find()) {
    budget.work(WORK_PER_MATCH);
    found.push(matcher.group() ?? '');
  }
  return found;
}

const isAscii = (text: string): boolean => !/[\ud800-\udfff]/.test(text);

/** Places in texts are counted in letters, not in halves of them. */
function lettersBefore(text: string, index: number): bigint {
  return BigInt(index < 0 || isAscii(text) ? index : Array.from(text.slice(0, index)).length);
}

function letters(text: string): readonly string[] | string {
  return isAscii(text) ? text : Array.from(text);
}

function indexFrom(text: string, part: string, from: bigint): bigint {
  const all = letters(text);
  const wanted = letters(part);
  const start = Number(from);
  if (start < 0) throw new CelError(`index out of range: ${from}`);
  if (start >= all.length && part !== '') return -1n;
  if (typeof all === 'string') return BigInt(all.indexOf(part, start));
  for (let index = start; index + wanted.length <= all.length; index += 1)
    if (all.slice(index, index + wanted.length).toString() === wanted.slice().toString())
      return BigInt(index);
  return -1n;
}

function lastIndexFrom(text: string, part: string, from: bigint): bigint {
  const length = letters(text).length;
  const start = Number(from);
  if (start < 0) throw new CelError(`index out of range: ${from}`);
  if (start >= length && part !== '') return -1n;
  if (isAscii(text)) return BigInt(text.lastIndexOf(part, start));
  const head = Array.from(text)
    .slice(0, start + Array.from(part).length)
    .join('');
  return lettersBefore(head, head.lastIndexOf(part));
}

function substring(text: string, from: bigint, to?: bigint): string {
  const all = letters(text);
  const [start, end] = [Number(from), to === undefined ? all.length : Number(to)];
  if (start < 0 || start > all.length) throw new CelError(`index out of range: ${from}`);
  if (end < 0 || end > all.length) throw new CelError(`index out of range: ${to}`);
  if (start > end) throw new CelError(`invalid substring range. start: ${start}, end: ${end}`);
  const part = all.slice(start, end);
  return typeof part === 'string' ? part : part.join('');
}

function replaced(text: string, from: string, to: string, most: bigint): string {
  const parts = from === '' ? ['', ...Array.from(text), ''] : text.split(from);
  const cut = most < 0n ? parts.length - 1 : Math.min(parts.length - 1, Number(most));
  if (cut * to.length + text.length > LONGEST_TEXT) throw new CelCostExceeded();
  if (cut === 0) return text;
  return [parts.slice(0, cut + 1).join(to), ...parts.slice(cut + 1)].join(from);
}

function split(text: string, by: string, most: bigint): string[] {
  if (most === 0n) return [];
  const parts = by === '' ? Array.from(text) : text.split(by);
  if (most < 0n || parts.length <= Number(most)) return parts;
  const kept = parts.slice(0, Number(most) - 1);
  return [...kept, parts.slice(Number(most) - 1).join(by)];
}

function charAt(text: string, at: bigint): string {
  const all = letters(text);
  const index = Number(at);
  if (index < 0 || index > all.length) throw new CelError(`index out of range: ${at}`);
  return all[index] ?? '';
}

function join(list: unknown[], separator: string): string {
  if (!list.every((one) => typeof one === 'string')) throw new CelError('no such overload');
  const length = list.reduce((sum: number, one: string) => sum + one.length + separator.length, 0);
  if (length > LONGEST_TEXT) throw new CelCostExceeded();
  return list.join(separator);
}

const matches = (text: string, pattern: string): boolean => regex(pattern).matcher(text).find();

const ESCAPES: Record<string, string> = {
  '\x07': String.raw`\a`,
  '\b': String.raw`\b`,
  '\f': String.raw`\f`,
  '\n': String.raw`\n`,
  '\r': String.raw`\r`,
  '\t': String.raw`\t`,
  '\v': String.raw`\v`,
  '\\': '\\\\',
  '"': String.raw`\"`,
};

const TRIMMED = /^[\s\u0085]+|[\s\u0085]+$/g;

/** Texts and patterns. */
export const strings: Library = {
  functions: [['matches', ['string', 'string'], matches]],
  members: [
    ['matches', ['string', 'string'], matches],
    ['contains', ['string', 'string'], (text: string, part: string) => text.includes(part)],
    ['startsWith', ['string', 'string'], (text: string, part: string) => text.startsWith(part)],
    ['endsWith', ['string', 'string'], (text: string, part: string) => text.endsWith(part)],
    [
      'find',
      ['string', 'string'],
      (text: string, pattern: string, budget: Budget) => findAll(text, pattern, 1n, budget)[0] ?? '',
    ],
    [
      'findAll',
      ['string', 'string'],
      (text: string, pattern: string, budget: Budget) => findAll(text, pattern, -1n, budget),
    ],
    ['findAll', ['string', 'string', 'int'], findAll],
    ['charAt', ['string', 'int'], charAt],
    [
      'indexOf',
      ['string', 'string'],
      (text: string, part: string) => lettersBefore(text, text.indexOf(part)),
    ],
    ['indexOf', ['string', 'string', 'int'], indexFrom],
    [
      'lastIndexOf',
      ['string', 'string'],
      (text: string, part: string) => lettersBefore(text, text.lastIndexOf(part)),
    ],
    ['lastIndexOf', ['string', 'string', 'int'], lastIndexFrom],
    ['lowerAscii', ['string'], (text: string) => text.replaceAll(/[A-Z]+/g, (part) => part.toLowerCase())],
    ['upperAscii', ['string'], (text: string) => text.replaceAll(/[a-z]+/g, (part) => part.toUpperCase())],
    [
      'replace',
      ['string', 'string', 'string'],
      (text: string, from: string, to: string) => replaced(text, from, to, -1n),
    ],
    ['replace', ['string', 'string', 'string', 'int'], replaced],
    ['split', ['string', 'string'], (text: string, by: string) => split(text, by, -1n)],
    ['split', ['string', 'string', 'int'], split],
    ['substring', ['string', 'int'], (text: string, from: bigint) => substring(text, from)],
    [
      'substring',
      ['string', 'int', 'int'],
      (text: string, from: bigint, to: bigint) => substring(text, from, to),
    ],
    ['trim', ['string'], (text: string) => text.replaceAll(TRIMMED, '')],
    ['join', ['list'], (list: unknown[]) => join(list, '')],
    ['join', ['list', 'string'], join],
    ['format', ['string', 'list'], formatText],
  ],
  qualified: [
    [
      'strings.quote',
      ['string'],
      (text: string) => `"${Array.from(text, (letter) => ESCAPES[letter] ?? letter).join('')}"`,
    ],
    ['jsonpatch.escapeKey', ['string'], (text: string) => text.replaceAll('~', '~0').replaceAll('/', '~1')],
  ],
};
