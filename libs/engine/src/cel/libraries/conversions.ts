import { int } from '../operators.js';
import type { Library } from '../overload.js';
import {
  formatCelDuration,
  formatCelTime,
  isInRange,
  parseCelDuration,
  parseCelTime,
} from '../time-values.js';
import {
  CelDuration,
  CelError,
  CelTimestamp,
  CelType,
  CelUint,
  doubleText,
  entriesOf,
  lettersIn,
  typeOf,
  type CelMap,
} from '../values.js';
import type { CelCidr, CelIp } from './network-values.js';

const TIMESTAMP = 'google.protobuf.Timestamp';
const DURATION = 'google.protobuf.Duration';
const SECOND = 1_000_000_000n;

const cannot = (from: string, to: string): CelError =>
  new CelError(`type conversion error from '${from}' to '${to}'`);

function wholeOf(value: number): bigint {
  if (!Number.isFinite(value) || Math.abs(value) >= 2 ** 63) throw new CelError('integer overflow');
  return BigInt(Math.trunc(value));
}

function unsigned(value: bigint): CelUint {
  if (value < 0n || value >= 2n ** 64n) throw new CelError('unsigned integer overflow');
  return new CelUint(value);
}

function timestampOf(text: string): CelTimestamp {
  const found = parseCelTime(text);
  if (!found) throw cannot('string', TIMESTAMP);
  return found;
}

function durationOf(text: string): CelDuration {
  const found = parseCelDuration(text);
  if (!found) throw cannot('string', DURATION);
  return found;
}

function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new CelError('invalid UTF-8 in bytes, cannot convert to string');
  }
}

const lettersOf = (text: string): bigint => BigInt(lettersIn(text));

/** CEL's own conversions between types, and `size`. */
export const conversions: Library = {
  functions: [
    ['size', ['string'], lettersOf],
    ['size', ['bytes'], (bytes: Uint8Array) => BigInt(bytes.length)],
    ['size', ['list'], (list: unknown[]) => BigInt(list.length)],
    ['size', ['map'], (map: CelMap) => BigInt(entriesOf(map).length)],
    ['type', ['dyn'], (value: unknown) => new CelType(typeOf(value))],
    ['dyn', ['dyn'], (value: unknown) => value],
    ['int', ['int'], (value: bigint) => value],
    ['int', ['uint'], ({ value }: CelUint) => int(value)],
    ['int', ['double'], wholeOf],
    ['int', [TIMESTAMP], ({ nano }: CelTimestamp) => nano / SECOND],
    ['int', [DURATION], ({ nano }: CelDuration) => nano],
    [
      'int',
      ['string'],
      (text: string) => {
        if (!/^[+-]?\d{1,20}$/.test(text)) throw cannot('string', 'int');
        const value = BigInt(text.replace(/^\+/, ''));
        if (BigInt.asIntN(64, value) !== value) throw cannot('string', 'int');
        return value;
      },
    ],
    ['uint', ['uint'], (value: CelUint) => value],
    ['uint', ['int'], unsigned],
    [
      'uint',
      ['double'],
      (value: number) => unsigned(Number.isFinite(value) ? BigInt(Math.trunc(value)) : -1n),
    ],
    [
      'uint',
      ['string'],
      (text: string) => {
        if (!/^\d{1,20}$/.test(text)) throw cannot('string', 'uint');
        return unsigned(BigInt(text));
      },
    ],
    ['double', ['double'], (value: number) => value],
    ['double', ['int'], (value: bigint) => Number(value)],
    ['double', ['uint'], ({ value }: CelUint) => Number(value)],
    [
      'double',
      ['string'],
      (text: string) => {
        const special = /^([+-]?)(inf|infinity|nan)$/i.exec(text);
        if (special)
          return special[2]?.toLowerCase() === 'nan' ? NaN : special[1] === '-' ? -Infinity : Infinity;
        if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text)) throw cannot('string', 'double');
        const value = Number(text);
        if (!Number.isFinite(value)) throw cannot('string', 'double');
        return value;
      },
    ],
    ['bool', ['bool'], (value: boolean) => value],
    [
      'bool',
      ['string'],
      (text: string) => {
        if (['1', 't', 'T', 'true', 'TRUE', 'True'].includes(text)) return true;
        if (['0', 'f', 'F', 'false', 'FALSE', 'False'].includes(text)) return false;
        throw cannot('string', 'bool');
      },
    ],
    ['bytes', ['bytes'], (value: Uint8Array) => value],
    ['bytes', ['string'], (text: string) => Uint8Array.from(Buffer.from(text, 'utf8'))],
    ['string', ['string'], (text: string) => text],
    ['string', ['int'], String],
    ['string', ['uint'], ({ value }: CelUint) => String(value)],
    ['string', ['double'], doubleText],
    ['string', ['bool'], String],
    ['string', ['bytes'], utf8],
    ['string', [TIMESTAMP], formatCelTime],
    ['string', [DURATION], formatCelDuration],
    ['string', ['net.IP'], (ip: CelIp) => ip.text()],
    ['string', ['net.CIDR'], (cidr: CelCidr) => cidr.text()],
    ['timestamp', ['string'], timestampOf],
    ['timestamp', [TIMESTAMP], (value: CelTimestamp) => value],
    [
      'timestamp',
      ['int'],
      (seconds: bigint) => {
        if (!isInRange(seconds)) throw new CelError('timestamp overflow');
        return new CelTimestamp(seconds * SECOND);
      },
    ],
    ['duration', ['string'], durationOf],
    ['duration', [DURATION], (value: CelDuration) => value],
    ['duration', ['int'], (nano: bigint) => new CelDuration(nano)],
  ],
  members: [
    ['size', ['string'], lettersOf],
    ['size', ['bytes'], (bytes: Uint8Array) => BigInt(bytes.length)],
    ['size', ['list'], (list: unknown[]) => BigInt(list.length)],
    ['size', ['map'], (map: CelMap) => BigInt(entriesOf(map).length)],
  ],
};
