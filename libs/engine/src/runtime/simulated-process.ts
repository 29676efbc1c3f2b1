import type {
  ContainerProcess,
  ContainerRequest,
  HttpAnswer,
  HttpRequest,
  LogLine,
  ProbeAction,
  ProbeAnswer,
  ProbePurpose,
  ProcessEnd,
  TlsIdentity,
  Usage,
} from './container-runtime.js';
import type { Behaviour } from './fault-annotations.js';
import type { ImageBehaviour, ServerContext } from './image-behaviour.js';
import { quantityValue, milliValue } from '../quantity.js';
import { processesOf } from './pod-processes.js';
import { forecast, type Forecast } from './shell/forecast.js';
import { ScriptTimeline, type ScriptSurroundings } from './shell/script-timeline.js';

/** How long a program runs that nothing is known about, in a pod that is meant to end. */
const UNKNOWN_PROGRAM_MS = 1000;
/** When a process fails that was told to fail but not when. */
const FAULT_MS = 1000;
/** A script that acts on what others do is looked at no more often than this. */
const LEAST_WAIT_MS = 200;
/** Lines kept of what a server wrote about requests. */
const KEPT_ACCESS_LINES = 1000;

/** What a process was started with. */
export interface ProcessStart {
  readonly request: ContainerRequest;
  readonly image: ImageBehaviour;
  readonly behaviour: Behaviour;
  readonly context: ServerContext;
  /** A script or program to interpret; undefined for the image's server. */
  readonly script: readonly string[] | undefined;
  /** True when nothing is known about the program. */
  readonly unknown: boolean;
}

/** A process of the simulated runtime. */
export class SimulatedProcess implements ContainerProcess {
  readonly #start: ProcessStart;
  readonly onTerminate: ProcessEnd | undefined;
  readonly #startMs: number;
  readonly #ports: readonly number[] | undefined;
  /** A script all of whose commands are known: what it does is what it would do. */
  readonly #believed: boolean;
  /** True when its script acts on what others do: its end is known when it comes. */
  #isLive: boolean;
  readonly #writesFiles: boolean;
  #end: ProcessEnd | undefined;
  #wakeMs = Infinity;
  #timeline: ScriptTimeline | undefined;
  #access: LogLine[] | undefined;
  /** What its server keeps between requests. */
  #memory: Map<string, string> | undefined;

  constructor(start: ProcessStart) {
    this.#start = start;
    const { behaviour, image, context } = start;
    const ahead = start.script && forecast(start.script, this.#surroundings());
    this.#believed = ahead?.isKnown ?? false;
    this.#startMs = behaviour.startMs ?? (this.#believed && !image.interprets ? 0 : image.startMs);
    this.#ports = image.portsOf?.(context.words, context.env);
    const told = this.#toldEnd();
    this.#isLive = !told && this.#believed && ahead?.dependsOnOthers === true;
    this.#writesFiles = ahead?.writesFiles ?? false;
    this.#end = told ?? (this.#isLive ? undefined : this.#plannedEnd(ahead));
    if (this.#isLive) this.#wakeMs = 0;
    const stopMs = behaviour.stopMs ?? (this.#believed && !image.interprets ? undefined : image.stopMs);
    this.onTerminate = stopMs === undefined ? undefined : { afterMs: stopMs, exitCode: 0 };
  }

  get end(): ProcessEnd | undefined {
    return this.#end;
  }

  get wakeMs(): number {
    return this.#wakeMs;
  }

  advance(sinceStartMs: number): void {
    if (!this.#isLive && !this.#writesFiles) return;
    const timeline = this.#followed(sinceStartMs);
    if (!this.#isLive) return;
    if (timeline.usedUnknown) {
      // What was believed so far is not any more.
      const planned = this.#guessedEnd(undefined);
      this.#end = planned && { ...planned, afterMs: Math.max(planned.afterMs, sinceStartMs) };
      this.#wakeMs = Infinity;
      return;
    }
    const { end } = timeline;
    if (end) this.#end = { afterMs: end.atMs, exitCode: end.exitCode };
    this.#wakeMs = end ? Infinity : Math.max(timeline.nextMs, sinceStartMs + LEAST_WAIT_MS);
  }

  signal(name: string, sinceStartMs: number): void {
    if (!this.#start.script || !this.#believed) return;
    this.#timeline ??= this.#newTimeline(this.#start.script);
    this.#timeline.signal(name, sinceStartMs);
    // From here on nobody knows when it ends before it does.
    this.#isLive = true;
    this.#wakeMs = Math.min(this.#wakeMs, sinceStartMs);
  }

  get isScript(): boolean {
    return this.#start.script !== undefined;
  }

  get neverReady(): boolean {
    return this.#start.behaviour.faults.has('not-ready');
  }

  probe(action: ProbeAction, sinceStartMs: number, purpose: ProbePurpose): ProbeAnswer {
    const { behaviour } = this.#start;
    const told =
      (behaviour.faults.has('not-ready') && (purpose === 'readiness' || purpose === 'startup')) ||
      (behaviour.faults.has('not-live') && purpose === 'liveness' && sinceStartMs >= this.#startMs);
    if (told) return { ok: false, output: 'told to fail by annotation', validUntilMs: Infinity };
    if (behaviour.faults.has('not-live') && purpose === 'liveness')
      return { ok: true, output: '', validUntilMs: this.#startMs };
    switch (action.type) {
      case 'exec':
        return this.#exec(action.command, sinceStartMs, purpose);
      case 'sleep':
        return { ok: true, output: '', validUntilMs: Infinity };
      case 'http': {
        const url = `${action.scheme.toLowerCase()}://${action.host}:${action.port}${action.path}`;
        const request: HttpRequest = {
          method: 'GET',
          url: action.path,
          headers: { 'user-agent': 'kube-probe/1.36', host: `${action.host}:${action.port}` },
        };
        const answered = this.listens(action.port, sinceStartMs)
          ? this.#serve(action.port, request, sinceStartMs)
          : undefined;
        if (!answered) return this.#refused(`Get "${url}": ${dial(action.host, action.port)}`, sinceStartMs);
        const ok = answered.status >= 200 && answered.status < 400;
        return {
          ok,
          output: ok ? '' : `HTTP probe failed with statuscode: ${answered.status}`,
          validUntilMs: answered.validUntilMs ?? Infinity,
        };
      }
      case 'tcp':
      case 'grpc':
        if (this.listens(action.port, sinceStartMs) && behaviour.httpStatus === undefined)
          return { ok: true, output: '', validUntilMs: Infinity };
        if (action.type === 'tcp' && this.listens(action.port, sinceStartMs))
          return { ok: true, output: '', validUntilMs: Infinity };
        return this.#refused(
          action.type === 'tcp'
            ? dial(action.host, action.port)
            : `timeout: failed to connect service "${action.host}:${action.port}" within 1s: context deadline exceeded`,
          sinceStartMs,
        );
    }
  }

  http(port: number, request: HttpRequest, sinceStartMs: number): HttpAnswer | undefined {
    if (!this.listens(port, sinceStartMs)) return undefined;
    const answered = this.#serve(port, request, sinceStartMs);
    const line = answered && this.#start.image.accessLine?.(request, answered, sinceStartMs);
    if (line !== undefined) {
      this.#access ??= [];
      this.#access.push({ atMs: sinceStartMs, stream: 'stdout', text: line });
      if (this.#access.length > 2 * KEPT_ACCESS_LINES)
        this.#access.splice(0, this.#access.length - KEPT_ACCESS_LINES);
    }
    return answered;
  }

  lines(sinceStartMs: number, limit: number): readonly LogLine[] {
    if (limit <= 0) return [];
    const { image, context, script } = this.#start;
    if (script) {
      const timeline = this.#followed(sinceStartMs);
      const own = timeline.lines(limit).filter(({ atMs }) => atMs <= sinceStartMs);
      if (!this.#access) return own;
      return [...own, ...this.#access].sort((a, b) => a.atMs - b.atMs).slice(-limit);
    }
    const started: LogLine[] = (image.startLines?.(context) ?? []).map((text, index, all) => ({
      atMs: Math.round((this.#startMs * (index + 1)) / all.length),
      stream: 'stdout',
      text,
    }));
    return [...started.filter(({ atMs }) => atMs <= sinceStartMs), ...(this.#access ?? [])].slice(-limit);
  }

  usage(sinceStartMs: number): Usage {
    const { behaviour, image, script } = this.#start;
    const cpu = behaviour.cpu === undefined ? (script ? 1 : image.milliCpu) : milliValue(behaviour.cpu);
    const memory = this.#memoryBytes();
    // A slow wave of a tenth, so that charts move and the same moment gives the same value.
    const wave = 1 + 0.1 * Math.sin(sinceStartMs / 60_000 + cpu);
    return { milliCpu: Math.round(cpu * wave), memoryBytes: Math.round(memory * (0.95 + 0.05 * wave)) };
  }

  datagram(port: number, text: string, sinceStartMs: number, client: string): string | undefined {
    if (!this.listens(port, sinceStartMs)) return undefined;
    return this.#start.image.datagram?.(text, this.#context(port, sinceStartMs), client);
  }

  #memoryBytes(): number {
    const { behaviour, image } = this.#start;
    return behaviour.memory === undefined ? image.memoryBytes : quantityValue(behaviour.memory);
  }

  /** The end that annotations ask for. */
  #toldEnd(): ProcessEnd | undefined {
    const { behaviour, request } = this.#start;
    const { container } = request;
    const afterMs = behaviour.runMs ?? FAULT_MS;
    const limit = quantityValue(container.resources?.limits?.['memory']);
    const exceeds = behaviour.memory !== undefined && limit > 0 && quantityValue(behaviour.memory) > limit;
    if (behaviour.faults.has('oom') || exceeds) return { afterMs, exitCode: 137, reason: 'OOMKilled' };
    if (behaviour.faults.has('crash')) return { afterMs, exitCode: behaviour.exitCode ?? 1 };
    if (behaviour.exitCode !== undefined) return { afterMs, exitCode: behaviour.exitCode };
    return behaviour.runMs === undefined ? undefined : { afterMs: behaviour.runMs, exitCode: 0 };
  }

  #plannedEnd(ahead: Forecast | undefined): ProcessEnd | undefined {
    if (ahead && this.#believed)
      return ahead.end && { afterMs: ahead.end.atMs, exitCode: ahead.end.exitCode };
    return this.#guessedEnd(ahead);
  }

  #guessedEnd(ahead: Forecast | undefined): ProcessEnd | undefined {
    const { request, unknown, script } = this.#start;
    const { container, pod } = request;
    const isInit =
      pod.spec?.initContainers?.some(({ name }) => name === container.name) === true &&
      container.restartPolicy !== 'Always';
    // Nobody starts a container for debugging again.
    const isRunOnce =
      script !== undefined && pod.spec?.ephemeralContainers?.some(({ name }) => name === container.name);
    const meantToEnd = isInit || isRunOnce || (pod.spec?.restartPolicy ?? 'Always') !== 'Always';
    if (!meantToEnd || !(unknown || script)) return undefined;
    // What depends on programs nobody knows is taken to go well; one that goes well by itself takes the time it takes.
    const ownMs = ahead?.end?.exitCode === 0 ? ahead.end.atMs : 0;
    return { afterMs: Math.max(UNKNOWN_PROGRAM_MS, ownMs), exitCode: 0 };
  }

  listens(port: number, sinceStartMs: number): boolean {
    const { image, request, script, behaviour } = this.#start;
    if (sinceStartMs < this.#startMs) return false;
    if (this.#ports && behaviour.httpStatus === undefined && behaviour.httpBody === undefined)
      return this.#ports.includes(port);
    const declared = request.container.ports?.some(({ containerPort }) => containerPort === port) ?? false;
    if (declared) return true;
    if (script && this.#believed)
      return behaviour.httpStatus !== undefined || behaviour.httpBody !== undefined;
    return image.ports.includes(port) || image.anyPort === true;
  }

  tls(port: number, sinceStartMs: number): TlsIdentity | undefined {
    if (!this.listens(port, sinceStartMs)) return undefined;
    return this.#start.image.tls?.(this.#context(port, sinceStartMs));
  }

  #serve(port: number, request: HttpRequest, sinceStartMs: number): HttpAnswer | undefined {
    const { behaviour, image } = this.#start;
    const own = image.serve?.(request, this.#context(port, sinceStartMs));
    if (behaviour.httpStatus === undefined && behaviour.httpBody === undefined)
      return own ?? { status: 200, headers: { 'content-type': 'text/plain' }, body: 'ok\n' };
    return {
      status: behaviour.httpStatus ?? 200,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      body: behaviour.httpBody ?? `${behaviour.httpStatus ?? 200}\n`,
    };
  }

  #context(port: number, sinceStartMs: number): ServerContext {
    return {
      ...this.#start.context,
      memory: (this.#memory ??= new Map()),
      port,
      sinceStartMs,
      nowMs: this.#start.request.startedMs + sinceStartMs,
      run: (command) => this.#followed(sinceStartMs).exec(command),
    };
  }

  #exec(command: readonly string[], sinceStartMs: number, purpose: ProbePurpose): ProbeAnswer {
    if (!this.#start.script && sinceStartMs < this.#startMs && purpose !== 'hook')
      return { ok: false, output: 'not ready yet', validUntilMs: this.#startMs };
    const timeline = this.#followed(sinceStartMs);
    const { exitCode, output, tookMs } = timeline.exec(command);
    return { ok: exitCode === 0, output, tookMs, validUntilMs: timeline.nextMs };
  }

  #refused(output: string, sinceStartMs: number): ProbeAnswer {
    return { ok: false, output, validUntilMs: sinceStartMs < this.#startMs ? this.#startMs : Infinity };
  }

  #followed(untilMs: number): ScriptTimeline {
    this.#timeline ??= this.#newTimeline(this.#start.script ?? ['sleep', 'infinity']);
    this.#timeline.follow(untilMs);
    return this.#timeline;
  }

  #newTimeline(script: readonly string[]): ScriptTimeline {
    return new ScriptTimeline(script, this.#surroundings());
  }

  #surroundings(): ScriptSurroundings {
    const { env, files, container, network, startedMs, pod } = this.#start.request;
    return {
      env,
      files,
      network,
      startedMs,
      processes: processesOf(pod, container).map(({ line }) => line),
      directory: container.workingDir ?? '/',
      interactive: container.stdin ?? false,
    };
  }
}

const dial = (host: string, port: number): string => `dial tcp ${host}:${port}: connect: connection refused`;
