/** Shortest 'g' switches to the exponent form at this decimal exponent (strconv/ftoa.go). */
const EXPONENT_THRESHOLD = 6;

/** The longest decimal that tells 32-bit floats apart. */
const FLOAT32_DIGITS = 9;

/** The same for strconv.FormatFloat(f, 'g', -1, 32): the shortest digits that give the same 32-bit float. */
export function formatGoFloat32(value: number): string {
  const single = Math.fround(value);
  if (!Number.isFinite(single) || single === 0) return formatGoFloat(single);
  let digits = 1;
  while (digits < FLOAT32_DIGITS && Math.fround(Number(single.toPrecision(digits))) !== single) digits++;
  return formatGoFloat(Number(single.toPrecision(digits)));
}

/**
 * Prints a number as Go's strconv.FormatFloat(f, 'g', -1, 64): shortest digits, exponent form below 1e-4 and from 1e+06 on
 * (which fmt's %v shares), with at least two exponent digits. Not finite numbers print as YAML names them.
 */
export function formatGoFloat(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const match = /^(-?)([0-9])(?:\.([0-9]+))?e([-+][0-9]+)$/.exec(value.toExponential());
  const [, sign = '', lead = '', rest = '', exponentText = '0'] = match ?? [];
  const exponent = Number(exponentText);
  const digits = lead + rest;
  if (exponent < -4 || exponent >= EXPONENT_THRESHOLD)
    return `${sign}${lead}${rest === '' ? '' : `.${rest}`}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  if (digits.length <= exponent + 1) return sign + digits.padEnd(exponent + 1, '0');
  return `${sign}${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`;
}
