import type { Pod } from '../types/index.js';
import type { ContainerProcess, HttpAnswer, HttpRequest, LogLine, Usage } from './container-runtime.js';

/** One life of a container. */
export interface ContainerInstance {
  readonly process: ContainerProcess;
  readonly startedMs: number;
  endedMs: number | undefined;
  readonly env: ReadonlyMap<string, string>;
  readonly image: string;
  /** Ends its program, as when the person at its terminal leaves it. */
  readonly exit: (exitCode: number) => void;
}

/** A pod on a node with the containers that run in it or ran. */
export interface RunningPod {
  pod: Pod;
  readonly ip: string;
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
  readonly #byIp = new Map<string, Set<RunningPod>>();

  enter(pod: Pod, ip: string): RunningPod {
    const { namespace = '', name = '' } = pod.metadata;
    this.leave(namespace, name);
    const running: RunningPod = { pod, ip, containers: new Map() };
    this.#byName.set(keyOf(namespace, name), running);
    const sharing = this.#byIp.get(ip);
    if (sharing) sharing.add(running);
    else this.#byIp.set(ip, new Set([running]));
    return running;
  }

  leave(namespace: string, name: string): void {
    const running = this.#byName.get(keyOf(namespace, name));
    if (!running) return;
    this.#byName.delete(keyOf(namespace, name));
    const sharing = this.#byIp.get(running.ip);
    sharing?.delete(running);
    if (sharing?.size === 0) this.#byIp.delete(running.ip);
  }

  get(namespace: string, name: string): RunningPod | undefined {
    return this.#byName.get(keyOf(namespace, name));
  }

  /** Pods on an address: one, or several that share their node's. */
  at(ip: string): Iterable<RunningPod> {
    return this.#byIp.get(ip) ?? [];
  }

  /** Sends a request to whatever listens there; undefined when nothing does. */
  http(ip: string, port: number, request: HttpRequest, nowMs: number): HttpAnswer | undefined {
    for (const { containers } of this.at(ip)) {
      for (const { current } of containers.values()) {
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
      .map(({ atMs, stream, text }) => ({ timeMs: life.startedMs + atMs, stream, text }));
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
