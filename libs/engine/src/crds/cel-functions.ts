import type { Environment } from '@marcbachmann/cel-js';
import { compareQuantities, parseQuantity } from '../registry/quantity.js';
import { formatFits } from './formats.js';
import { linearRegex, matchesPattern } from './linear-regex.js';

class CelQuantity {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

class CelUrl {
  readonly url: URL;
  constructor(url: URL) {
    this.url = url;
  }
}

class CelIp {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Comparable = bigint | number | string;
type Signature = readonly [signature: string, handler: (...args: never[]) => unknown];

const add = (a: Comparable, b: Comparable): Comparable => (a as number) + (b as number);
const isIp = (text: string): boolean => formatFits(text, 'ipv4') || formatFits(text, 'ipv6');
const same = (a: unknown, b: unknown): boolean =>
  a === b || JSON.stringify(plain(a)) === JSON.stringify(plain(b));

const LISTS: readonly Signature[] = [
  ['list.sum(): dyn', (list: Comparable[]) => list.reduce(add, typeof (list[0] ?? 0n) === 'bigint' ? 0n : 0)],
  ['list.min(): dyn', (list: Comparable[]) => list.reduce((a, b) => (b < a ? b : a))],
  ['list.max(): dyn', (list: Comparable[]) => list.reduce((a, b) => (b > a ? b : a))],
  [
    'list.isSorted(): bool',
    (list: Comparable[]) => list.every((item, index) => index === 0 || (list[index - 1] ?? item) <= item),
  ],
  [
    'list.indexOf(dyn): int',
    (list: unknown[], item: unknown) => BigInt(list.findIndex((one) => same(one, item))),
  ],
  [
    'list.lastIndexOf(dyn): int',
    (list: unknown[], item: unknown) => BigInt(list.findLastIndex((one) => same(one, item))),
  ],
  [
    'setsContains(list, list): bool',
    (a: unknown[], b: unknown[]) => b.every((one) => a.some((other) => same(one, other))),
  ],
  [
    'setsIntersects(list, list): bool',
    (a: unknown[], b: unknown[]) => b.some((one) => a.some((other) => same(one, other))),
  ],
  [
    'setsEquivalent(list, list): bool',
    (a: unknown[], b: unknown[]) =>
      b.every((one) => a.some((other) => same(one, other))) &&
      a.every((one) => b.some((other) => same(one, other))),
  ],
  ['mathGreatest(dyn, dyn): dyn', (a: Comparable, b: Comparable) => (a > b ? a : b)],
  ['mathLeast(dyn, dyn): dyn', (a: Comparable, b: Comparable) => (a < b ? a : b)],
  [
    'hasField(dyn, string): bool',
    (value: unknown, key: string) => typeof value === 'object' && value !== null && key in value,
  ],
];

const TEXTS: readonly Signature[] = [
  ['string.matchesLinear(string): bool', (text: string, pattern: string) => matchesPattern(pattern, text)],
  ['string.find(string): string', (text: string, pattern: string) => findAll(text, pattern)[0] ?? ''],
  ['string.findAll(string): list', (text: string, pattern: string) => findAll(text, pattern)],
  [
    'string.replace(string, string): string',
    (text: string, from: string, to: string) => text.replaceAll(from, () => to),
  ],
  [
    'string.replace(string, string, int): string',
    (text: string, from: string, to: string, most: bigint) => {
      const parts = text.split(from);
      const cut = Math.min(parts.length - 1, most < 0n ? Infinity : Number(most));
      return [parts.slice(0, cut + 1).join(to), ...parts.slice(cut + 1)].join(from);
    },
  ],
  ['string.charAt(int): string', (text: string, index: bigint) => text.charAt(Number(index))],
  [
    'string.format(list): string',
    (text: string, values: unknown[]) => {
      let index = 0;
      return text.replaceAll(/%(%|s|d|v|f|e|x|X|o|b|\.\d+f)/g, (whole, verb: string) => {
        if (verb === '%') return '%';
        const value = values[index++];
        if (verb.endsWith('f') && typeof value === 'number')
          return value.toFixed(Number(/\d+/.exec(whole)?.[0] ?? 6));
        if ((verb === 'x' || verb === 'X') && typeof value === 'bigint') {
          const hex = value.toString(16);
          return verb === 'X' ? hex.toUpperCase() : hex;
        }
        return typeof value === 'object' ? JSON.stringify(plain(value)) : String(value as string);
      });
    },
  ],
];

const KINDS: readonly Signature[] = [
  ['isQuantity(dyn): bool', (text: unknown) => typeof text === 'string' && parseQuantity(text) !== undefined],
  [
    'quantity(dyn): Quantity',
    (text: unknown) => {
      if (typeof text !== 'string' || parseQuantity(text) === undefined)
        throw new Error(`"${String(text)}" is not a quantity`);
      return new CelQuantity(text);
    },
  ],
  [
    'Quantity.isGreaterThan(Quantity): bool',
    (a: CelQuantity, b: CelQuantity) => compareQuantities(a.text, b.text) > 0,
  ],
  [
    'Quantity.isLessThan(Quantity): bool',
    (a: CelQuantity, b: CelQuantity) => compareQuantities(a.text, b.text) < 0,
  ],
  [
    'Quantity.compareTo(Quantity): int',
    (a: CelQuantity, b: CelQuantity) => BigInt(compareQuantities(a.text, b.text)),
  ],
  ['isURL(dyn): bool', (text: unknown) => typeof text === 'string' && URL.canParse(text)],
  [
    'url(dyn): Url',
    (text: unknown) => {
      if (typeof text !== 'string' || !URL.canParse(text))
        throw new Error(`URL parse error for "${String(text)}"`);
      return new CelUrl(new URL(text));
    },
  ],
  ['Url.getScheme(): string', ({ url }: CelUrl) => url.protocol.slice(0, -1)],
  ['Url.getHost(): string', ({ url }: CelUrl) => url.host],
  ['Url.getHostname(): string', ({ url }: CelUrl) => url.hostname],
  ['Url.getPort(): string', ({ url }: CelUrl) => url.port],
  ['Url.getEscapedPath(): string', ({ url }: CelUrl) => url.pathname],
  ['isIP(dyn): bool', (text: unknown) => typeof text === 'string' && isIp(text)],
  ['isCIDR(dyn): bool', (text: unknown) => typeof text === 'string' && formatFits(text, 'cidr')],
  [
    'ip(dyn): Ip',
    (text: unknown) => {
      if (typeof text !== 'string' || !isIp(text)) throw new Error(`"${String(text)}" is not an IP address`);
      return new CelIp(text);
    },
  ],
  ['Ip.family(): int', ({ text }: CelIp) => (text.includes(':') ? 6n : 4n)],
];

/** Adds the functions Kubernetes offers beyond CEL's own. */
export function addKubernetesFunctions(environment: Environment): void {
  environment.registerType('Quantity', CelQuantity).registerType('Url', CelUrl).registerType('Ip', CelIp);
  for (const [signature, handler] of [...LISTS, ...TEXTS, ...KINDS]) {
    environment.registerFunction(signature, handler as (...args: unknown[]) => unknown);
  }
}

function findAll(text: string, pattern: string): string[] {
  const matcher = linearRegex(pattern)?.matcher(text);
  const found: string[] = [];
  while (matcher?.find()) found.push(matcher.group() ?? '');
  return found;
}

/** CEL's values as JSON writes them. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)]));
}
