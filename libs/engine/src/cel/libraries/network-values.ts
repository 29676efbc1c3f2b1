import { CelOpaque } from '../values.js';

/** An IPv4 or IPv6 address as a number. */
export class CelIp extends CelOpaque {
  readonly typeName = 'net.IP';
  readonly bits: 32 | 128;
  readonly number: bigint;

  constructor(bits: 32 | 128, number: bigint) {
    super();
    this.bits = bits;
    this.number = number;
  }

  equals(other: CelOpaque): boolean {
    return other instanceof CelIp && other.bits === this.bits && other.number === this.number;
  }

  /** As it is written canonically (RFC 5952). */
  text(): string {
    if (this.bits === 32)
      return [24n, 16n, 8n, 0n].map((shift) => String((this.number >> shift) & 255n)).join('.');
    const groups = Array.from(
      { length: 8 },
      (_, index) => (this.number >> BigInt(112 - index * 16)) & 0xffffn,
    );
    let best = { from: -1, length: 1 };
    for (let from = 0; from < 8; from += 1) {
      let length = 0;
      while (from + length < 8 && groups[from + length] === 0n) length += 1;
      if (length > best.length) best = { from, length };
    }
    const hex = groups.map((group) => group.toString(16));
    if (best.from < 0) return hex.join(':');
    return `${hex.slice(0, best.from).join(':')}::${hex.slice(best.from + best.length).join(':')}`;
  }
}

/** A network: an address and how many of its bits are the network's. */
export class CelCidr extends CelOpaque {
  readonly typeName = 'net.CIDR';
  readonly ip: CelIp;
  readonly prefix: number;

  constructor(ip: CelIp, prefix: number) {
    super();
    this.ip = ip;
    this.prefix = prefix;
  }

  equals(other: CelOpaque): boolean {
    return other instanceof CelCidr && other.prefix === this.prefix && other.ip.equals(this.ip);
  }

  text(): string {
    return `${this.ip.text()}/${this.prefix}`;
  }

  masked(): CelCidr {
    const free = BigInt(this.ip.bits - this.prefix);
    return new CelCidr(new CelIp(this.ip.bits, (this.ip.number >> free) << free), this.prefix);
  }

  contains(ip: CelIp): boolean {
    const free = BigInt(this.ip.bits - this.prefix);
    return ip.bits === this.ip.bits && ip.number >> free === this.ip.number >> free;
  }
}

/** Reads an address; undefined for what is none, has a zone, or is IPv4 in the clothes of IPv6. */
export function parseIp(text: string): CelIp | undefined {
  const four = parseFour(text);
  if (four !== undefined) return new CelIp(32, four);
  if (!text.includes(':') || !/^[0-9A-Fa-f:.]{2,45}$/.test(text)) return undefined;
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map(groupsOf);
  if (!head || (halves.length === 2 && !tail)) return undefined;
  const missing = 8 - head.length - (tail?.length ?? 0);
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const groups = [...head, ...Array.from({ length: missing }, () => 0n), ...(tail ?? [])];
  const number = groups.reduce((sum, group) => (sum << 16n) | group, 0n);
  return number >> 32n === 0xffffn ? undefined : new CelIp(128, number);
}

/** Reads a network such as `10.0.0.0/8`. */
export function parseCidr(text: string): CelCidr | undefined {
  const [address = '', prefix = '', ...rest] = text.split('/');
  const ip = parseIp(address);
  if (!ip || rest.length > 0 || !/^(0|[1-9]\d{0,2})$/.test(prefix) || Number(prefix) > ip.bits)
    return undefined;
  return new CelCidr(ip, Number(prefix));
}

function parseFour(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256))
    return undefined;
  return parts.reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);
}

function groupsOf(text: string): bigint[] | undefined {
  if (text === '') return [];
  const groups: bigint[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    const four = index === parts.length - 1 ? parseFour(part) : undefined;
    if (four !== undefined) groups.push(four >> 16n, four & 0xffffn);
    else if (/^[0-9A-Fa-f]{1,4}$/.test(part)) groups.push(BigInt(`0x${part}`));
    else return undefined;
  }
  return groups;
}
