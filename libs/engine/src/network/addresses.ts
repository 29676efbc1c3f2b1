/* Ranges of IPv4 addresses, and who has which. */

import { formatIpv4, parseIpv4 } from '../registry/ipv4.js';

/** A block of addresses: `10.244.0.0/16`. */
export interface Cidr {
  readonly base: number;
  readonly bits: number;
  readonly size: number;
}

/** Parses `10.244.0.0/16`; throws RangeError for anything else. */
export function parseCidr(text: string): Cidr {
  const slash = text.indexOf('/');
  const base = parseIpv4(text.slice(0, Math.max(0, slash)));
  const bits = Number(text.slice(slash + 1));
  if (slash < 0 || base === undefined || !Number.isInteger(bits) || bits < 0 || bits > 32)
    throw new RangeError(`"${text}" is not an IPv4 range such as 10.244.0.0/16`);
  const size = 2 ** (32 - bits);
  return { base: base - (base % size), bits, size };
}

export function formatCidr({ base, bits }: Cidr): string {
  return `${formatIpv4(base)}/${bits}`;
}

export function contains({ base, size }: Cidr, address: number): boolean {
  return address >= base && address < base + size;
}

/** The `index`-th block of `bits` inside a range; undefined when it does not fit. */
export function subnet(range: Cidr, bits: number, index: number): Cidr | undefined {
  const size = 2 ** (32 - bits);
  return bits >= range.bits && (index + 1) * size <= range.size
    ? { base: range.base + index * size, bits, size }
    : undefined;
}

/**
 * Hands out the addresses of a range one after another, and again from the start: an address that was given back is not
 * reused at once. The first and last address of the range are never given.
 */
export class AddressPool {
  readonly #range: Cidr;
  readonly #taken = new Set<number>();
  #next = 1;

  constructor(range: Cidr, options: { readonly reserved?: number } = {}) {
    this.#range = range;
    this.#next = 1 + (options.reserved ?? 0);
    for (let index = 1; index <= (options.reserved ?? 0); index++) this.#taken.add(index);
  }

  /** The next free address; undefined when all are taken. */
  take(): string | undefined {
    const usable = this.#range.size - 2;
    for (let tried = 0; tried < usable; tried++) {
      const index = this.#next;
      this.#next = this.#next >= usable ? 1 : this.#next + 1;
      if (this.#taken.has(index)) continue;
      this.#taken.add(index);
      return formatIpv4(this.#range.base + index);
    }
    return undefined;
  }

  /** Claims a certain address; false when it is taken or out of range. */
  claim(address: string): boolean {
    const value = parseIpv4(address);
    if (value === undefined || !contains(this.#range, value)) return false;
    const index = value - this.#range.base;
    if (index < 1 || index > this.#range.size - 2 || this.#taken.has(index)) return false;
    this.#taken.add(index);
    return true;
  }

  release(address: string): void {
    const value = parseIpv4(address);
    if (value !== undefined && contains(this.#range, value)) this.#taken.delete(value - this.#range.base);
  }

  /** How many addresses are given out. */
  get size(): number {
    return this.#taken.size;
  }
}
