import type { RepositoryAddress } from './addresses/repository-url.js';
import type { DriverChoice } from './git/driver-choice.js';
import type { MirrorFolder } from './git/mirror-folder.js';
import type { ObjectStore } from './git/objects/object-store.js';
import type { RefSnapshot } from './git/refs.js';

/** A failure is the answer for this long, twice as long with every further one, up to a limit the caller gives. */
const FIRST_FAILURE_MS = 1_000;
/** Commits whose fetch failed that are remembered for one repository. */
const MAX_FAILURES = 100;

/** What is held about one repository in this process. */
export class TrackedRepository {
  refs:
    { readonly snapshot: RefSnapshot; readonly prefixes: readonly string[]; readonly at: number } | undefined;
  store: { readonly gitDir: string; readonly objects: ObjectStore } | undefined;
  /** Something failed since the last good answer: the next one is news. */
  hasFailed = false;
  readonly #failures = new Map<
    string,
    { readonly error: unknown; readonly until: number; readonly pauseMs: number }
  >();

  /** @param scope the project whose credentials it was reached with, '' for everybody's. */
  constructor(
    readonly key: string,
    readonly scope: string,
    readonly address: RepositoryAddress,
    readonly folder: MirrorFolder,
    public choice: DriverChoice,
  ) {}

  /** The address to ask, without credentials. */
  get url(): string {
    return this.address.kind === 'local' ? this.address.path : this.address.url;
  }

  /** The next fetch starts from nothing. */
  startOver(): void {
    this.closeStore();
    this.folder.startOver();
  }

  closeStore(): void {
    this.store?.objects.close();
    this.store = undefined;
  }

  /**
   * Does work that may fail (`what` names it) and remembers a failure for a while: a thousand applications that ask
   * for the same get the same answer, from one try.
   */
  async tryOnce<T>(what: string, longestPauseMs: number, work: () => Promise<T>): Promise<T> {
    const failed = this.#failures.get(what);
    if (failed && failed.until > Date.now()) throw failed.error;
    try {
      const result = await work();
      this.#failures.delete(what);
      return result;
    } catch (error) {
      const pauseMs = Math.min(failed ? failed.pauseMs * 2 : FIRST_FAILURE_MS, longestPauseMs);
      if (this.#failures.size >= MAX_FAILURES) this.#failures.clear();
      this.#failures.set(what, { error, until: Date.now() + pauseMs, pauseMs });
      throw error;
    }
  }

  /** The next try is made at once. */
  forgetFailures(): void {
    this.#failures.clear();
  }
}

/** Do these prefixes cover a ref or prefix? */
export function isCovered(prefix: string, prefixes: readonly string[]): boolean {
  return prefixes.some((other) => other === prefix || (other !== 'HEAD' && prefix.startsWith(other)));
}

/** Refs that changed, appeared or went, among those both queries asked for. `HEAD` stands for itself. */
export function movedRefs(before: RefSnapshot, after: RefSnapshot, prefixes: readonly string[]): string[] {
  const moved: string[] = before.headCommit === after.headCommit ? [] : ['HEAD'];
  for (const name of new Set([...before.refs.keys(), ...after.refs.keys()]))
    if (before.refs.get(name) !== after.refs.get(name) && prefixes.some((prefix) => name.startsWith(prefix)))
      moved.push(name);
  return moved;
}
