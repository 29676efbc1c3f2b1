import type { ContainerProcess, ProbeAction, ProbeAnswer } from '../runtime/container-runtime.js';
import type { Container, LifecycleHandler, Probe } from '../types/index.js';

export type ProbeKind = 'startup' | 'readiness' | 'liveness';

/** What a probe found: nothing new, a failure to report, or a change of its result. */
export interface Finding {
  readonly failed: boolean;
  readonly output: string;
  /** Set when the threshold was reached and the result is now this. */
  readonly changedTo: boolean | undefined;
}

/** One probe of a running container. Steady success is not asked for again until the process says it may change. */
export class Prober {
  readonly kind: ProbeKind;
  readonly probe: Probe;
  readonly #action: ProbeAction | undefined;
  /** When to ask next; Infinity while nothing can change. */
  nextMs: number;
  result: boolean;
  #successes = 0;
  #failures = 0;

  constructor(kind: ProbeKind, probe: Probe, container: Container, podIp: string, startedMs: number) {
    this.kind = kind;
    this.probe = probe;
    this.#action = probeAction(probe, container, podIp);
    this.nextMs = firstProbeMs(probe, startedMs);
    this.result = kind === 'liveness';
  }

  get periodMs(): number {
    return Math.max(1, this.probe.periodSeconds ?? 10) * 1000;
  }

  /** Asks once. The caller has made sure that it is due. */
  ask(process: ContainerProcess, startedMs: number, nowMs: number): Finding {
    const answer = this.#inTime(
      this.#action
        ? process.probe(this.#action, nowMs - startedMs, this.kind)
        : { ok: true, output: '', validUntilMs: Infinity },
    );
    if (answer.ok) {
      this.#successes++;
      this.#failures = 0;
    } else {
      this.#failures++;
      this.#successes = 0;
    }
    const before = this.result;
    const threshold = answer.ok ? (this.probe.successThreshold ?? 1) : (this.probe.failureThreshold ?? 3);
    const reached = (answer.ok ? this.#successes : this.#failures) >= threshold;
    if (reached) this.result = answer.ok;
    // A liveness or startup probe that fails again after its threshold was reached has the same to say.
    const isChange = reached && (before !== answer.ok || (!answer.ok && this.kind !== 'readiness'));
    this.nextMs = this.#next(nowMs, startedMs, answer.ok && reached, answer.validUntilMs);
    return { failed: !answer.ok, output: answer.output, changedTo: isChange ? answer.ok : undefined };
  }

  /** Asks again at the next tick: something about the process may have changed. */
  poke(nowMs: number): void {
    if (this.nextMs === Infinity) this.nextMs = nowMs + this.periodMs;
  }

  /** An answer that comes too late is none. */
  #inTime(answer: ProbeAnswer): ProbeAnswer {
    const seconds = Math.max(1, this.probe.timeoutSeconds ?? 1);
    if ((answer.tookMs ?? 0) <= seconds * 1000) return answer;
    const output = `command timed out: "${this.probe.exec?.command?.join(' ') ?? ''}" timed out after ${seconds}s`;
    return { ...answer, ok: false, output };
  }

  #next(nowMs: number, startedMs: number, steady: boolean, validUntilMs: number): number {
    if (this.kind === 'startup' && this.result) return Infinity;
    if (!steady) return nowMs + this.periodMs;
    if (validUntilMs === Infinity) return Infinity;
    const ticks = Math.max(1, Math.ceil((startedMs + validUntilMs - nowMs) / this.periodMs));
    return nowMs + ticks * this.periodMs;
  }
}

/**
 * The kubelet's probes tick from before the container starts, so the first one falls somewhere after the start; here it
 * comes a second after, when most programs are up.
 */
const FIRST_PROBE_MS = 1000;

/** When a probe is asked first. */
export function firstProbeMs(probe: Probe, startedMs: number): number {
  return startedMs + Math.max(FIRST_PROBE_MS, (probe.initialDelaySeconds ?? 0) * 1000);
}

/** The question a probe asks, with names of ports resolved. */
export function probeAction(
  probe: Pick<Probe, 'exec' | 'httpGet' | 'tcpSocket' | 'grpc'>,
  container: Container,
  podIp: string,
): ProbeAction | undefined {
  if (probe.exec) return { type: 'exec', command: probe.exec.command ?? [] };
  if (probe.httpGet) {
    const { port, path, scheme, host } = probe.httpGet;
    return {
      type: 'http',
      port: portNumber(port, container),
      path: path ? (path.startsWith('/') ? path : `/${path}`) : '/',
      scheme: scheme ?? 'HTTP',
      host: host ?? podIp,
    };
  }
  if (probe.tcpSocket)
    return {
      type: 'tcp',
      port: portNumber(probe.tcpSocket.port, container),
      host: probe.tcpSocket.host ?? podIp,
    };
  if (probe.grpc)
    return { type: 'grpc', port: probe.grpc.port, host: podIp, service: probe.grpc.service ?? '' };
  return undefined;
}

/** The question a lifecycle hook asks. */
export function hookAction(
  hook: LifecycleHandler,
  container: Container,
  podIp: string,
): ProbeAction | undefined {
  if (hook.sleep) return { type: 'sleep', seconds: hook.sleep.seconds };
  return probeAction(hook, container, podIp);
}

function portNumber(port: number | string, container: Container): number {
  if (typeof port === 'number') return port;
  const named = container.ports?.find(({ name }) => name === port)?.containerPort;
  return named ?? (/^\d+$/.test(port) ? Number(port) : 0);
}
