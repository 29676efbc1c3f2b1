import type { CertificateMaker } from './certificate-maker.js';
import type { Clock, Timer } from '../clock.js';
import type { ClusterDns } from '../network/dns/cluster-dns.js';
import type { DnsAnswer } from '../network/dns/dns-record.js';
import { podNames } from '../network/dns/pod-names.js';
import type { PodResolver } from '../network/dns/pod-resolver.js';
import { INGRESS_PORT, type IngressRoutes } from '../network/ingress/ingress-routes.js';
import type { NetworkPolicies } from '../network/policies/network-policies.js';
import type { PolicyEnd } from '../network/policies/policy-decision.js';
import { contains, parseCidr, type Cidr } from '../network/addresses.js';
import { parseIpv4 } from '../registry/ipv4.js';
import { API_PORT, controlPlaneAddress, type ClusterNetwork } from '../network/cluster-network.js';
import type { Pod } from '../types/index.js';
import type { ServiceProxy } from '../network/service-proxy.js';
import type {
  ContainerNetwork,
  HttpAnswer,
  HttpRequest,
  Reach,
  TlsIdentity,
  Usage,
} from './container-runtime.js';
import { answered, LazyNetwork } from './lazy-network.js';
import type { ContainerInstance, RunningPods, StampedLine } from './running-pods.js';

const LOOPBACK = '127.0.0.1';
/** Where the cluster's DNS is when no service says so. */
const USUAL_DNS = '10.96.0.10';
const DNS_PORT = 53;
/** How often a follower of a log is told what is new. */
const FOLLOW_MS = 250;
/** Lines kept per container, and so the most a log has. */
const LONGEST_LOG = 10_000;

export interface LogQuery {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** The life before the present one. */
  readonly previous?: boolean;
}

/** A container's log: what there is, and a way to hear of more. */
export interface ContainerLog {
  readonly lines: readonly StampedLine[];
  /** Calls `onLine` for every later line and `onEnd` once when no more can come; returns the way to stop. */
  follow(onLine: (line: StampedLine) => void, onEnd: () => void): () => void;
}

/** What became of a request sent into the cluster's network. */
export type NetworkAnswer =
  | { readonly kind: 'answer'; readonly answer: HttpAnswer; readonly ip: string; readonly port: number }
  | { readonly kind: 'refused' | 'dropped' | 'unknown-host'; readonly reason: string };

/** Where a call of a container ends. */
type ContainerRoute =
  | { readonly kind: 'endpoint'; readonly ip: string; readonly port: number }
  | { readonly kind: 'refused' | 'dropped' | 'unknown-host'; readonly reason: string };

const isLocal = (host: string): boolean => host === 'localhost' || host === LOOPBACK;

/** What a resolver makes of a server that does not answer. */
const UNANSWERED: DnsAnswer = {
  code: 'SERVFAIL',
  authoritative: false,
  answers: [],
  authority: [],
  additional: [],
};

/** What the rest of the engine asks of running containers: logs, answers, measurements. */
export class ClusterRuntime {
  readonly running: RunningPods;
  readonly #clock: Clock;
  readonly #proxy: ServiceProxy;
  readonly #dns: ClusterDns;
  readonly #policies: NetworkPolicies;
  readonly #ingresses: IngressRoutes;
  readonly #nodes: Cidr;
  readonly #apiAddress: string;
  readonly #domain: string;
  /** The API as containers reach it; undefined while nobody serves it. */
  api: ((request: HttpRequest) => HttpAnswer) | undefined;
  /** Makes keys for programs in containers; nobody before the cluster is served. */
  certificates: CertificateMaker | undefined;

  constructor(
    running: RunningPods,
    clock: Clock,
    proxy: ServiceProxy,
    dns: ClusterDns,
    network: Pick<ClusterNetwork, 'nodeCidr' | 'domain'>,
    policies: NetworkPolicies,
    ingresses: IngressRoutes,
  ) {
    this.#ingresses = ingresses;
    this.#policies = policies;
    this.#nodes = parseCidr(network.nodeCidr);
    this.#apiAddress = controlPlaneAddress(network);
    this.#domain = network.domain;
    this.running = running;
    this.#clock = clock;
    this.#proxy = proxy;
    this.#dns = dns;
  }

  /** The log of a container; undefined when it never ran here (or has no earlier life). */
  logs({ namespace, pod, container, previous }: LogQuery): ContainerLog | undefined {
    const lives = this.running.get(namespace, pod)?.containers.get(container);
    const life = previous ? lives?.previous : lives?.current;
    if (!life) return undefined;
    return {
      lines: this.#linesOf(life),
      follow: (onLine, onEnd) => this.#follow(life, { namespace, pod, container }, onLine, onEnd),
    };
  }

  /**
   * Sends a request to an address of a pod, as a neighbour would. The API is not reached this way: whoever is no container asks it
   * where it is served, over TLS.
   */
  http(ip: string, port: number, request: HttpRequest): NetworkAnswer {
    if (port === INGRESS_PORT && ip === this.#ingresses.address) return this.#throughIngress(request);
    return this.#answered(ip, port, this.running.http(ip, port, request, this.#clock.now()));
  }

  /** Hands a request on to the service that an ingress names for it. */
  #throughIngress(request: HttpRequest): NetworkAnswer {
    const ip = this.#ingresses.address;
    const answer = (status: number, body: string): NetworkAnswer => ({
      kind: 'answer',
      answer: { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body },
      ip,
      port: INGRESS_PORT,
    });
    const { host = '' } = request.headers;
    const target = this.#ingresses.target(host, request.url.split('?')[0] ?? '/');
    if (!target) return answer(404, 'default backend - 404');
    const { clientIp = LOOPBACK, headers } = request;
    const forwarded = {
      'x-forwarded-for': [headers['x-forwarded-for'], clientIp].filter(Boolean).join(', '),
      'x-forwarded-host': host,
      'x-forwarded-proto': 'http',
      'x-real-ip': clientIp,
    };
    const name = `${target.service}.${target.namespace}.svc.${this.#domain}`;
    const passed = { ...request, clientIp: ip, headers: { ...headers, ...forwarded } };
    // A service may lead back to the ingress controller.
    const found = answered(() => this.fetch(target.namespace, name, target.port, passed));
    return found !== 'refused' && found.kind === 'answer'
      ? found
      : answer(503, '503 Service Temporarily Unavailable\n');
  }

  /** Where the traffic of ingresses is taken. */
  get ingressAddress(): string {
    return this.#ingresses.address;
  }

  /** Whether anything listens at an address of a pod. */
  listens(ip: string, port: number): boolean {
    return this.running.listens(ip, port, this.#clock.now());
  }

  /** What is shown over TLS at an address of a pod; undefined when nothing speaks TLS there. */
  tls(ip: string, port: number): TlsIdentity | undefined {
    return this.running.tls(ip, port, this.#clock.now());
  }

  #answered(ip: string, port: number, answer: HttpAnswer | undefined): NetworkAnswer {
    return answer
      ? { kind: 'answer', answer, ip, port }
      : { kind: 'refused', reason: `connect to ${ip}:${port}: connection refused` };
  }

  /** Sends a request to a host and port as a pod of `namespace` would: name resolution, service proxy, pod. */
  fetch(namespace: string, host: string, port: number, request: HttpRequest): NetworkAnswer {
    const resolver = this.#dns.resolverOf(namespace);
    const route = this.#route(resolver, host, port, 'TCP', request.clientIp ?? LOOPBACK);
    return route.kind === 'endpoint' ? this.http(route.ip, route.port, request) : route;
  }

  /** The network as a pod sees it. */
  networkOf(pod: Pod, ip: string): ContainerNetwork {
    const server = this.#dnsServer();
    return new LazyNetwork(ip, server, () => this.#networkOf(pod, ip, server));
  }

  #networkOf(pod: Pod, ip: string, server: string): ContainerNetwork {
    const { aliases, resolver, knows } = podNames(pod, this.#domain, server);
    const allows = (to: PolicyEnd, port: number, protocol: string): boolean =>
      this.#policies.allow({ from: this.#policies.endOf(pod, ip), to, port, protocol });
    const asksDns = (): boolean => allows(this.#policies.dnsAt(server), 53, 'UDP');
    const route = (host: string, port: number, protocol: string): ContainerRoute => {
      const name = aliases.get(host) ?? host;
      if (!isLocal(name) && parseIpv4(name) === undefined && !asksDns())
        return { kind: 'unknown-host', reason: `no policy lets ask for ${host}` };
      if (!knows && !isLocal(name) && parseIpv4(name) === undefined)
        return { kind: 'unknown-host', reason: `could not resolve host: ${host}` };
      const to = this.#route(resolver, name, port, protocol, ip);
      return to.kind !== 'endpoint' || allows(this.#endAt(to.ip), to.port, protocol)
        ? to
        : { kind: 'dropped', reason: `no policy allows ${to.ip}:${to.port}` };
    };
    const reason = (kind: 'refused' | 'dropped' | 'unknown-host'): Exclude<Reach, 'open'> =>
      kind === 'unknown-host' ? 'unknown' : kind;
    return {
      ip,
      server,
      certificates: this.certificates,
      fetch: (host, port, method, path, body, headers) => {
        const to = route(host, port, 'TCP');
        if (to.kind !== 'endpoint') return reason(to.kind);
        const request = {
          method,
          url: path,
          headers: { 'user-agent': 'curl/8.14.1', host: `${host}:${port}`, ...headers },
          clientIp: ip,
          ...(body !== undefined && { body: Buffer.from(body) }),
        };
        const found = this.#isApi(to.ip, to.port)
          ? this.#answered(to.ip, to.port, this.api?.(request))
          : this.http(to.ip, to.port, request);
        if (found.kind !== 'answer') return reason(found.kind);
        const { status, headers: told, body: text, isGuess = false } = found.answer;
        return {
          status,
          headers: told,
          isGuess,
          body: typeof text === 'string' ? text : Buffer.from(text).toString('utf8'),
        };
      },
      reach: (host, port, protocol) => {
        const to = route(host, port, protocol);
        if (to.kind !== 'endpoint') return reason(to.kind);
        const isOpen =
          this.#isApi(to.ip, to.port) ||
          this.#isDns(to.ip, to.port) ||
          (to.port === INGRESS_PORT && to.ip === this.#ingresses.address) ||
          this.running.listens(to.ip, to.port, this.#clock.now());
        return isOpen ? 'open' : 'refused';
      },
      datagram: (host, port, text) => {
        const to = route(host, port, 'UDP');
        return to.kind === 'endpoint'
          ? this.running.datagram(to.ip, to.port, text, this.#clock.now(), ip)
          : undefined;
      },
      lookUp: (host) => {
        const alias = aliases.get(host);
        if (alias !== undefined) return [alias];
        return knows && asksDns() ? this.#dns.addressesFor(host, resolver) : [];
      },
      answersPing: (address) =>
        address === LOOPBACK ||
        this.#isNode(address) ||
        [...this.running.at(address)].some(() => allows(this.#endAt(address), 0, 'ICMP')),
      ask: (question) => (knows && asksDns() ? this.#dns.answer(question) : UNANSWERED),
    };
  }

  /** Where a call from a pod ends: itself, a service's endpoint, a port of a node, another pod. */
  #route(
    resolver: Pick<PodResolver, 'searches' | 'options'>,
    host: string,
    port: number,
    protocol: string,
    clientIp: string,
  ): ContainerRoute {
    const local = isLocal(host);
    if (local && !this.#isNode(clientIp)) return { kind: 'endpoint', ip: clientIp, port };
    const published = local && this.running.atHostPort(clientIp, port, protocol, 'loopback');
    if (published) return { kind: 'endpoint', ...published };
    const [address] = local ? [clientIp] : this.#dns.addressesFor(host, resolver);
    if (address === undefined || parseIpv4(address) === undefined)
      return { kind: 'unknown-host', reason: `could not resolve host: ${host}` };
    const route = this.#proxy.route(address, port, protocol, { clientIp, external: false });
    if (route.kind === 'endpoint')
      return { kind: 'endpoint', ip: route.endpoint.ip, port: route.endpoint.port };
    if (route.kind !== 'unknown') return route;
    const onHost = this.running.atHostPort(address, port, protocol);
    if (onHost) return { kind: 'endpoint', ...onHost };
    if (this.#isNode(address)) {
      const byNode = this.#proxy.routeNodePort(port, protocol, { clientIp, external: false });
      if (byNode.kind === 'endpoint')
        return { kind: 'endpoint', ip: byNode.endpoint.ip, port: byNode.endpoint.port };
      if (byNode.kind !== 'unknown') return byNode;
    }
    return { kind: 'endpoint', ip: address, port };
  }

  /** Where the cluster's DNS is asked. */
  #dnsServer(): string {
    const [address] = this.#dns.addressesFor('kube-dns', this.#dns.resolverOf('kube-system'));
    return address ?? USUAL_DNS;
  }

  /** Who is at an address: a pod with a network of its own, or a node or somebody outside. */
  #endAt(ip: string): PolicyEnd {
    for (const { pod } of this.running.at(ip)) return this.#policies.endOf(pod, ip);
    return { ip };
  }

  #isApi(ip: string, port: number): boolean {
    return port === API_PORT && ip === this.#apiAddress && this.api !== undefined;
  }

  #isDns(ip: string, port: number): boolean {
    return port === DNS_PORT && ip === this.#apiAddress;
  }

  #isNode(address: string): boolean {
    const value = parseIpv4(address);
    return value !== undefined && contains(this.#nodes, value);
  }

  /** What each running container of a pod uses now. */
  usage(namespace: string, pod: string): ReadonlyMap<string, Usage> {
    return this.running.usage(namespace, pod, this.#clock.now());
  }

  #linesOf(life: ContainerInstance): readonly StampedLine[] {
    const untilMs = (life.endedMs ?? this.#clock.now()) - life.startedMs;
    return life.process
      .lines(untilMs, LONGEST_LOG)
      .map(({ atMs, ...line }) => ({ timeMs: life.startedMs + atMs, ...line }));
  }

  #follow(
    life: ContainerInstance,
    { namespace, pod, container }: LogQuery,
    onLine: (line: StampedLine) => void,
    onEnd: () => void,
  ): () => void {
    const known = this.#linesOf(life);
    let seenMs = known.at(-1)?.timeMs ?? -Infinity;
    let seenAtThatTime = known.filter(({ timeMs }) => timeMs === seenMs).length;
    let timer: Timer | undefined;
    const look = (): void => {
      const present = this.running.get(namespace, pod)?.containers.get(container);
      const ended =
        life.endedMs !== undefined ||
        (present?.current !== life && present?.current?.startedMs !== life.startedMs);
      let skip = seenAtThatTime;
      for (const line of this.#linesOf(life)) {
        if (line.timeMs < seenMs) continue;
        if (line.timeMs === seenMs && skip-- > 0) continue;
        seenAtThatTime = line.timeMs === seenMs ? seenAtThatTime + 1 : 1;
        seenMs = line.timeMs;
        skip = 0;
        onLine(line);
      }
      if (ended) return onEnd();
      timer = this.#clock.after(FOLLOW_MS, look);
    };
    timer = this.#clock.after(FOLLOW_MS, look);
    return () => timer?.cancel();
  }
}
