import type { Clock } from '../clock.js';
import type { Random } from '../random.js';
import type { Service, ServicePort } from '../types/index.js';
import type { ServiceDirectory, ServiceEndpoint } from './endpoints.js';

/** How long a client stays with an endpoint when the service says ClientIP and no time. */
const DEFAULT_AFFINITY_SECONDS = 10_800;
/** Clients remembered per service port for session affinity; the longest unseen is forgotten. */
const REMEMBERED_CLIENTS = 10_000;

/** Where a packet comes from. */
export interface TrafficSource {
  readonly clientIp: string;
  /** The node whose rules are asked; undefined for this machine, which is on none. */
  readonly nodeName?: string;
  readonly zone?: string;
  /** True when it comes from outside the cluster (node port, external address). */
  readonly external: boolean;
}

/** What becomes of a packet for a service. */
export type Route =
  | { readonly kind: 'endpoint'; readonly endpoint: ServiceEndpoint; readonly service: Service }
  /** There is such a service port, and nothing behind it: refused at once. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** External traffic to a node without an endpoint, under the Local policy: never answered. */
  | { readonly kind: 'dropped'; readonly reason: string }
  | { readonly kind: 'unknown' };

/**
 * The endpoints that traffic of a kind may go to (proxy/topology.go CategorizeEndpoints): the ready ones, or those that end
 * but still serve when none is ready; only the node's own under a Local policy; those hinted for the node or zone when all
 * ready ones have hints and one fits.
 */
export function usableEndpoints(
  service: Service,
  endpoints: readonly ServiceEndpoint[],
  source: TrafficSource,
): readonly ServiceEndpoint[] {
  const { spec } = service;
  const local = source.external
    ? spec?.externalTrafficPolicy === 'Local'
    : spec?.internalTrafficPolicy === 'Local';
  const inReach = local ? endpoints.filter(({ nodeName }) => nodeName === source.nodeName) : endpoints;
  const ready = inReach.filter((endpoint) => endpoint.ready);
  if (ready.length === 0) return inReach.filter(({ serving, terminating }) => serving && terminating);
  return local ? ready : hinted(ready, source);
}

function hinted(ready: readonly ServiceEndpoint[], source: TrafficSource): readonly ServiceEndpoint[] {
  const { nodeName, zone } = source;
  if (nodeName !== undefined && ready.every(({ hintNodes }) => hintNodes.length > 0)) {
    const near = ready.filter(({ hintNodes }) => hintNodes.includes(nodeName));
    if (near.length > 0) return near;
  }
  if (zone !== undefined && ready.every(({ hintZones }) => hintZones.length > 0)) {
    const near = ready.filter(({ hintZones }) => hintZones.includes(zone));
    if (near.length > 0) return near;
  }
  return ready;
}

/** Decides where traffic for services goes, as kube-proxy's rules would. */
export class ServiceProxy {
  readonly #directory: ServiceDirectory;
  readonly #random: Random;
  readonly #clock: Clock;
  readonly #sticky = new Map<string, { key: string; untilMs: number }>();

  constructor(directory: ServiceDirectory, random: Random, clock: Clock) {
    this.#directory = directory;
    this.#random = random;
    this.#clock = clock;
  }

  /** Traffic to an address of a service. */
  route(address: string, port: number, protocol: string, source: TrafficSource): Route {
    const service = this.#directory.byAddress(address);
    const servicePort = service?.spec?.ports?.find(
      (candidate) => candidate.port === port && (candidate.protocol ?? 'TCP') === protocol,
    );
    if (!service || !servicePort) return { kind: 'unknown' };
    const isClusterIp =
      service.spec?.clusterIP === address || service.spec?.clusterIPs?.includes(address) === true;
    return this.#choose(service, servicePort, { ...source, external: source.external || !isClusterIp });
  }

  /** Traffic to a node port, on whichever node. */
  routeNodePort(nodePort: number, protocol: string, source: TrafficSource): Route {
    const service = this.#directory.byNodePort(nodePort);
    const servicePort = service?.spec?.ports?.find(
      (candidate) => candidate.nodePort === nodePort && (candidate.protocol ?? 'TCP') === protocol,
    );
    if (!service || !servicePort) return { kind: 'unknown' };
    return this.#choose(service, servicePort, { ...source, external: true });
  }

  #choose(service: Service, servicePort: ServicePort, source: TrafficSource): Route {
    const endpoints = this.#directory.endpointsOf(service, servicePort);
    const usable = usableEndpoints(service, endpoints, source);
    const name = `${service.metadata.namespace ?? ''}/${service.metadata.name ?? ''}:${servicePort.name ?? servicePort.port}`;
    if (usable.length === 0) {
      const others = endpoints.some((endpoint) => endpoint.ready);
      return others
        ? { kind: 'dropped', reason: `${name} has no local endpoints` }
        : { kind: 'refused', reason: `${name} has no endpoints` };
    }
    const sticky = service.spec?.sessionAffinity === 'ClientIP';
    const clientKey = `${name}\0${source.clientIp}`;
    if (sticky) {
      const kept = this.#kept(clientKey, usable);
      if (kept) return { kind: 'endpoint', endpoint: this.#stick(clientKey, kept, service), service };
    }
    const endpoint = usable[Math.floor(this.#random.next() * usable.length)] as ServiceEndpoint;
    if (sticky) this.#stick(clientKey, endpoint, service);
    return { kind: 'endpoint', endpoint, service };
  }

  #kept(clientKey: string, usable: readonly ServiceEndpoint[]): ServiceEndpoint | undefined {
    const kept = this.#sticky.get(clientKey);
    if (!kept || kept.untilMs <= this.#clock.now()) return undefined;
    return usable.find(({ ip, port }) => `${ip}:${port}` === kept.key);
  }

  #stick(clientKey: string, endpoint: ServiceEndpoint, service: Service): ServiceEndpoint {
    const seconds = service.spec?.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? DEFAULT_AFFINITY_SECONDS;
    this.#sticky.delete(clientKey);
    this.#sticky.set(clientKey, {
      key: `${endpoint.ip}:${endpoint.port}`,
      untilMs: this.#clock.now() + seconds * 1000,
    });
    if (this.#sticky.size > REMEMBERED_CLIENTS) {
      const [oldest] = this.#sticky.keys();
      if (oldest !== undefined) this.#sticky.delete(oldest);
    }
    return endpoint;
  }
}
