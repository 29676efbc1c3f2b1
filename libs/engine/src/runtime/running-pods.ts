import type { Pod } from '../types/index.js';
import type { ContainerFiles } from './files/container-files.js';
import type {
  ContainerNetwork,
  ContainerProcess,
  HttpAnswer,
  HttpRequest,
  LogLine,
  TlsIdentity,
  Usage,
} from './container-runtime.js';

/** One life of a container. */
export interface ContainerInstance {
  readonly process: ContainerProcess;
  readonly startedMs: number;
  endedMs: number | undefined;
  readonly env: ReadonlyMap<string, string>;
  readonly image: string;
  readonly files: () => ContainerFiles;
  /** The same, if anybody has looked at them. */
  readonly knownFiles: () => ContainerFiles | undefined;
  readonly network: ContainerNetwork;
  readonly hostname: string;
  /** Has its probes asked again: something was done in it from outside. */
  readonly poke: () => void;
  /** Ends its program, as when the person at its terminal leaves it. */
  readonly exit: (exitCode: number) => void;
}

/** A pod on a node with the containers that run in it or ran. */
export interface RunningPod {
  pod: Pod;
  readonly ip: string;
  /** Address of its node. */
  readonly hostIp: string;
  readonly containers: Map<
    string,
    { current: ContainerInstance | undefined; previous: ContainerInstance | undefined }
  >;
}

/** A line of a container's log with the time it was written, in milliseconds since the epoch. */
export interface StampedLine extends Omit<LogLine, 'atMs'> {
  readonly timeMs: number;
}

const keyOf = (namespace: string, name: string): string => `${namespace}/${name}`;

/**
 * What runs right now: the kubelets enter it, and whoever wants something of a container (logs, requests, measurements,
 * commands) finds it here, by pod or by address.
 */
export class RunningPods {
  readonly #byName = new Map<string, RunningPod>();
  readonly #byIp = new Map<string, RunningPod[]>();
  readonly #byHostPort = new Map<string, { readonly running: RunningPod; readonly port: number }>();

  /** Signs a token of a pod's service account; there is none while nobody can. */
  tokens: ((pod: Pod, audience: string | undefined, seconds: number) => string | undefined) | undefined;

  enter(pod: Pod, ip: string, hostIp = ''): RunningPod {
    const { namespace = '', name = '' } = pod.metadata;
    this.leave(namespace, name);
    const running: RunningPod = { pod, ip, hostIp, containers: new Map() };
    for (const [key, port] of hostPorts(pod, hostIp)) this.#byHostPort.set(key, { running, port });
    this.#byName.set(keyOf(namespace, name), running);
    const sharing = this.#byIp.get(ip);
    if (sharing) sharing.push(running);
    else this.#byIp.set(ip, [running]);
    return running;
  }

  leave(namespace: string, name: string): void {
    const running = this.#byName.get(keyOf(namespace, name));
    if (!running) return;
    this.#byName.delete(keyOf(namespace, name));
    for (const [key] of hostPorts(running.pod, running.hostIp))
      if (this.#byHostPort.get(key)?.running === running) this.#byHostPort.delete(key);
    const sharing = (this.#byIp.get(running.ip) ?? []).filter((other) => other !== running);
    if (sharing.length > 0) this.#byIp.set(running.ip, sharing);
    else this.#byIp.delete(running.ip);
  }

  get(namespace: string, name: string): RunningPod | undefined {
    return this.#byName.get(keyOf(namespace, name));
  }

  /** Pods on an address: one, or several that share their node's. */
  at(ip: string): Iterable<RunningPod> {
    return this.#byIp.get(ip) ?? [];
  }

  /** The pod that a port of a node leads to, and its own port; with `loopback`, for those on that node itself. */
  atHostPort(
    address: string,
    port: number,
    protocol: string,
    reach: 'everywhere' | 'loopback' = 'everywhere',
  ): { readonly ip: string; readonly port: number } | undefined {
    const place = reach === 'loopback' ? loopbackOf(address) : address;
    const found = this.#byHostPort.get(`${place} ${port} ${protocol}`);
    return found && { ip: found.running.ip, port: found.port };
  }

  /** Has everything in a pod done what it does until now. */
  catchUp(running: RunningPod, nowMs: number): void {
    for (const { current } of running.containers.values())
      if (current && current.endedMs === undefined) current.process.advance(nowMs - current.startedMs);
  }

  /** Sends a datagram; undefined when nothing answers. */
  datagram(ip: string, port: number, text: string, nowMs: number, client: string): string | undefined {
    for (const { containers } of this.at(ip)) {
      for (const { current } of containers.values()) {
        if (!current || current.endedMs !== undefined) continue;
        const answer = current.process.datagram(port, text, nowMs - current.startedMs, client);
        if (answer !== undefined) return answer;
      }
    }
    return undefined;
  }

  /** True when something listens there. */
  listens(ip: string, port: number, nowMs: number): boolean {
    for (const { containers } of this.at(ip))
      for (const { current } of containers.values())
        if (current?.endedMs === undefined && current?.process.listens(port, nowMs - current.startedMs))
          return true;
    return false;
  }

  /** What is shown there over TLS; undefined when nothing speaks TLS there. */
  tls(ip: string, port: number, nowMs: number): TlsIdentity | undefined {
    for (const { containers } of this.at(ip))
      for (const { current } of containers.values()) {
        if (!current || current.endedMs !== undefined) continue;
        const identity = current.process.tls(port, nowMs - current.startedMs);
        if (identity) return identity;
      }
    return undefined;
  }

  /** Sends a request to whatever listens there; undefined when nothing does. */
  http(ip: string, port: number, request: HttpRequest, nowMs: number): HttpAnswer | undefined {
    for (const pod of this.at(ip)) {
      this.catchUp(pod, nowMs);
      for (const { current } of pod.containers.values()) {
        if (!current || current.endedMs !== undefined) continue;
        const answer = current.process.http(port, request, nowMs - current.startedMs);
        if (answer) return answer;
      }
    }
    return undefined;
  }

  /** The last `limit` lines a container wrote; undefined when there is no such container (life). */
  logs(
    namespace: string,
    name: string,
    container: string,
    nowMs: number,
    options: { readonly previous?: boolean; readonly limit?: number } = {},
  ): readonly StampedLine[] | undefined {
    const lives = this.get(namespace, name)?.containers.get(container);
    const life = options.previous ? lives?.previous : lives?.current;
    if (!life) return undefined;
    const untilMs = (life.endedMs ?? nowMs) - life.startedMs;
    return life.process
      .lines(untilMs, options.limit ?? 1000)
      .map(({ atMs, ...line }) => ({ timeMs: life.startedMs + atMs, ...line }));
  }

  /** What each running container of a pod uses. */
  usage(namespace: string, name: string, nowMs: number): ReadonlyMap<string, Usage> {
    const result = new Map<string, Usage>();
    for (const [container, { current }] of this.get(namespace, name)?.containers ?? []) {
      if (current && current.endedMs === undefined)
        result.set(container, current.process.usage(nowMs - current.startedMs));
    }
    return result;
  }
}

/** Loopback is another place on every node. */
const loopbackOf = (nodeIp: string): string => `loopback of ${nodeIp}`;

/** Ports of its node that lead to a pod: by address, port and protocol. */
function* hostPorts(pod: Pod, hostIp: string): Generator<[string, number]> {
  if (pod.spec?.hostNetwork) return;
  for (const { ports } of pod.spec?.containers ?? []) {
    for (const { hostPort, hostIP, containerPort, protocol = 'TCP' } of ports ?? []) {
      if (!hostPort) continue;
      const isLoopback = hostIP?.startsWith('127.') === true && hostIP !== hostIp;
      const address = isLoopback ? loopbackOf(hostIp) : !hostIP || hostIP === '0.0.0.0' ? hostIp : hostIP;
      yield [`${address} ${hostPort} ${protocol}`, containerPort];
    }
  }
}
