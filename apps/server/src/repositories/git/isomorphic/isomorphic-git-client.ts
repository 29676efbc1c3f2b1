import type { Worker } from 'node:worker_threads';
import { spawnWorker } from '../../../workers/spawn-worker.js';
import {
  FETCH_TIMEOUT_MS,
  type FetchResult,
  type GitClient,
  type GitRemote,
  LIST_REFS_TIMEOUT_MS,
  MAX_ISOMORPHIC_FETCH_BYTES,
  MAX_REFS_BYTES,
} from '../git-client.port.js';
import { GitError } from '../git.errors.js';
import type { RefSnapshot } from '../refs.js';
import type { GitWorkerRequest, GitWorkerResponse } from './git-worker-protocol.js';

/** The thread ends after this long without work: it holds some 30 MB. */
const IDLE_MS = 60_000;
/** Beyond a request's own limit: the thread itself hangs and is replaced. */
const HANG_GRACE_MS = 15_000;

interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly hang: NodeJS.Timeout;
}

/** Talks smart HTTP in process: refs by own code, packs by isomorphic-git, both in a worker thread. */
export class IsomorphicGitClient implements GitClient {
  readonly driver = 'isomorphic' as const;
  readonly #pending = new Map<number, Pending>();
  #worker: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;
  #nextId = 1;

  constructor(private readonly allowInside: boolean) {}

  async listRefs(remote: GitRemote, prefixes: readonly string[]): Promise<RefSnapshot> {
    return (await this.#ask({
      kind: 'list-refs',
      remote,
      prefixes,
      timeoutMs: LIST_REFS_TIMEOUT_MS,
      maxBytes: MAX_REFS_BYTES,
    })) as RefSnapshot;
  }

  async fetch(
    remote: GitRemote,
    mirrorDir: string,
    commit: string,
    ref: string | undefined,
  ): Promise<FetchResult> {
    return (await this.#ask({
      kind: 'fetch',
      remote,
      mirrorDir,
      ref: ref ?? commit,
      ...(ref !== undefined && { commit }),
      timeoutMs: FETCH_TIMEOUT_MS,
      maxBytes: MAX_ISOMORPHIC_FETCH_BYTES,
    })) as FetchResult;
  }

  async close(): Promise<void> {
    clearTimeout(this.#idle);
    const worker = this.#worker;
    this.#worker = undefined;
    this.#failAll(new GitError('repository_failed', 'The server is stopping.'));
    await worker?.terminate();
  }

  #ask(request: Omit<GitWorkerRequest, 'id' | 'allowInside'>): Promise<unknown> {
    const id = this.#nextId++;
    clearTimeout(this.#idle);
    const worker = (this.#worker ??= this.#start());
    return new Promise((resolve, reject) => {
      const hang = setTimeout(() => this.#replace(worker), request.timeoutMs + HANG_GRACE_MS);
      hang.unref();
      this.#pending.set(id, { resolve, reject, hang });
      worker.postMessage({ ...request, id, allowInside: this.allowInside } satisfies GitWorkerRequest);
    });
  }

  #start(): Worker {
    const worker = spawnWorker(import.meta.url, './git-worker.js', { name: 'lotse-git' });
    worker.unref();
    worker.on('message', (response: GitWorkerResponse) => this.#answered(response));
    worker.on('error', (error) => this.#lost(worker, error));
    worker.on('exit', () => this.#lost(worker, undefined));
    return worker;
  }

  #answered(response: GitWorkerResponse): void {
    const pending = this.#pending.get(response.id);
    this.#pending.delete(response.id);
    if (!pending) return;
    clearTimeout(pending.hang);
    if (response.ok) pending.resolve(response.result);
    else pending.reject(new GitError(response.code, response.message));
    if (this.#pending.size > 0) return;
    this.#idle = setTimeout(() => {
      const worker = this.#worker;
      this.#worker = undefined;
      void worker?.terminate();
    }, IDLE_MS);
    this.#idle.unref();
  }

  #replace(worker: Worker): void {
    void worker.terminate();
  }

  #lost(worker: Worker, error: unknown): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    this.#failAll(
      new GitError(
        'repository_failed',
        'The Git thread ended while it was working; the next try starts another.',
        error,
      ),
    );
  }

  #failAll(error: GitError): void {
    for (const pending of this.#pending.values()) {
      clearTimeout(pending.hang);
      pending.reject(error);
    }
    this.#pending.clear();
  }
}
