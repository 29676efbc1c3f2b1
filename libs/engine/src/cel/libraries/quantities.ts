import { parseQuantity, type Quantity } from '../../registry/quantity.js';
import type { Library } from '../overload.js';
import { CelError, CelOpaque } from '../values.js';

const NANO = 1_000_000_000n;
const TYPE = 'kubernetes.Quantity';

/** An amount such as `100m` or `1Gi`. */
class CelQuantity extends CelOpaque {
  readonly typeName = TYPE;
  readonly nano: bigint;

  constructor(nano: bigint) {
    super();
    this.nano = nano;
  }

  equals(other: CelOpaque): boolean {
    return other instanceof CelQuantity && other.nano === this.nano;
  }
}

function quantityOf(text: string): CelQuantity {
  const found: Quantity | undefined = parseQuantity(text);
  if (!found)
    throw new CelError(
      "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    );
  return new CelQuantity(found.nano);
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
    ['asApproximateFloat', [TYPE], ({ nano }: CelQuantity) => Number(nano) / 1e9],
    ['asInteger', [TYPE], whole],
    ['isInteger', [TYPE], ({ nano }: CelQuantity) => isWhole(nano)],
    ['add', [TYPE, TYPE], (a: CelQuantity, b: CelQuantity) => new CelQuantity(a.nano + b.nano)],
    ['add', [TYPE, 'int'], (a: CelQuantity, b: bigint) => new CelQuantity(a.nano + b * NANO)],
    ['sub', [TYPE, TYPE], (a: CelQuantity, b: CelQuantity) => new CelQuantity(a.nano - b.nano)],
    ['sub', [TYPE, 'int'], (a: CelQuantity, b: bigint) => new CelQuantity(a.nano - b * NANO)],
  ],
};
