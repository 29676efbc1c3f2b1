/** How a quantity was written, which decides how it is written again (apimachinery api/resource). */
export type QuantityFormat = 'DecimalSI' | 'BinarySI' | 'DecimalExponent';

/** An amount such as `100m` or `1Gi`, exact to a billionth. */
export interface Quantity {
  /** The amount in billionths (Kubernetes keeps no finer ones and rounds them away from zero). */
  readonly nano: bigint;
  readonly format: QuantityFormat;
}

const NANO = 1_000_000_000n;
/** Kubernetes caps amounts at the largest signed 64-bit integer. */
const LARGEST = (2n ** 63n - 1n) * NANO;
/** Exponents beyond this overflow the cap or vanish below a billionth anyway; a bound keeps `1e999999999` cheap. */
const LARGEST_EXPONENT = 40;
/** Longest text that is looked at; the largest amount with nine decimals has 29 characters. */
const LONGEST_TEXT = 64;
/** Amounts remembered. */
const REMEMBERED = 4096;

const DECIMAL: Record<string, number> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const BINARY: Record<string, number> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 };
const DECIMAL_BY_EXPONENT = new Map(Object.entries(DECIMAL).map(([suffix, exponent]) => [exponent, suffix]));
const BINARY_SUFFIXES = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const SYNTAX = /^([+-]?)(\d*)(?:\.(\d*))?([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d{1,9})?$/;

const parsed = new Map<string | number, Quantity | undefined>();

/** Reads a quantity; undefined when the text is not one. Remembers recent answers: a cluster uses few distinct amounts. */
export function parseQuantity(text: string | number): Quantity | undefined {
  const known = parsed.get(text);
  if (known || parsed.has(text)) return known;
  const quantity = read(text);
  if (parsed.size >= REMEMBERED) parsed.clear();
  parsed.set(text, quantity);
  return quantity;
}

function read(text: string | number): Quantity | undefined {
  const match = String(text).length > LONGEST_TEXT ? null : SYNTAX.exec(String(text));
  if (!match) return undefined;
  const [, sign = '', whole = '', fraction = '', suffix = ''] = match;
  if (whole === '' && fraction === '') return undefined;
  const digits = BigInt(`${whole}${fraction}`);
  const binary = BINARY[suffix];
  const exponential = binary === undefined && /^[eE]./.test(suffix);
  const exponent = exponential ? Number(suffix.slice(1)) : (DECIMAL[suffix] ?? 0);
  let format: QuantityFormat =
    binary !== undefined ? 'BinarySI' : exponential ? 'DecimalExponent' : 'DecimalSI';
  const scale = Math.max(-LARGEST_EXPONENT, Math.min(LARGEST_EXPONENT, exponent)) - fraction.length + 9;
  let nano = (digits << BigInt(binary ?? 0)) * (scale > 0 ? 10n ** BigInt(scale) : 1n);
  if (scale < 0) nano = ceilDivide(nano, 10n ** BigInt(-scale));
  if (nano > LARGEST) nano = LARGEST;
  if (format === 'BinarySI' && nano > 0n && nano < NANO) format = 'DecimalSI';
  return { nano: sign === '-' ? -nano : nano, format };
}

/** The one text Kubernetes stores for a quantity: `0.1` is `100m`, `1024Mi` is `1Gi`. */
export function formatQuantity({ nano, format }: Quantity): string {
  if (nano === 0n) return '0';
  const negative = nano < 0n;
  const amount = negative ? -nano : nano;
  const sign = negative ? '-' : '';
  if (format === 'BinarySI' && amount >= 1024n * NANO && amount % NANO === 0n) {
    let value = amount / NANO;
    let power = 0;
    while (value % 1024n === 0n && power < 6) {
      value /= 1024n;
      power++;
    }
    return `${sign}${value}${BINARY_SUFFIXES[power]}`;
  }
  let value = amount;
  let exponent = -9;
  while (value % 1000n === 0n && exponent < 18) {
    value /= 1000n;
    exponent += 3;
  }
  if (format === 'DecimalExponent') return exponent === 0 ? `${sign}${value}` : `${sign}${value}e${exponent}`;
  return `${sign}${value}${DECIMAL_BY_EXPONENT.get(exponent)}`;
}

const canonical = new Map<string | number, string | undefined>();

/** Canonical text of a quantity's text; undefined when it is not one. Remembers recent answers. */
export function canonicalQuantity(text: string | number): string | undefined {
  if (canonical.has(text)) return canonical.get(text);
  const quantity = parseQuantity(text);
  const answer = quantity && formatQuantity(quantity);
  if (canonical.size >= REMEMBERED) canonical.clear();
  canonical.set(text, answer);
  return answer;
}

/** Negative, zero or positive as `a` is less than, equal to or more than `b`; text that is no quantity counts as zero. */
export function compareQuantities(a: string | number, b: string | number): number {
  const difference = nanoOf(a) - nanoOf(b);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** The sum, in the format of the first that is not zero. */
export function addQuantities(...amounts: readonly (string | number)[]): string {
  let format: QuantityFormat | undefined;
  let nano = 0n;
  for (const amount of amounts) {
    const parsed = parseQuantity(amount);
    if (!parsed) continue;
    if (parsed.nano !== 0n) format ??= parsed.format;
    nano += parsed.nano;
  }
  return formatQuantity({ nano, format: format ?? 'DecimalSI' });
}

/** `a - b` in the format of `a`. */
export function subtractQuantity(a: string | number, b: string | number): string {
  const parsed = parseQuantity(a);
  return formatQuantity({ nano: (parsed?.nano ?? 0n) - nanoOf(b), format: parsed?.format ?? 'DecimalSI' });
}

function nanoOf(text: string | number): bigint {
  return parseQuantity(text)?.nano ?? 0n;
}

/** Away from zero for amounts above it: a little of a resource is some of it. */
function ceilDivide(amount: bigint, divisor: bigint): bigint {
  const quotient = amount / divisor;
  return amount % divisor === 0n || amount < 0n ? quotient : quotient + 1n;
}
