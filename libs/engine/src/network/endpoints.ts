import type { Client, Lister } from '../clients/client.js';
import { EndpointSlices, Services } from '../clients/resource-type.js';
import type { Endpoint, EndpointSlice, Service, ServicePort } from '../types/index.js';

/** One address behind a port of a service. */
export interface ServiceEndpoint {
  readonly ip: string;
  readonly port: number;
  readonly hostname: string | undefined;
  readonly nodeName: string | undefined;
  readonly zone: string | undefined;
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
  readonly hintZones: readonly string[];
  readonly hintNodes: readonly string[];
}

const SERVICE_NAME = 'kubernetes.io/service-name';
/** The index of slices by their service, and how it files them. */
export const BY_SERVICE = 'service';
const BY_ADDRESS = 'address';
const BY_NODE_PORT = 'node-port';

/** The service a slice is of, by namespace and name; none for a slice of nobody. */
export function serviceOfSlice({ metadata }: Pick<EndpointSlice, 'metadata'>): string[] {
  const name = metadata.labels?.[SERVICE_NAME];
  return name === undefined ? [] : [`${metadata.namespace ?? ''}/${name}`];
}

/** Services and what is behind them, read from the store's indexes: always current, nothing to keep in step. */
export class ServiceDirectory {
  readonly #services: Lister<Service>;
  readonly #slices: Lister<EndpointSlice>;

  constructor(client: Client) {
    this.#services = client.lister(Services);
    this.#slices = client.lister(EndpointSlices);
    this.#services.index(BY_ADDRESS, serviceAddresses);
    this.#services.index(BY_NODE_PORT, ({ spec }) =>
      (spec?.ports ?? []).flatMap(({ nodePort }) => (nodePort ? [String(nodePort)] : [])),
    );
    this.#slices.index(BY_SERVICE, serviceOfSlice);
    this.#slices.index(BY_ADDRESS, ({ endpoints }) =>
      (endpoints ?? []).flatMap(({ addresses }) => addresses),
    );
  }

  service(namespace: string, name: string): Service | undefined {
    return this.#services.get(namespace, name);
  }

  services(): Iterable<Service> {
    return this.#services.list();
  }

  /** The service that owns a cluster, external or load balancer address. */
  byAddress(address: string): Service | undefined {
    for (const service of this.#services.by(BY_ADDRESS, address)) return service;
    return undefined;
  }

  byNodePort(nodePort: number): Service | undefined {
    for (const service of this.#services.by(BY_NODE_PORT, String(nodePort))) return service;
    return undefined;
  }

  slicesOf(service: Service): Iterable<EndpointSlice> {
    return this.#slices.by(BY_SERVICE, `${service.metadata.namespace ?? ''}/${service.metadata.name ?? ''}`);
  }

  /** Slices that list an address. */
  slicesWith(address: string): Iterable<EndpointSlice> {
    return this.#slices.by(BY_ADDRESS, address);
  }

  /** Everything behind one port of a service, ready or not, by address. */
  endpointsOf(service: Service, servicePort: ServicePort): ServiceEndpoint[] {
    const result = new Map<string, ServiceEndpoint>();
    for (const slice of this.slicesOf(service)) {
      if (slice.addressType !== 'IPv4') continue;
      const port = slice.ports?.find(
        ({ name, protocol }) =>
          (name ?? '') === (servicePort.name ?? '') &&
          (protocol ?? 'TCP') === (servicePort.protocol ?? 'TCP'),
      )?.port;
      if (port === undefined) continue;
      for (const endpoint of slice.endpoints ?? []) {
        const ip = endpoint.addresses[0];
        if (ip !== undefined) result.set(`${ip}:${port}`, serviceEndpoint(endpoint, ip, port));
      }
    }
    return [...result.values()].sort((a, b) => (a.ip < b.ip ? -1 : a.ip > b.ip ? 1 : a.port - b.port));
  }
}

export function serviceEndpoint(endpoint: Endpoint, ip: string, port: number): ServiceEndpoint {
  const { conditions, hints } = endpoint;
  const ready = conditions?.ready ?? true;
  return {
    ip,
    port,
    hostname: endpoint.hostname,
    nodeName: endpoint.nodeName,
    zone: endpoint.zone,
    ready,
    serving: conditions?.serving ?? ready,
    terminating: conditions?.terminating ?? false,
    hintZones: (hints?.forZones ?? []).map(({ name }) => name),
    hintNodes: (hints?.forNodes ?? []).map(({ name }) => name),
  };
}

function serviceAddresses({ spec, status }: Service): string[] {
  const clusterIps = spec?.clusterIPs ?? (spec?.clusterIP ? [spec.clusterIP] : []);
  const ingress = (status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => (ip ? [ip] : []));
  return [...clusterIps.filter((ip) => ip !== '' && ip !== 'None'), ...(spec?.externalIPs ?? []), ...ingress];
}
