import type { Clock, Timer } from '../clock.js';
import type { ClusterDns } from '../network/dns/cluster-dns.js';
import { parseIpv4 } from '../network/addresses.js';
import type { ServiceProxy } from '../network/service-proxy.js';
import type { HttpAnswer, HttpRequest, Usage } from './container-runtime.js';
import type { ContainerInstance, RunningPods, StampedLine } from './running-pods.js';

/** How often a follower of a log is told what is new. */
const FOLLOW_MS = 250;
/** Lines kept per container, and so the most a log has. */
const LONGEST_LOG = 1000;

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

/** What the rest of the engine asks of running containers: logs, answers, measurements. */
export class ClusterRuntime {
  readonly running: RunningPods;
  readonly #clock: Clock;
  readonly #proxy: ServiceProxy;
  readonly #dns: ClusterDns;

  constructor(running: RunningPods, clock: Clock, proxy: ServiceProxy, dns: ClusterDns) {
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

  /** Sends a request to an address of a pod, as a neighbour would. */
  http(ip: string, port: number, request: HttpRequest): NetworkAnswer {
    const answer = this.running.http(ip, port, request, this.#clock.now());
    return answer
      ? { kind: 'answer', answer, ip, port }
      : { kind: 'refused', reason: `connect to ${ip}:${port}: connection refused` };
  }

  /** Sends a request to a host and port as a pod of `namespace` would: name resolution, service proxy, pod. */
  fetch(namespace: string, host: string, port: number, request: HttpRequest): NetworkAnswer {
    const [address] = this.#dns.addressesFor(host, namespace);
    if (address === undefined || parseIpv4(address) === undefined)
      return { kind: 'unknown-host', reason: `could not resolve host: ${host}` };
    const route = this.#proxy.route(address, port, 'TCP', {
      clientIp: request.clientIp ?? '127.0.0.1',
      external: false,
    });
    switch (route.kind) {
      case 'endpoint':
        return this.http(route.endpoint.ip, route.endpoint.port, request);
      case 'unknown':
        return this.http(address, port, request);
      case 'refused':
      case 'dropped':
        return route;
    }
  }

  /** What each running container of a pod uses now. */
  usage(namespace: string, pod: string): ReadonlyMap<string, Usage> {
    return this.running.usage(namespace, pod, this.#clock.now());
  }

  #linesOf(life: ContainerInstance): readonly StampedLine[] {
    const untilMs = (life.endedMs ?? this.#clock.now()) - life.startedMs;
    return life.process
      .lines(untilMs, LONGEST_LOG)
      .map(({ atMs, stream, text }) => ({ timeMs: life.startedMs + atMs, stream, text }));
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
