import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** OWASP's scrypt setting with 32 MiB per guess: about 0.1 s here, and hard to run in parallel. */
const LOG_N = 15;
const BLOCK = 8;
const LANES = 3;
const SALT_LENGTH = 16;
const HASH_LENGTH = 32;
/** Nobody types more; hashing megabytes would be a way to keep the server busy. */
export const MAX_PASSWORD_LENGTH = 1_024;

/** `$scrypt$ln=15,r=8,p=3$salt$hash`, both in base64: the parameters travel with the hash, so they can grow. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_LENGTH);
  const hash = await derive(password, salt, LOG_N, BLOCK, LANES);
  return `$scrypt$ln=${LOG_N},r=${BLOCK},p=${LANES}$${salt.toString('base64')}$${hash.toString('base64')}`;
}

/** Is this the password? A missing hash takes as long as a wrong password, so that names can't be found out. */
export async function verifyPassword(password: string, stored: string | undefined): Promise<boolean> {
  const [, ln, r, p, salt, hash] =
    /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([^$]+)\$([^$]+)$/.exec(stored ?? '') ?? [];
  if (password.length > MAX_PASSWORD_LENGTH || salt === undefined || hash === undefined) {
    await derive('', Buffer.alloc(SALT_LENGTH), LOG_N, BLOCK, LANES);
    return false;
  }
  const expected = Buffer.from(hash, 'base64');
  const actual = await derive(password, Buffer.from(salt, 'base64'), Number(ln), Number(r), Number(p));
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

function derive(password: string, salt: Buffer, logN: number, r: number, p: number): Promise<Buffer> {
  const N = 2 ** logN;
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, HASH_LENGTH, { N, r, p, maxmem: 256 * N * r }, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}
