import { randomFillSync } from 'node:crypto';

const BYTES_PER_NUMBER = 6;
/** Asking the system for many at once is cheaper; what was given out is overwritten. */
const pool = Buffer.alloc(BYTES_PER_NUMBER * 256);
let taken = pool.length;

/** Chance fit for passwords: 48 random bits from the system, from 0 to below 1. */
export function secureRandom(): number {
  if (taken === pool.length) {
    randomFillSync(pool);
    taken = 0;
  }
  const number = pool.readUIntBE(taken, BYTES_PER_NUMBER);
  pool.fill(0, taken, taken + BYTES_PER_NUMBER);
  taken += BYTES_PER_NUMBER;
  return number / 2 ** 48;
}

/** An integer from 0 to below `limit`. */
export function pick(random: () => number, limit: number): number {
  return Math.floor(random() * limit);
}

/** This many bytes. */
export function bytesOf(random: () => number, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, () => pick(random, 256));
}
