import { SeededRandom } from '../../random.js';

/** Devices that never end. */
export const DEVICES: ReadonlySet<string> = new Set(['/dev/zero', '/dev/urandom', '/dev/random']);
/** How much of one a program gets that reads to the end: there is none. */
export const DEVICE_PREFIX = 1024 * 1024;

/** The first bytes of a device, a character each. The same seed reads the same random bytes. */
export function deviceBytes(path: string, length: number, seed: number): string {
  if (path === '/dev/zero') return '\0'.repeat(length);
  const random = new SeededRandom(`${path} ${seed}`);
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; at += 4) {
    const value = Math.floor(random.next() * 2 ** 32);
    for (let byte = 0; byte < 4 && at + byte < length; byte++)
      bytes[at + byte] = (value >>> (8 * byte)) & 0xff;
  }
  return bytes.toString('latin1');
}
