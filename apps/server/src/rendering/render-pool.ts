import { availableParallelism } from 'node:os';
import { MessageChannel, type MessagePort, type Worker } from 'node:worker_threads';
import { CodedError } from '@lotse/manifests';
import { spawnWorker } from '../workers/spawn-worker.js';
import { chartInput, type FetchedChartInput } from './chart-inputs.js';
import type { RemoteInput } from './remote-inputs.js';
import type {
  ChartNeed,
  Lookup,
  LookupAnswer,
  LookupLine,
  RenderAnswer,
  RenderInput,
  RenderMessage,
  RenderOutcome,
  RenderRequest,
} from './render-protocol.js';

/** How long one render may take; the largest public charts take well under a second. */
const DEFAULT_TIME_LIMIT_MS = 30_000;
/** Heap of one render thread. */
const DEFAULT_MEMORY_LIMIT_MB = 512;
/** A thread that had nothing to do for so long is ended: its memory goes back. */
const IDLE_MS = 60_000;
/** Waiting renders at most; more means that something floods the server. */
const MAX_WAITING = 20_000;

/** Charts can name charts that can name charts. */
const MAX_ROUNDS = 10;
/** Addresses of other repositories in one render, those in what they lead to among them. */
const MAX_REMOTES = 64;

/** What a render may ask for while it runs. */
export interface RenderHelp {
  /** Fetches charts; answers them by the key of the need. */
  readonly fetchCharts?: (
    needs: readonly ChartNeed[],
  ) => Promise<Readonly<Record<string, FetchedChartInput>>>;
  /** Brings what the remote addresses of a kustomization lead to. */
  readonly fetchRemotes?: (addresses: readonly string[]) => Promise<Readonly<Record<string, RemoteInput>>>;
  /** Answers `lookup` of charts; without it nothing is ever found. */
  readonly lookup?: (lookup: Lookup) => LookupAnswer;
}

type Answered =
  RenderOutcome | { readonly needs: readonly ChartNeed[] } | { readonly remotes: readonly string[] };

interface Job {
  readonly request: RenderRequest;
  readonly help: RenderHelp;
  readonly resolve: (answered: Answered) => void;
  readonly reject: (error: Error) => void;
}

/** Limits of a pool; tests make them small. */
export interface RenderLimits {
  readonly timeMs?: number;
  readonly memoryMb?: number;
  readonly threads?: number;
  /** How long a thread waits for more. */
  readonly idleMs?: number;
}

const NOTHING: LookupAnswer = { value: {}, fingerprint: null };

function unfetched(needs: readonly ChartNeed[]): CodedError {
  const names = needs
    .map(({ name, version, repository }) => `${name} ${version} of ${repository}`)
    .join(', ');
  return new CodedError(
    'render_charts_missing',
    `The chart needs ${names}, which could not be fetched. Put them into its charts/ folder with helm dependency update.`,
  );
}

function assertFetchable(addresses: readonly string[], known: number, help: RenderHelp): void {
  if (help.fetchRemotes && known + addresses.length <= MAX_REMOTES) return;
  throw new CodedError(
    'render_remotes_refused',
    help.fetchRemotes
      ? `The kustomization leads to more than ${MAX_REMOTES} addresses of other repositories. Put some of them into the repository.`
      : `The kustomization names ${addresses.join(', ')}, which can't be fetched here.`,
  );
}

/** Renders in worker threads. A render that runs too long or takes too much memory is killed and says so; others go on. */
export class RenderPool {
  readonly #timeMs: number;
  readonly #memoryMb: number;
  readonly #threads: number;
  readonly #idleMs: number;
  readonly #idle: RenderThread[] = [];
  readonly #all = new Set<RenderThread>();
  readonly #waiting: Job[] = [];
  #closed = false;

  constructor(limits: RenderLimits = {}) {
    this.#timeMs = limits.timeMs ?? DEFAULT_TIME_LIMIT_MS;
    this.#memoryMb = limits.memoryMb ?? DEFAULT_MEMORY_LIMIT_MB;
    this.#idleMs = limits.idleMs ?? IDLE_MS;
    this.#threads = limits.threads ?? Math.max(1, Math.min(4, availableParallelism() - 1));
  }

  /** @throws CodedError `render_...`, or what the renderer says. */
  async render(request: RenderRequest, help: RenderHelp = {}): Promise<RenderOutcome> {
    let { charts, remotes } = request;
    const fetched: RenderInput[] = [];
    let rounds = 0;
    for (;;) {
      const answered = await this.#once(
        { ...request, ...(charts && { charts }), ...(remotes && { remotes }) },
        help,
      );
      if ('needs' in answered) {
        if (!help.fetchCharts || rounds++ >= MAX_ROUNDS) throw unfetched(answered.needs);
        const found = new Map(Object.entries(await help.fetchCharts(answered.needs)));
        for (const need of answered.needs) {
          const chart = found.get(need.key);
          if (!chart) throw unfetched([need]);
          charts = { ...charts, [need.key]: chart.archive };
          fetched.push(chartInput(need, chart));
        }
      } else if ('remotes' in answered) {
        assertFetchable(answered.remotes, Object.keys(remotes ?? {}).length, help);
        remotes = { ...remotes, ...(await help.fetchRemotes?.(answered.remotes)) };
      } else return { ...answered, inputs: [...answered.inputs, ...fetched] };
    }
  }

  #once(request: RenderRequest, help: RenderHelp): Promise<Answered> {
    if (this.#closed) return Promise.reject(new CodedError('render_unavailable', 'The server is stopping.'));
    if (this.#waiting.length >= MAX_WAITING) {
      return Promise.reject(
        new CodedError('render_too_many', `More than ${MAX_WAITING} renders are waiting. Try again later.`),
      );
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ request, help, resolve, reject });
      this.#next();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const job of this.#waiting.splice(0))
      job.reject(new CodedError('render_unavailable', 'The server is stopping.'));
    await Promise.all([...this.#all].map((thread) => thread.end()));
  }

  #next(): void {
    while (this.#waiting.length > 0) {
      const thread = this.#idle.pop() ?? (this.#all.size < this.#threads ? this.#start() : undefined);
      if (!thread) return;
      const job = this.#waiting.shift();
      if (!job) return;
      void thread.run(job).then((reusable) => {
        if (reusable && !this.#closed) this.#idle.push(thread);
        else this.#all.delete(thread);
        this.#next();
      });
    }
  }

  #start(): RenderThread {
    const thread = new RenderThread(this.#timeMs, this.#memoryMb, this.#idleMs, () => {
      this.#all.delete(thread);
      const at = this.#idle.indexOf(thread);
      if (at >= 0) this.#idle.splice(at, 1);
    });
    this.#all.add(thread);
    return thread;
  }
}

/** Of the time of a render: the rest is for its end to arrive. */
const TEMPLATES_SHARE = 5 / 6;

/** One worker thread and the limits it works under. */
class RenderThread {
  readonly #worker: Worker;
  readonly #timeMs: number;
  readonly #memoryMb: number;
  readonly #idleMs: number;
  readonly #onIdle: () => void;
  #idleTimer: NodeJS.Timeout | undefined;
  #serial = 0;
  readonly #line: MessagePort;
  #help: RenderHelp = {};

  constructor(timeMs: number, memoryMb: number, idleMs: number, onIdle: () => void) {
    this.#timeMs = timeMs;
    this.#memoryMb = memoryMb;
    this.#idleMs = idleMs;
    this.#onIdle = onIdle;
    const { port1, port2 } = new MessageChannel();
    const flag = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
    this.#line = port1;
    port1.on('message', (lookup: Lookup) => {
      port1.postMessage(this.#answer(lookup));
      const state = new Int32Array(flag);
      Atomics.store(state, 0, 1);
      Atomics.notify(state, 0);
    });
    port1.unref();
    const line: LookupLine = { port: port2, flag };
    this.#worker = spawnWorker(import.meta.url, './render-worker.js', {
      name: 'render',
      workerData: line,
      transferList: [port2],
      resourceLimits: { maxOldGenerationSizeMb: memoryMb },
    });
    this.#worker.unref();
    this.#worker.on('error', () => undefined);
  }

  /** Settles the job; false when the thread can't be used again. */
  async run(job: Job): Promise<boolean> {
    clearTimeout(this.#idleTimer);
    this.#help = job.help;
    const id = ++this.#serial;
    const { path, chart, repoURL } = job.request.source;
    const what = `Rendering ${path ?? chart ?? '.'} of ${repoURL}`;
    return new Promise((resolve) => {
      const finish = (reusable: boolean, settle: () => void): void => {
        clearTimeout(timer);
        this.#worker.off('message', onMessage).off('error', onError).off('exit', onExit);
        this.#worker.unref();
        if (reusable)
          this.#idleTimer = setTimeout(() => {
            // first out of sight: ending takes a moment, in which nobody may be given this thread
            this.#onIdle();
            void this.end();
          }, this.#idleMs).unref();
        else void this.#worker.terminate();
        settle();
        resolve(reusable);
      };
      const fail = (code: string, message: string): void =>
        finish(false, () => job.reject(new CodedError(code, message)));
      const onMessage = (answer: RenderAnswer): void => {
        if (answer.id !== id) return;
        finish(true, () =>
          'outcome' in answer
            ? job.resolve(answer.outcome)
            : 'needs' in answer
              ? job.resolve({ needs: answer.needs })
              : 'remotes' in answer
                ? job.resolve({ remotes: answer.remotes })
                : job.reject(
                    new CodedError(answer.failure.code, answer.failure.message, answer.failure.place),
                  ),
        );
      };
      const onError = (error: Error & { code?: string }): void =>
        error.code === 'ERR_WORKER_OUT_OF_MEMORY'
          ? fail(
              'render_memory_exceeded',
              `${what} needed more than ${this.#memoryMb} MiB and was stopped. Look for a template or patch that grows without end.`,
            )
          : fail('render_failed', `${what} failed: ${error.message}`);
      const onExit = (): void => fail('render_failed', `${what} ended before it gave an answer.`);
      const timer = setTimeout(
        () =>
          fail(
            'render_timeout',
            `${what} took longer than ${this.#timeMs / 1000} seconds and was stopped. Look for a loop in its templates.`,
          ),
        this.#timeMs,
      );
      this.#worker.ref();
      this.#worker.on('message', onMessage).on('error', onError).on('exit', onExit);
      const templatesMs = this.#timeMs * TEMPLATES_SHARE;
      const message: RenderMessage = { id, request: job.request, templatesMs };
      this.#worker.postMessage(message);
    });
  }

  async end(): Promise<void> {
    clearTimeout(this.#idleTimer);
    this.#line.close();
    await this.#worker.terminate();
  }

  #answer(lookup: Lookup): LookupAnswer {
    try {
      return this.#help.lookup?.(lookup) ?? NOTHING;
    } catch {
      // the thread sleeps until it is answered
      return NOTHING;
    }
  }
}
