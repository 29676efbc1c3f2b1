import { parseQuantity, type Quantity } from '../../registry/quantity.js';
import type { Library } from '../overload.js';
import { CelError, CelOpaque } from '../values.js';

const NANO = 1_000_000_000n;
const TYPE = 'kubernetes.Quantity';

/** An amount such as `100m` or `1Gi`. */
class CelQuantity extends CelOpaque {
  readonly typeName = TYPE;
  readonly nano: bigint;
  /** The power of ten its last digit is counted in. */
  readonly scale: number;

  constructor(nano: bigint, scale = 0) {
    super();
    this.nano = nano;
    this.scale = scale;
  }

  plus(nano: bigint, scale = 0): CelQuantity {
    return new CelQuantity(this.nano + nano, Math.min(this.scale, scale));
  }

  /** Digits times a power of ten, in floating point as Go computes it. */
  float(): number {
    const digits = Number(this.nano / 10n ** BigInt(9 + this.scale));
    return this.scale === 0 ? digits : digits * 10 ** this.scale;
  }

  equals(other: CelOpaque): boolean {
    return other instanceof CelQuantity && other.nano === this.nano;
  }
}

const POWERS: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};

/** The power of ten of the last digit, -4 of `1.5m`, as far as it is below one. */
function scaleOf(text: string): number {
  const [, fraction = '', suffix = '', exponent = ''] =
    /^[+-]?\d*(?:\.(\d*))?([a-zA-Z]*)([+-]?\d*)$/.exec(text) ?? [];
  const power = exponent === '' ? (POWERS[suffix] ?? 0) : Number(exponent);
  return Math.max(-9, Math.min(0, power - fraction.length));
}

function quantityOf(text: string): CelQuantity {
  const found: Quantity | undefined = parseQuantity(text);
  if (!found)
    throw new CelError(
      "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    );
  return new CelQuantity(found.nano, scaleOf(text));
}

/** Whole numbers of at most 18 digits: more are kept as something else by Kubernetes. */
const isWhole = (nano: bigint): boolean =>
  nano % NANO === 0n && (nano < 0n ? -nano : nano) / NANO < 10n ** 18n;

const whole = ({ nano }: CelQuantity): bigint => {
  if (!isWhole(nano)) throw new CelError('cannot convert value to integer');
  return nano / NANO;
};

/** Amounts as Kubernetes writes them. */
export const quantities: Library = {
  functions: [
    ['quantity', ['string'], quantityOf],
    ['isQuantity', ['string'], (text: string) => parseQuantity(text) !== undefined],
    ['sign', [TYPE], (one: CelQuantity) => BigInt(one.nano > 0n ? 1 : one.nano < 0n ? -1 : 0)],
  ],
  members: [
    ['sign', [TYPE], (one: CelQuantity) => BigInt(one.nano > 0n ? 1 : one.nano < 0n ? -1 : 0)],
    ['isGreaterThan', [TYPE, TYPE], (a: CelQuantity, b: CelQuantity) => a.nano > b.nano],
    ['isLessThan', [TYPE, TYPE], (a: CelQuantity, b: CelQuantity) => a.nano < b.nano],
    [
      'compareTo',
      [TYPE, TYPE],
      (a: CelQuantity, b: CelQuantity) => (a.nano < b.nano ? -1n : a.nano > b.nano ? 1n : 0n),
    ],
    ['asApproximateFloat', [TYPE], (one: CelQuantity) => one.float()],
    ['asInteger', [TYPE], whole],
    ['isInteger', [TYPE], ({ nano }: CelQuantity) => isWhole(nano)],
    ['add', [TYPE, TYPE], (a: CelQuantity, b: CelQuantity) => a.plus(b.nano, b.scale)],
    ['add', [TYPE, 'int'], (a: CelQuantity, b: bigint) => a.plus(b * NANO)],
    ['sub', [TYPE, TYPE], (a: CelQuantity, b: CelQuantity) => a.plus(-b.nano, b.scale)],
    ['sub', [TYPE, 'int'], (a: CelQuantity, b: bigint) => a.plus(-b * NANO)],
  ],
};
