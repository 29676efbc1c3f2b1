import { randomBytes } from 'node:crypto';

/** Chance fit for passwords: 48 random bits from the system, from 0 to below 1. */
export function secureRandom(): number {
  return randomBytes(6).readUIntBE(0, 6) / 2 ** 48;
}

/** An integer from 0 to below `limit`. */
export function pick(random: () => number, limit: number): number {
  return Math.floor(random() * limit);
}

/** This many bytes. */
export function bytesOf(random: () => number, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, () => pick(random, 256));
}
