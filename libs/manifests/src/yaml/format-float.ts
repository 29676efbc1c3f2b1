/** Shortest 'g' switches to the exponent form at this decimal exponent (strconv/ftoa.go). */
const EXPONENT_THRESHOLD = 6;

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
