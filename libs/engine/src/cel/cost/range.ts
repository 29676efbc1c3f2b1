/** From the least to the most something can be: a size, or a cost. Counted as 64 bits count, which stop at the largest number. */
export interface Range {
  readonly min: bigint;
  readonly max: bigint;
}

const LARGEST = 2n ** 64n - 1n;

/** Nothing is known. */
export const UNKNOWN: Range = { min: 0n, max: LARGEST };
export const ZERO: Range = { min: 0n, max: 0n };

export const exactly = (count: number | bigint): Range => ({ min: BigInt(count), max: BigInt(count) });
export const upTo = (max: number | bigint): Range => ({ min: 0n, max: capped(BigInt(max)) });

export const capped = (value: bigint): bigint => (value > LARGEST ? LARGEST : value);

export const plus = (...ranges: readonly Range[]): Range => ({
  min: capped(ranges.reduce((sum, { min }) => sum + min, 0n)),
  max: capped(ranges.reduce((sum, { max }) => sum + max, 0n)),
});

export const times = (a: Range, b: Range): Range => ({
  min: capped(a.min * b.min),
  max: capped(a.max * b.max),
});

/** So many times a broken number, rounded up. */
export const scaled = ({ min, max }: Range, factor: number): Range => ({
  min: scaledUp(min, factor),
  max: scaledUp(max, factor),
});

function scaledUp(value: bigint, factor: number): bigint {
  const result = Math.ceil(Number(value) * factor);
  return result >= 2 ** 64 ? LARGEST : BigInt(result);
}

export const either = (a: Range, b: Range): Range => ({
  min: a.min < b.min ? a.min : b.min,
  max: a.max > b.max ? a.max : b.max,
});
