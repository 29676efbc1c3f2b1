const MANTISSA_BITS = 52n;
const BIAS = 1023;
/** Go keeps the mantissa with its first digit at this bit. */
const FIRST_BIT = 60n;

function infinite(value: number): string | undefined {
  if (Number.isNaN(value)) return 'NaN';
  if (Number.isFinite(value)) return undefined;
  return value > 0 ? '+Inf' : '-Inf';
}

/** Sign, mantissa with the bit IEEE leaves out, and the exponent of the mantissa's first bit. */
function partsOf(value: number): { sign: string; mantissa: bigint; exponent: number } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const raw = Number((bits >> MANTISSA_BITS) & 0x7ffn);
  const fraction = bits & ((1n << MANTISSA_BITS) - 1n);
  return {
    sign: bits >> 63n === 1n ? '-' : '',
    mantissa: raw === 0 ? fraction : fraction | (1n << MANTISSA_BITS),
    exponent: (raw === 0 ? 1 : raw) - BIAS,
  };
}

/** strconv's 'b' format: a decimal mantissa and a binary exponent. */
export function formatFloatB(value: number): string {
  const { sign, mantissa, exponent } = partsOf(value);
  const power = exponent - Number(MANTISSA_BITS);
  return infinite(value) ?? `${sign}${mantissa}p${power >= 0 ? '+' : ''}${power}`;
}

/** strconv's 'x' format: `0x1.8p+01`; a negative precision gives the digits that are needed. */
export function formatFloatX(value: number, precision: number): string {
  const special = infinite(value);
  if (special !== undefined) return special;
  const { sign, mantissa: raw, exponent: start } = partsOf(value);
  let exponent = raw === 0n ? 0 : start;
  let mantissa = raw << (FIRST_BIT - MANTISSA_BITS);
  while (mantissa !== 0n && mantissa >> FIRST_BIT === 0n) {
    mantissa <<= 1n;
    exponent--;
  }
  if (precision >= 0 && precision < 15) {
    const shift = BigInt(precision * 4);
    const extra = (mantissa << shift) & ((1n << FIRST_BIT) - 1n);
    mantissa >>= FIRST_BIT - shift;
    // To the nearest, ties to even.
    if ((extra | (mantissa & 1n)) > 1n << 59n) mantissa++;
    mantissa <<= FIRST_BIT - shift;
    if (mantissa >> 61n !== 0n) {
      mantissa >>= 1n;
      exponent++;
    }
  }
  const first = mantissa >> FIRST_BIT;
  const all = (mantissa & ((1n << FIRST_BIT) - 1n)).toString(16).padStart(15, '0');
  const digits = precision < 0 ? all.replace(/0+$/, '') : all.slice(0, precision).padEnd(precision, '0');
  const power = String(Math.abs(exponent)).padStart(2, '0');
  return `${sign}0x${first}${digits === '' ? '' : `.${digits}`}p${exponent < 0 ? '-' : '+'}${power}`;
}
