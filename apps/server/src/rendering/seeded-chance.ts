import { createHmac } from 'node:crypto';

/** Bytes of one number: 48 bits, all that a double holds evenly. */
const BYTES = 6;

/**
 * Numbers from 0 to below 1 that nobody without the seed can tell in advance, and that are the same for the same seed:
 * a chart that makes up a password makes up the same one at every render.
 */
export function seededChance(seed: string): () => number {
  let block = Buffer.alloc(0);
  let counter = 0;
  return () => {
    if (block.length < BYTES) block = createHmac('sha256', seed).update(String(counter++)).digest();
    const value = block.readUIntBE(0, BYTES) / 2 ** (BYTES * 8);
    block = block.subarray(BYTES);
    return value;
  };
}
