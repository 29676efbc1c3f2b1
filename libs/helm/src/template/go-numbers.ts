/** Decimal digits and exponent of a finite float: value = 0.d1d2d3... x 10^point. */
interface Decimal {
  readonly negative: boolean;
  readonly digits: string;
  readonly point: number;
}

function decompose(value: number, fractionDigits?: number): Decimal {
  const negative = value < 0 || Object.is(value, -0);
  const text = Math.abs(value).toExponential(fractionDigits);
  const [mantissa = '0', exponent = '0'] = text.split('e');
  const digits = mantissa.replace('.', '');
  return { negative, digits, point: value === 0 ? 1 : Number(exponent) + 1 };
}

function exponentText(exponent: number): string {
  const size = Math.abs(exponent);
  return `e${exponent < 0 ? '-' : '+'}${size < 10 ? '0' : ''}${size}`;
}

function special(value: number): string | undefined {
  if (Number.isNaN(value)) return 'NaN';
  if (value === Infinity) return '+Inf';
  if (value === -Infinity) return '-Inf';
  return undefined;
}

/**
 * strconv.FormatFloat with format `g`, which is also how `%v` prints: exponent form below 1e-4 and from 1e+06 on.
 * A precision of -1 is the shortest text that reads back.
 */
export function formatFloatG(value: number, precision = -1): string {
  const word = special(value);
  if (word !== undefined) return word;
  const shortest = precision < 0;
  const decimal = decompose(value, shortest ? undefined : Math.max(precision, 1) - 1);
  const digits = decimal.digits.replace(/0+$/, '') || '0';
  const sign = decimal.negative ? '-' : '';
  let threshold = shortest ? 6 : Math.max(precision, 1);
  if (!shortest && threshold > digits.length && digits.length >= decimal.point) threshold = digits.length;
  const exponent = decimal.point - 1;
  if (exponent < -4 || exponent >= threshold) {
    return sign + withPoint(digits) + exponentText(exponent);
  }
  return sign + plain(digits, decimal.point);
}

/** strconv.FormatFloat with format `e`. */
export function formatFloatE(value: number, precision = -1): string {
  const word = special(value);
  if (word !== undefined) return word;
  const decimal = decompose(value, precision < 0 ? undefined : precision);
  return (decimal.negative ? '-' : '') + withPoint(decimal.digits) + exponentText(decimal.point - 1);
}

/** strconv.FormatFloat with format `f`; a precision of -1 is the shortest text that reads back. */
export function formatFloatF(value: number, precision = -1): string {
  const word = special(value);
  if (word !== undefined) return word;
  if (precision < 0) {
    const decimal = decompose(value);
    return (decimal.negative ? '-' : '') + plain(decimal.digits.replace(/0+$/, '') || '0', decimal.point);
  }
  const text = fixedDigits(Math.abs(value), precision);
  return (value < 0 || Object.is(value, -0) ? '-' : '') + text;
}

/** The exact value rounded half to even at `precision` decimals. */
function fixedDigits(value: number, precision: number): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & ((1n << 52n) - 1n);
  const mantissa = biased === 0 ? fraction : fraction | (1n << 52n);
  const exponent = (biased === 0 ? 1 : biased) - 1075;
  const scaled = mantissa * 10n ** BigInt(precision);
  let rounded: bigint;
  if (exponent >= 0) rounded = scaled << BigInt(exponent);
  else {
    const shift = BigInt(-exponent);
    const half = 1n << (shift - 1n);
    const rest = scaled & ((1n << shift) - 1n);
    rounded = scaled >> shift;
    if (rest > half || (rest === half && (rounded & 1n) === 1n)) rounded++;
  }
  const digits = rounded.toString().padStart(precision + 1, '0');
  return precision === 0 ? digits : `${digits.slice(0, -precision)}.${digits.slice(-precision)}`;
}

function withPoint(digits: string): string {
  return digits.length > 1 ? `${digits.slice(0, 1)}.${digits.slice(1)}` : digits;
}

function plain(digits: string, point: number): string {
  if (point <= 0) return `0.${'0'.repeat(-point)}${digits === '0' ? '0' : digits}`.replace(/\.0$/, '');
  if (digits.length <= point) return digits + '0'.repeat(point - digits.length);
  return `${digits.slice(0, point)}.${digits.slice(point)}`;
}
