import { ApiError } from '../api/api-error.js';
import type { Store } from '../store/store.js';
import type { Service } from '../types/index.js';
import type { ServiceAddresses } from './resource.js';

/** Which addresses and ports services get. */
export interface ServiceRanges {
  /** IPv4 block such as `10.96.0.0/16`; one inside 127.0.0.0/8 makes cluster addresses reachable on this machine. */
  readonly cidr: string;
  readonly firstNodePort: number;
  readonly lastNodePort: number;
}

export const DEFAULT_SERVICE_RANGES: ServiceRanges = {
  cidr: '10.96.0.0/16',
  firstNodePort: 30_000,
  lastNodePort: 32_767,
};

/** The lower part of a range is left to those who choose for themselves (allocator's reserved band). */
const LARGEST_BAND = 256;
const SMALLEST_BAND = 16;

/**
 * Hands out cluster addresses and node ports. What is taken is what the services in the store say, so there is nothing to
 * save, repair or release; the choice follows from the service's name, so the same service gets the same address again
 * wherever it is free, in any order of events.
 */
export class StoreServiceAddresses implements ServiceAddresses {
  readonly #ranges: ServiceRanges;
  readonly #first: number;
  readonly #size: number;
  readonly #addresses = new Map<string, string>();
  readonly #ports = new Map<number, string>();

  constructor(store: Store, ranges: ServiceRanges = DEFAULT_SERVICE_RANGES) {
    this.#ranges = ranges;
    const [base = '', bits = ''] = ranges.cidr.split('/');
    const network = parseIpv4(base);
    const prefix = Number(bits);
    if (network === undefined || !Number.isInteger(prefix) || prefix < 8 || prefix > 30)
      throw new RangeError(
        `the range of service addresses "${ranges.cidr}" is not an IPv4 block of /8 to /30`,
      );
    this.#size = 2 ** (32 - prefix);
    this.#first = network - (network % this.#size);
    for (const service of store.table('/services').objects.values()) this.#take(service as Service);
    store.subscribe((event) => {
      if (event.resource !== '/services') return;
      if (event.previous) this.#release(event.previous as Service);
      if (event.type !== 'DELETED') this.#take(event.object as Service);
    });
  }

  /** The first address of the range: that of the API itself. */
  get first(): string {
    return formatIpv4(this.#first + 1);
  }

  allocate(service: string): string {
    const band = Math.min(Math.max(SMALLEST_BAND, Math.floor(this.#size / 16)), LARGEST_BAND);
    const usable = this.#size - 2;
    const start = band < usable ? band : 0;
    for (let probe = 0, offset = hash(service) % (usable - start); probe < usable; probe++) {
      // First the upper part of the range from where the name points, then the reserved band.
      const within =
        probe < usable - start ? start + ((offset + probe) % (usable - start)) : probe - (usable - start);
      const address = formatIpv4(this.#first + 1 + within);
      if (!this.#addresses.has(address)) return address;
    }
    throw new ApiError(500, 'InternalError', 'failed to allocate a serviceIP: range is full');
  }

  problemOf(address: string, service: string): string | undefined {
    const number = parseIpv4(address);
    const valid = number !== undefined && number > this.#first && number < this.#first + this.#size - 1;
    if (!valid) {
      return `failed to allocate IP ${address}: the provided IP (${address}) is not in the valid range. The range of valid IPs is ${this.#ranges.cidr}`;
    }
    const owner = this.#addresses.get(address);
    return owner !== undefined && owner !== service
      ? `failed to allocate IP ${address}: provided IP is already allocated`
      : undefined;
  }

  allocatePort(service: string, taken: ReadonlySet<number>): number {
    const { firstNodePort: first, lastNodePort: last } = this.#ranges;
    const size = last - first + 1;
    const offset = hash(`${service}#${taken.size}`) % size;
    for (let probe = 0; probe < size; probe++) {
      const port = first + ((offset + probe) % size);
      if (!this.#ports.has(port) && !taken.has(port)) return port;
    }
    throw new ApiError(500, 'InternalError', 'failed to allocate a nodePort: range is full');
  }

  portProblemOf(port: number, service: string): string | undefined {
    const { firstNodePort: first, lastNodePort: last } = this.#ranges;
    if (port < first || port > last)
      return `provided port is not in the valid range. The range of valid ports is ${first}-${last}`;
    const owner = this.#ports.get(port);
    return owner !== undefined && owner !== service ? 'provided port is already allocated' : undefined;
  }

  #take(service: Service): void {
    const name = `${service.metadata.namespace}/${service.metadata.name}`;
    for (const address of service.spec?.clusterIPs ?? [])
      if (address !== 'None') this.#addresses.set(address, name);
    for (const port of nodePorts(service)) this.#ports.set(port, name);
  }

  #release(service: Service): void {
    for (const address of service.spec?.clusterIPs ?? []) this.#addresses.delete(address);
    for (const port of nodePorts(service)) this.#ports.delete(port);
  }
}

function nodePorts(service: Service): number[] {
  const ports = (service.spec?.ports ?? []).flatMap(({ nodePort }) => (nodePort ? [nodePort] : []));
  return service.spec?.healthCheckNodePort ? [...ports, service.spec.healthCheckNodePort] : ports;
}

/** FNV-1a: spreads names evenly. */
function hash(text: string): number {
  let value = 2_166_136_261;
  for (let index = 0; index < text.length; index++)
    value = Math.imul(value ^ text.charCodeAt(index), 16_777_619);
  return value >>> 0;
}

/** An IPv4 address as a number; undefined when it is not one. */
export function parseIpv4(text: string): number | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  let value = 0;
  for (const part of parts) {
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined;
    value = value * 256 + Number(part);
  }
  return value;
}

function formatIpv4(value: number): string {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');
}
