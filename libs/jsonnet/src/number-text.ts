/** Digits that tell every double from its neighbours. */
const DIGITS = 17;

/** A number as the language writes it: whole ones without exponent, others as C's `%.17g`. */
export function numberText(value: number): string {
  if (Number.isInteger(value)) return Object.is(value, -0) ? '-0' : BigInt(value).toString();
  return general(value, DIGITS, false);
}

/** The shortest digits that mean the number, never with an exponent. */
export function plainNumber(value: number): string {
  const [digits = '', exponent] = String(Math.abs(value)).split('e');
  if (exponent === undefined) return String(value);
  const [whole = '', fraction = ''] = digits.split('.');
  const shift = Number(exponent);
  const sign = value < 0 ? '-' : '';
  if (shift < 0) return `${sign}0.${'0'.repeat(-shift - 1)}${whole}${fraction}`;
  return `${sign}${whole}${fraction.padEnd(shift, '0')}`;
}

/** C's `%g`: the shorter of both forms, without zeros at the end unless they are asked for. */
export function general(value: number, precision: number, keepZeros: boolean): string {
  const digits = Math.max(1, precision);
  const exponent = value === 0 ? 0 : Number(value.toExponential(digits - 1).split('e')[1]);
  if (exponent < -4 || exponent >= digits) return exponential(value, digits - 1, keepZeros);
  const fixed = fixedText(value, digits - 1 - exponent);
  return keepZeros ? fixed : trimZeros(fixed);
}

/** C's `%e`. */
export function exponential(value: number, fraction: number, keepZeros: boolean): string {
  const [mantissa = '', exponent = '+0'] = value.toExponential(Math.min(fraction, 100)).split('e');
  const sign = exponent.charAt(0);
  return `${keepZeros ? mantissa : trimZeros(mantissa)}e${sign}${exponent.slice(1).padStart(2, '0')}`;
}

/** C's `%f`, for numbers of any size. */
export function fixedText(value: number, fraction: number): string {
  const digits = Math.max(0, Math.min(fraction, 100));
  if (Math.abs(value) < 1e21) return value.toFixed(digits);
  return BigInt(value).toString() + (digits > 0 ? `.${'0'.repeat(digits)}` : '');
}

function trimZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

const SHORT = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

/** A text in quotes, with every control character escaped. */
export function escapeJson(text: string): string {
  // oxlint-disable-next-line no-control-regex -- these are what must not be in JSON as they are
  const escaped = text.replace(/["\\\u0000-\u001f\u007f-\u009f]/g, (char) => {
    return SHORT.get(char) ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  return `"${escaped}"`;
}
