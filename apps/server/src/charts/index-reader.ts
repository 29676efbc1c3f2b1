import type { Worker } from 'node:worker_threads';
import { CodedError } from '@lotse/manifests';
import type { ChartVersion } from '@lotse/helm';
import { spawnWorker } from '../workers/spawn-worker.js';
import type { IndexAnswer, IndexQuestion, ListedChart } from './index-protocol.js';

/** The largest index there may be (100 MiB) takes some seconds; hostile ones may try longer. */
const TIME_LIMIT_MS = 60_000;
const MEMORY_LIMIT_MB = 1_536;
/** A thread that had nothing to do for so long is ended: its memory goes back. */
const IDLE_MS = 30_000;

interface Waiting {
  readonly resolve: (answer: IndexAnswer) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/** Reads indexes in a thread of their own, within limits of time and memory. */
export class IndexReader {
  #worker: Worker | undefined;
  readonly #waiting = new Map<number, Waiting>();
  #serial = 0;
  #idle: NodeJS.Timeout | undefined;

  /** Newest first; empty when the index doesn't have the chart. @throws CodedError `helm/repository-invalid`. */
  async versions(file: string, chart: string): Promise<readonly ChartVersion[]> {
    const answer = await this.#ask(file, chart);
    return 'versions' in answer ? answer.versions : [];
  }

  /** Every chart of an index. @throws CodedError `helm/repository-invalid`. */
  async charts(file: string): Promise<readonly ListedChart[]> {
    const answer = await this.#ask(file, undefined);
    return 'charts' in answer ? answer.charts : [];
  }

  async close(): Promise<void> {
    clearTimeout(this.#idle);
    this.#end(new CodedError('repository_unavailable', 'The server is stopping.'));
    await this.#worker?.terminate();
  }

  async #ask(file: string, chart: string | undefined): Promise<IndexAnswer> {
    clearTimeout(this.#idle);
    this.#worker ??= this.#start();
    const worker = this.#worker;
    const id = ++this.#serial;
    const answer = await new Promise<IndexAnswer>((resolve, reject) => {
      const timer = setTimeout(
        () => this.#fail(worker, `reading the index took longer than ${TIME_LIMIT_MS / 1_000} seconds`),
        TIME_LIMIT_MS,
      );
      this.#waiting.set(id, { resolve, reject, timer });
      worker.ref();
      const question: IndexQuestion = { id, file, chart };
      worker.postMessage(question);
    });
    if ('failure' in answer) throw new CodedError(answer.failure.code, answer.failure.message);
    return answer;
  }

  #start(): Worker {
    const worker = spawnWorker(import.meta.url, './index-worker.js', {
      name: 'chart-index',
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_LIMIT_MB },
    });
    worker.unref();
    worker.on('message', (answer: IndexAnswer) => {
      const waiting = this.#take(answer.id);
      waiting?.resolve(answer);
      if (this.#waiting.size > 0) return;
      worker.unref();
      this.#idle = setTimeout(() => {
        this.#forget(worker);
        void worker.terminate();
      }, IDLE_MS);
      this.#idle.unref();
    });
    worker.on('error', (error: Error & { code?: string }) =>
      this.#fail(
        worker,
        error.code === 'ERR_WORKER_OUT_OF_MEMORY'
          ? `reading the index needed more than ${MEMORY_LIMIT_MB} MiB`
          : error.message,
      ),
    );
    worker.on('exit', () => this.#fail(worker, 'the thread that reads it ended'));
    return worker;
  }

  #fail(worker: Worker, why: string): void {
    if (this.#worker !== worker) return;
    this.#forget(worker);
    void worker.terminate();
    this.#end(new CodedError('helm/repository-invalid', `cannot read the repository's index.yaml: ${why}`));
  }

  #forget(worker: Worker): void {
    if (this.#worker === worker) this.#worker = undefined;
  }

  #end(error: Error): void {
    for (const id of Array.from(this.#waiting.keys())) this.#take(id)?.reject(error);
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    clearTimeout(waiting?.timer);
    return waiting;
  }
}
