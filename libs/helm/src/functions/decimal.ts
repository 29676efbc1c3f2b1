/** Digits kept by a division that does not end. */
const DIVISION_DIGITS = 16;

/** An exact decimal number: coefficient x 10^exponent. */
export class Decimal {
  readonly #coefficient: bigint;
  readonly #exponent: number;

  private constructor(coefficient: bigint, exponent: number) {
    this.#coefficient = coefficient;
    this.#exponent = exponent;
  }

  /** The shortest decimal that reads back as this float. */
  static of(value: number): Decimal {
    if (!Number.isFinite(value)) throw new Error(`Cannot create a Decimal from ${value}`);
    const [mantissa = '0', exponent = '0'] = value.toExponential().split('e');
    const [whole = '0', fraction = ''] = mantissa.split('.');
    return new Decimal(BigInt(whole + fraction), Number(exponent) - fraction.length);
  }

  add(other: Decimal): Decimal {
    const exponent = Math.min(this.#exponent, other.#exponent);
    return new Decimal(this.#scaled(exponent) + other.#scaled(exponent), exponent);
  }

  subtract(other: Decimal): Decimal {
    return this.add(new Decimal(-other.#coefficient, other.#exponent));
  }

  multiply(other: Decimal): Decimal {
    return new Decimal(this.#coefficient * other.#coefficient, this.#exponent + other.#exponent);
  }

  /** Rounded half away from zero to 16 decimal places. */
  divide(other: Decimal): Decimal {
    if (other.#coefficient === 0n) throw new Error('decimal division by 0');
    const exponent = this.#exponent - other.#exponent;
    const shift = exponent + DIVISION_DIGITS;
    const numerator = this.#coefficient * 10n ** BigInt(Math.max(shift, 0));
    const denominator = other.#coefficient * 10n ** BigInt(Math.max(-shift, 0));
    const quotient = numerator / denominator;
    const remainder = numerator - quotient * denominator;
    const away = absolute(remainder) * 2n >= absolute(denominator);
    const sign = numerator < 0n === denominator < 0n ? 1n : -1n;
    return new Decimal(away ? quotient + sign : quotient, -DIVISION_DIGITS);
  }

  toNumber(): number {
    return Number(`${this.#coefficient}e${this.#exponent}`);
  }

  #scaled(exponent: number): bigint {
    return this.#coefficient * 10n ** BigInt(this.#exponent - exponent);
  }
}

function absolute(value: bigint): bigint {
  return value < 0n ? -value : value;
}
