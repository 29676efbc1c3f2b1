import { generateKeyPairSync, type KeyObject } from 'node:crypto';

/** Gives a private RSA key of this many bits that nobody has been given before. It must not wait. */
export type RsaKeySource = (bits: number) => KeyObject;

/** A key made now, which takes a processor a tenth of a second or more. */
export const newRsaKey: RsaKeySource = (bits) =>
  generateKeyPairSync('rsa', { modulusLength: bits }).privateKey;
