import { ApiError } from '../api/api-error.js';
import type { Store } from '../store/store.js';
import type { Service, ServiceCIDR } from '../types/index.js';
import { AddressRange } from './address-range.js';
import { formatIpv4, parseIpv4 } from './ipv4.js';
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

/** Ranges that were added to the first, as objects. */
const ADDED_RANGES = 'networking.k8s.io/servicecidrs';

/**
 * Hands out cluster addresses and node ports. What is taken is what the services in the store say, so there is nothing to
 * save, repair or release; the choice follows from the service's name, so the same service gets the same address again
 * wherever it is free, in any order of events.
 */
export class StoreServiceAddresses implements ServiceAddresses {
  readonly #store: Store;
  readonly #ranges: ServiceRanges;
  readonly #own: AddressRange;
  #added: readonly AddressRange[] = [];
  readonly #addresses = new Map<string, string>();
  readonly #ports = new Map<number, string>();

  constructor(store: Store, ranges: ServiceRanges = DEFAULT_SERVICE_RANGES) {
    this.#store = store;
    this.#ranges = ranges;
    const own = AddressRange.of(ranges.cidr);
    if (!own)
      throw new RangeError(
        `the range of service addresses "${ranges.cidr}" is not an IPv4 block of /8 to /30`,
      );
    this.#own = own;
    this.#readRanges();
    for (const service of store.table('/services').objects.values()) this.#take(service as Service);
    store.subscribe((event) => {
      if (event.resource === ADDED_RANGES) this.#readRanges();
      if (event.resource !== '/services') return;
      if (event.previous) this.#release(event.previous as Service);
      if (event.type !== 'DELETED') this.#take(event.object as Service);
    });
  }

  /** The first address of the range: that of the API itself. */
  get first(): string {
    return this.#own.first;
  }

  /** The tenth address, where installers put cluster DNS; undefined when another service has it. */
  get usualDns(): string | undefined {
    const value = parseIpv4(this.#own.first);
    const address = value === undefined ? undefined : formatIpv4(value + 9);
    return address === undefined || this.problemOf(address, 'kube-system/kube-dns') !== undefined
      ? undefined
      : address;
  }

  allocate(service: string): string {
    for (const range of this.#all()) {
      const address = range.pick(hash(service));
      if (address !== undefined) return address;
    }
    throw new ApiError(500, 'InternalError', 'failed to allocate a serviceIP: range is full');
  }

  problemOf(address: string, service: string): string | undefined {
    const ranges = this.#all();
    if (!ranges.some((range) => range.contains(address))) {
      const valid = ranges.map(({ cidr }) => cidr).join(', ');
      return `failed to allocate IP ${address}: the provided IP (${address}) is not in the valid range. The range of valid IPs is ${valid}`;
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

  /** Ranges that are on their way out give out nothing any more. */
  #readRanges(): void {
    const objects = [...this.#store.table(ADDED_RANGES).objects.values()] as ServiceCIDR[];
    this.#added = objects
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      .flatMap(({ spec }) => spec?.cidrs ?? [])
      .filter((cidr) => cidr !== this.#own.cidr)
      .sort()
      .flatMap((cidr) => AddressRange.of(cidr) ?? []);
    for (const range of this.#added) for (const address of this.#addresses.keys()) range.take(address);
  }

  #all(): readonly AddressRange[] {
    return [this.#own, ...this.#added];
  }

  #take(service: Service): void {
    const name = `${service.metadata.namespace}/${service.metadata.name}`;
    for (const address of service.spec?.clusterIPs ?? []) {
      if (address === 'None') continue;
      this.#addresses.set(address, name);
      for (const range of this.#all()) range.take(address);
    }
    for (const port of nodePorts(service)) this.#ports.set(port, name);
  }

  #release(service: Service): void {
    for (const address of service.spec?.clusterIPs ?? []) {
      this.#addresses.delete(address);
      for (const range of this.#all()) range.release(address);
    }
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
