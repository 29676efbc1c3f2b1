import { createCipheriv, createDecipheriv, createHash, createHmac, scryptSync } from 'node:crypto';
import { hashSync } from 'bcryptjs';
import { bytesString, stringBytes } from '../template/go-strings.js';
import type { GoValue } from '../template/values.js';
import { toInt64 } from './cast.js';
import { bytesOf } from './chance.js';
import { decodeBase64 } from './encoding.js';
import { define, type FunctionTable } from './signature.js';

/** bcrypt's cost that Go's library takes by default. */
const BCRYPT_COST = 10;
const ADLER_MODULUS = 65_521;
const AES_BLOCK = 16;

function digest(algorithm: string) {
  return define('string', (text) => createHash(algorithm).update(stringBytes(text)).digest('hex'));
}

function adler32(text: string): string {
  let a = 1;
  let b = 0;
  for (const byte of stringBytes(text)) {
    a = (a + byte) % ADLER_MODULUS;
    b = (b + a) % ADLER_MODULUS;
  }
  return String(b * 65_536 + a);
}

const RADIX_64 = './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** A bcrypt salt made of 16 bytes. */
function bcryptSalt(bytes: Uint8Array): string {
  let bits = '';
  for (const byte of bytes) bits += byte.toString(2).padStart(8, '0');
  let text = '';
  for (let at = 0; at < bits.length; at += 6) {
    text += RADIX_64[Number.parseInt(bits.slice(at, at + 6).padEnd(6, '0'), 2)] ?? '';
  }
  return `$2a$${BCRYPT_COST}$${text}`;
}

/** Hashes kept: a render that is repeated with the same seed asks for the same ones, and each takes a tenth of a second. */
const MAX_HASHES = 256;
const hashes = new Map<string, string>();

function bcrypt(password: string, random: () => number): string {
  if (stringBytes(password).length > 72) {
    return 'failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes';
  }
  const salt = bcryptSalt(bytesOf(random, 16));
  // Not by the password itself, which should be in memory no longer than it has to.
  const key = createHmac('sha256', salt).update(stringBytes(password)).digest('base64');
  const known = hashes.get(key);
  if (known !== undefined) return known;
  const hash = hashSync(password, salt).replace(/^\$2b\$/, '$2a$');
  if (hashes.size >= MAX_HASHES) hashes.clear();
  hashes.set(key, hash);
  return hash;
}

const PASSWORD_TEMPLATES: ReadonlyMap<string, readonly string[]> = new Map([
  ['maximum', ['anoxxxxxxxxxxxxxxxxx', 'axxxxxxxxxxxxxxxxxno']],
  [
    'long',
    (
      'CvcvnoCvcvCvcv CvcvCvcvnoCvcv CvcvCvcvCvcvno CvccnoCvcvCvcv CvccCvcvnoCvcv CvccCvcvCvcvno CvcvnoCvccCvcv ' +
      'CvcvCvccnoCvcv CvcvCvccCvcvno CvcvnoCvcvCvcc CvcvCvcvnoCvcc CvcvCvcvCvccno CvccnoCvccCvcv CvccCvccnoCvcv ' +
      'CvccCvccCvcvno CvcvnoCvccCvcc CvcvCvccnoCvcc CvcvCvccCvccno CvccnoCvcvCvcc CvccCvcvnoCvcc CvccCvcvCvccno'
    ).split(' '),
  ],
  ['medium', ['CvcnoCvc', 'CvcCvcno']],
  ['short', ['Cvcn']],
  ['basic', ['aaanaaan', 'aannaaan', 'aaannaaa']],
  ['pin', ['nnnn']],
]);
const VOWELS = 'AEIOU';
const CONSONANTS = 'BCDFGHJKLMNPQRSTVWXYZ';
const PASSWORD_CHARACTERS: Record<string, string> = {
  V: VOWELS,
  C: CONSONANTS,
  v: VOWELS.toLowerCase(),
  c: CONSONANTS.toLowerCase(),
  A: VOWELS + CONSONANTS,
  a: VOWELS + VOWELS.toLowerCase() + CONSONANTS + CONSONANTS.toLowerCase(),
  n: '0123456789',
  o: "@&%?,=[]_:-+*$#!'^~;()/.",
  x: `${VOWELS}${VOWELS.toLowerCase()}${CONSONANTS}${CONSONANTS.toLowerCase()}0123456789!@#$%^&*()`,
};

function lengthPrefixed(text: string): Buffer {
  const bytes = Buffer.from(stringBytes(text));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** The Master Password algorithm, version 1, with scrypt's N=32768, r=8, p=2. */
function derivePassword(counter: number, type: string, password: string, user: string, site: string): string {
  const templates = PASSWORD_TEMPLATES.get(type);
  if (!templates) return `cannot find password template ${type}`;
  const scope = Buffer.from('com.lyndir.masterpassword');
  const salt = Buffer.concat([scope, lengthPrefixed(user)]);
  const key = scryptSync(stringBytes(password), salt, 64, {
    N: 32_768,
    r: 8,
    p: 2,
    maxmem: 64 * 1024 * 1024,
  });
  const count = Buffer.alloc(4);
  count.writeUInt32BE(counter);
  const seed = createHmac('sha256', key)
    .update(Buffer.concat([scope, lengthPrefixed(site), count]))
    .digest();
  const template = templates[(seed[0] ?? 0) % templates.length] ?? '';
  return Array.from(template, (letter, index) => {
    const characters = PASSWORD_CHARACTERS[letter] ?? '';
    return characters[(seed[index + 1] ?? 0) % characters.length] ?? '';
  }).join('');
}

/** The first 32 bytes of a password, padded with zeros. */
function aesKey(password: string): Buffer {
  const key = Buffer.alloc(32);
  Buffer.from(stringBytes(password)).copy(key);
  return key;
}

function encrypt(password: string, text: string, random: () => number): string {
  if (text === '') return '';
  const iv = bytesOf(random, AES_BLOCK);
  const cipher = createCipheriv('aes-256-cbc', aesKey(password), iv);
  return Buffer.concat([iv, cipher.update(stringBytes(text)), cipher.final()]).toString('base64');
}

function decrypt(password: string, encoded: string): GoValue {
  if (encoded === '') return '';
  const bytes = decodeBase64(encoded);
  if (bytes.length < 2 * AES_BLOCK || bytes.length % AES_BLOCK !== 0) {
    throw new Error('crypto/cipher: input not full blocks');
  }
  const decipher = createDecipheriv('aes-256-cbc', aesKey(password), bytes.subarray(0, AES_BLOCK));
  decipher.setAutoPadding(false);
  const plain = Buffer.concat([decipher.update(bytes.subarray(AES_BLOCK)), decipher.final()]);
  const end = plain.length - (plain.at(-1) ?? 0);
  if (end < 0) throw new Error(`runtime error: slice bounds out of range [:${end}]`);
  return bytesString(plain.subarray(0, end));
}

/** Sprig's hashes, passwords and symmetric encryption. */
export function digestFunctions(random: () => number): FunctionTable {
  return {
    sha1sum: digest('sha1'),
    sha256sum: digest('sha256'),
    sha512sum: digest('sha512'),
    adler32sum: define('string', adler32),
    bcrypt: define('string', (password) => bcrypt(password, random)),
    htpasswd: define('string string', (user, password) =>
      user.includes(':') ? `invalid username: ${user}` : `${user}:${bcrypt(password, random)}`,
    ),
    derivePassword: define('uint32 string string string string', (counter, type, password, user, site) =>
      derivePassword(Number(toInt64(counter)), type, password, user, site),
    ),
    encryptAES: define('string string', (password, text) => encrypt(password, text, random)),
    decryptAES: define('string string', decrypt),
  };
}
