import { parseIpv4 } from '../../registry/ipv4.js';
import type { DnsAnswer, DnsQuestion, DnsRecord, RecordType, ResponseCode } from './dns-record.js';

const TYPE_NUMBERS: Readonly<Record<RecordType, number>> = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
};
const OPT = 41;
const ANY = 255;
const CODES: Readonly<Record<ResponseCode, number>> = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
};

/** Payload of a UDP answer when the client names none, and the most it gets (RFC 6891, DNS flag day 2020). */
const LEAST_UDP_BYTES = 512;
const MOST_UDP_BYTES = 1232;

/** A query as it came over the wire. */
export interface DnsQuery {
  readonly id: number;
  readonly question: DnsQuestion;
  readonly type: number;
  readonly class: number;
  readonly recursionDesired: boolean;
  /** Set when the client speaks EDNS, with the payload it takes. */
  readonly payload: number | undefined;
}

/** Reads a query; undefined when it is not one. */
export function decodeQuery(bytes: Uint8Array): DnsQuery | undefined {
  if (bytes.length < 17) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const flags = view.getUint16(2);
  // Answers, other operations than plain queries, and anything but one question are none of ours.
  if (flags & 0x8000 || flags & 0x7800 || view.getUint16(4) !== 1) return undefined;
  const labels: string[] = [];
  let offset = 12;
  for (;;) {
    const length = bytes[offset];
    if (length === undefined || length > 63) return undefined;
    offset++;
    if (length === 0) break;
    if (offset + length > bytes.length || offset > 267) return undefined;
    labels.push(String.fromCharCode(...bytes.subarray(offset, offset + length)));
    offset += length;
  }
  if (offset + 4 > bytes.length) return undefined;
  const type = view.getUint16(offset);
  const queryClass = view.getUint16(offset + 2);
  offset += 4;
  let payload: number | undefined;
  if (
    view.getUint16(10) > 0 &&
    offset + 11 <= bytes.length &&
    bytes[offset] === 0 &&
    view.getUint16(offset + 1) === OPT
  )
    payload = view.getUint16(offset + 3);
  const known = Object.entries(TYPE_NUMBERS).find(([, number]) => number === type)?.[0] as
    RecordType | undefined;
  return {
    id: view.getUint16(0),
    question: { name: labels.join('.'), type: type === ANY ? 'ANY' : (known ?? 'other') },
    type,
    class: queryClass,
    recursionDesired: (flags & 0x0100) !== 0,
    payload,
  };
}

/** Writes an answer. Over UDP one that does not fit is cut to its header and marked, so that the client asks again by TCP. */
export function encodeAnswer(query: DnsQuery, answer: DnsAnswer, transport: 'udp' | 'tcp'): Uint8Array {
  const limit =
    transport === 'tcp'
      ? 65_535
      : Math.min(MOST_UDP_BYTES, Math.max(LEAST_UDP_BYTES, query.payload ?? LEAST_UDP_BYTES));
  const full = write(query, answer, false);
  if (full.length <= limit) return full;
  const lean = write(query, { ...answer, additional: [] }, false);
  return lean.length <= limit
    ? lean
    : write(query, { ...answer, answers: [], authority: [], additional: [] }, true);
}

function write(query: DnsQuery, answer: DnsAnswer, truncated: boolean): Uint8Array {
  const writer = new Writer();
  const flags =
    0x8000 |
    (answer.authoritative ? 0x0400 : 0) |
    (truncated ? 0x0200 : 0) |
    (query.recursionDesired ? 0x0100 : 0) |
    CODES[answer.code];
  const edns = query.payload !== undefined;
  for (const value of [
    query.id,
    flags,
    1,
    answer.answers.length,
    answer.authority.length,
    answer.additional.length + (edns ? 1 : 0),
  ])
    writer.uint16(value);
  writer.name(query.question.name);
  writer.uint16(query.type);
  writer.uint16(query.class);
  for (const record of [...answer.answers, ...answer.authority, ...answer.additional])
    writeRecord(writer, record);
  if (edns) {
    writer.bytes([0]);
    writer.uint16(OPT);
    writer.uint16(MOST_UDP_BYTES);
    writer.uint32(0);
    writer.uint16(0);
  }
  return writer.result();
}

function writeRecord(writer: Writer, record: DnsRecord): void {
  writer.name(record.name);
  writer.uint16(TYPE_NUMBERS[record.type]);
  writer.uint16(1);
  writer.uint32(record.ttl);
  const lengthAt = writer.reserve16();
  switch (record.type) {
    case 'A':
      writer.uint32(parseIpv4(record.address) ?? 0);
      break;
    case 'AAAA':
      writer.bytes(ipv6Bytes(record.address));
      break;
    case 'CNAME':
    case 'PTR':
    case 'NS':
      writer.name(record.target);
      break;
    case 'SRV':
      writer.uint16(record.priority);
      writer.uint16(record.weight);
      writer.uint16(record.port);
      // Targets of SRV records are never compressed (RFC 2782).
      writer.name(record.target, false);
      break;
    case 'TXT': {
      const bytes = new TextEncoder().encode(record.text).subarray(0, 255);
      writer.bytes([bytes.length, ...bytes]);
      break;
    }
    case 'SOA':
      writer.name(record.primary);
      writer.name(record.mailbox);
      for (const value of [record.serial, 7200, 1800, 86_400, record.minimum]) writer.uint32(value);
      break;
  }
  writer.fill16(lengthAt);
}

function ipv6Bytes(address: string): number[] {
  const [head = '', tail] = address.split('::');
  const groups = (text: string): string[] => (text === '' ? [] : text.split(':'));
  const before = groups(head);
  const after = tail === undefined ? [] : groups(tail);
  const middle = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0');
  return [...before, ...middle, ...after].flatMap((group) => {
    const value = parseInt(group, 16);
    return [(value >> 8) & 255, value & 255];
  });
}

class Writer {
  readonly #bytes: number[] = [];
  readonly #names = new Map<string, number>();

  bytes(values: Iterable<number>): void {
    for (const value of values) this.#bytes.push(value);
  }

  uint16(value: number): void {
    this.#bytes.push((value >>> 8) & 255, value & 255);
  }

  uint32(value: number): void {
    this.#bytes.push((value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);
  }

  reserve16(): number {
    this.uint16(0);
    return this.#bytes.length;
  }

  fill16(at: number): void {
    const length = this.#bytes.length - at;
    this.#bytes[at - 2] = (length >>> 8) & 255;
    this.#bytes[at - 1] = length & 255;
  }

  /** Writes a name; a tail written before is pointed to. */
  name(text: string, compress = true): void {
    const labels = text === '' ? [] : text.split('.');
    for (let index = 0; index < labels.length; index++) {
      const tail = labels.slice(index).join('.');
      const known = compress ? this.#names.get(tail) : undefined;
      if (known !== undefined) return this.uint16(0xc000 | known);
      if (this.#bytes.length < 0x3fff && !this.#names.has(tail)) this.#names.set(tail, this.#bytes.length);
      const label = new TextEncoder().encode(labels[index] ?? '').subarray(0, 63);
      this.bytes([label.length, ...label]);
    }
    this.#bytes.push(0);
  }

  result(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}
