import { formatIpv4, parseIpv4 } from './ipv4.js';

/** The lower part of a range is left to those who choose for themselves (allocator's reserved band). */
const LARGEST_BAND = 256;
const SMALLEST_BAND = 16;
/** The shortest and longest prefixes of a range. */
const SHORTEST_PREFIX = 8;
const LONGEST_PREFIX = 30;

/** A block of IPv4 addresses for services, and which of them are taken. Its first and last address are nobody's. */
export class AddressRange {
  readonly cidr: string;
  readonly #base: number;
  readonly #size: number;
  readonly #taken = new Set<number>();

  private constructor(cidr: string, base: number, size: number) {
    this.cidr = cidr;
    this.#base = base;
    this.#size = size;
  }

  /** A range written as `10.96.0.0/16`; undefined when it is no IPv4 block of /8 to /30. */
  static of(cidr: string): AddressRange | undefined {
    const [address = '', bits = ''] = cidr.split('/');
    const value = parseIpv4(address);
    const prefix = /^\d{1,2}$/.test(bits) ? Number(bits) : NaN;
    if (value === undefined || !(prefix >= SHORTEST_PREFIX && prefix <= LONGEST_PREFIX)) return undefined;
    const size = 2 ** (32 - prefix);
    return new AddressRange(cidr, value - (value % size), size);
  }

  /** The lowest address that is given out. */
  get first(): string {
    return formatIpv4(this.#base + 1);
  }

  /** Whether an address may be given out of this range. */
  contains(address: string): boolean {
    return this.#numberOf(address) !== undefined;
  }

  /** Says that an address has an owner now; one of another range is nothing to this one. */
  take(address: string): void {
    const value = this.#numberOf(address);
    if (value !== undefined) this.#taken.add(value);
  }

  release(address: string): void {
    const value = this.#numberOf(address);
    if (value !== undefined) this.#taken.delete(value);
  }

  /** A free address, the same for the same `seed` wherever it is free; undefined when all are taken. */
  pick(seed: number): string | undefined {
    // Looking at every address of a full range, for every service to come, would take longer than anything else.
    if (this.#taken.size >= this.#size - 2) return undefined;
    const band = Math.min(Math.max(SMALLEST_BAND, Math.floor(this.#size / 16)), LARGEST_BAND);
    const usable = this.#size - 2;
    const start = band < usable ? band : 0;
    for (let probe = 0, offset = seed % (usable - start); probe < usable; probe++) {
      // First the upper part of the range from where the seed points, then the reserved band.
      const within =
        probe < usable - start ? start + ((offset + probe) % (usable - start)) : probe - (usable - start);
      const value = this.#base + 1 + within;
      if (!this.#taken.has(value)) return formatIpv4(value);
    }
    return undefined;
  }

  #numberOf(address: string): number | undefined {
    const value = parseIpv4(address);
    return value !== undefined && value > this.#base && value < this.#base + this.#size - 1
      ? value
      : undefined;
  }
}
