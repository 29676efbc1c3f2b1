import type { Store, StoreEvent } from '@lotse/engine';
import { CodedError } from '@lotse/manifests';
import type { Logger } from '../logging/logger.js';
import { type Appended, type JournalRepository, RESTART_GAP } from './journal.repository.js';
import { isRenewal } from './lease-renewal.js';

/** Events of one group commit at most. */
const MAX_GROUP = 2_000;
/** A restart replays at most about this many events on top of a snapshot, and reads this much of the log. */
const EVENTS_PER_SNAPSHOT = 20_000;
const BYTES_PER_SNAPSHOT = 128 * 1024 * 1024;
const FIRST_RETRY_MS = 50;
const LONGEST_RETRY_MS = 5_000;
/** Revisions that may pass without being logged: half of what a restart goes ahead. */
const MAX_UNLOGGED = RESTART_GAP / 2;

/**
 * Makes the engine's store durable: every change goes into the next group commit, and whoever answers a write waits
 * for `durable()`. While one commit is on its way the next one gathers, so the cost of a disk flush is shared.
 */
export class Journal {
  readonly #store: Store;
  readonly #repository: JournalRepository;
  readonly #logger: Logger;
  readonly #unsubscribe: () => void;
  #pending: StoreEvent[] = [];
  #waiters: { revision: number; resolve: () => void; reject: (error: Error) => void }[] = [];
  #durable: number;
  #running: Promise<void> | undefined;
  #snapshotting: Promise<void> | undefined;
  #eventsSinceSnapshot: number;
  #bytesSinceSnapshot = 0;
  #logged: number;
  #stopped = false;
  #failure: string | undefined;
  /** Another process writes this log now: nothing here becomes durable any more, and nobody is told that it did. */
  #ousted: Error | undefined;
  #onOusted: (error: Error) => void = () => undefined;

  /**
   * @param since the revision that is durable already: what the store did between then and now is made durable too.
   * @param replayed changes the next start would read from the log, if nothing happened.
   */
  constructor(store: Store, repository: JournalRepository, logger: Logger, since: number, replayed = 0) {
    this.#store = store;
    this.#repository = repository;
    this.#logger = logger;
    this.#durable = since;
    this.#logged = since;
    this.#eventsSinceSnapshot = replayed;
    this.#unsubscribe = store.subscribe((event) => this.#enter(event));
    const missed = store.eventsSince(since);
    if (!missed) throw new Error(`The store has forgotten what happened after revision ${since}.`);
    for (const event of missed) this.#enter(event);
  }

  /** Why nothing can be made durable now; undefined when all is well. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** Resolves when everything up to `revision`, now by default, is durable; rejects when that can't be any more. */
  durable(revision = this.#store.revision): Promise<void> {
    if (this.#ousted) return Promise.reject(this.#ousted);
    if (this.#pending.length === 0 && this.#running === undefined) return Promise.resolve();
    if (this.#durable >= revision) return Promise.resolve();
    return new Promise((resolve, reject) => this.#waiters.push({ revision, resolve, reject }));
  }

  /** Makes the rest durable, with a snapshot so that the next start is quick, and ends. */
  async stop(): Promise<void> {
    await this.#running;
    this.#stopped = true;
    this.#unsubscribe();
    await this.#snapshotting;
    if (this.#eventsSinceSnapshot > 0 && !this.#ousted)
      await this.#repository.saveSnapshot(this.#store.snapshot());
  }

  /** Ends it where it is: another process has taken over. Who waits is told that nothing was promised. */
  oust(error: Error): void {
    if (this.#ousted) return;
    this.#ousted = error;
    this.#failure = error.message;
    this.#pending = [];
    for (const waiter of this.#waiters.splice(0)) waiter.reject(error);
    this.#onOusted(error);
  }

  /** Told once when another process has taken over. */
  onOusted(listener: (error: Error) => void): void {
    this.#onOusted = listener;
  }

  #enter(event: StoreEvent): void {
    if (this.#ousted || (isRenewal(event) && event.revision - this.#logged < MAX_UNLOGGED)) return;
    this.#logged = event.revision;
    this.#pending.push(event);
    this.#running ??= this.#run();
  }

  async #run(): Promise<void> {
    // let everything that happens in this turn of the event loop share the commit
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (this.#pending.length > 0) {
      const { events, bytes } = await this.#commit(this.#pending.slice(0, MAX_GROUP));
      if (this.#ousted) return;
      const last = this.#pending[events - 1];
      this.#pending = this.#pending.slice(events);
      this.#durable = this.#pending.length === 0 ? this.#store.revision : (last?.revision ?? this.#durable);
      const ready = this.#waiters.filter((waiter) => waiter.revision <= this.#durable);
      this.#waiters = this.#waiters.filter((waiter) => waiter.revision > this.#durable);
      for (const waiter of ready) waiter.resolve();
      this.#eventsSinceSnapshot += events;
      this.#bytesSinceSnapshot += bytes;
      if (this.#eventsSinceSnapshot >= EVENTS_PER_SNAPSHOT || this.#bytesSinceSnapshot >= BYTES_PER_SNAPSHOT)
        this.#snapshotting ??= this.#snapshot().finally(() => (this.#snapshotting = undefined));
    }
    this.#running = undefined;
    for (const waiter of this.#waiters.splice(0)) waiter.resolve();
  }

  /** Tries until it is durable: an answer that was given can't be taken back. */
  async #commit(group: readonly StoreEvent[]): Promise<Appended> {
    let delayMs = FIRST_RETRY_MS;
    for (;;) {
      try {
        const appended = await this.#repository.append(group);
        if (!this.#ousted) this.#failure = undefined;
        return appended;
      } catch (error) {
        if (error instanceof CodedError && error.code === 'engine_taken_over') this.oust(error);
        if (this.#ousted) return { events: 0, bytes: 0 };
        this.#failure = error instanceof Error ? error.message : String(error);
        this.#logger.error('The cluster state could not be stored; trying again', { error });
        if (this.#stopped) throw error;
        await new Promise((resolve) => setTimeout(resolve, delayMs));
        delayMs = Math.min(delayMs * 2, LONGEST_RETRY_MS);
      }
    }
  }

  /** Beside the commits: who writes meanwhile does not wait for it. */
  async #snapshot(): Promise<void> {
    // counted anew also when it fails: what can't be stored now would fail after every single write
    this.#eventsSinceSnapshot = 0;
    this.#bytesSinceSnapshot = 0;
    try {
      await this.#repository.saveSnapshot(this.#store.snapshot());
    } catch (error) {
      this.#logger.warn('A snapshot of the cluster could not be stored; the log still has everything', {
        error,
      });
    }
  }
}
