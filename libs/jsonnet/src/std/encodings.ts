import { createHash } from 'node:crypto';
import { isList } from '../values.js';
import type { Call, Native } from './native.js';

function hash(name: string, algorithm: string): Native {
  return [name, 's', (call) => createHash(algorithm).update(call.text(0)).digest('hex')];
}

/** Bytes, Base64 and digests. */
export const ENCODINGS: readonly Native[] = [
  ['encodeUTF8', 'str', (call) => [...Buffer.from(call.text(0))]],
  ['decodeUTF8', 'arr', (call) => Buffer.from(bytes(call)).toString()],
  [
    'base64',
    'input',
    (call) => {
      const input = call.value(0);
      if (typeof input !== 'string') return Buffer.from(bytes(call)).toString('base64');
      if (/[\u0100-\uffff]/.test(input)) return call.fail('a string must have code points up to 255 only');
      return Buffer.from(input).toString('base64');
    },
  ],
  ['base64Decode', 'str', (call) => decode(call).toString()],
  ['base64DecodeBytes', 'str', (call) => [...decode(call)]],
  hash('md5', 'md5'),
  hash('sha1', 'sha1'),
  hash('sha256', 'sha256'),
  hash('sha512', 'sha512'),
  hash('sha3', 'sha3-512'),
];

function bytes(call: Call): number[] {
  const list = call.value(0);
  if (!isList(list)) return call.fail('expected a string or an array of bytes');
  return list.map((item) => {
    const value = call.evaluation.force(item);
    return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 256
      ? value
      : call.fail('expected whole numbers from 0 to 255');
  });
}

function decode(call: Call): Buffer {
  const text = call.text(0);
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return call.fail('this is not base64');
  return Buffer.from(text, 'base64');
}
