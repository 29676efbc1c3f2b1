import { FailureMemory } from './failure-memory.js';
import type { RepositoryAddress } from './addresses/repository-url.js';
import type { DriverChoice } from './git/driver-choice.js';
import type { MirrorFolder } from './git/mirror-folder.js';
import type { ObjectStore } from './git/objects/object-store.js';
import type { RefSnapshot } from './git/refs.js';

/** What is held about one repository in this process. */
export class TrackedRepository {
  refs:
    { readonly snapshot: RefSnapshot; readonly prefixes: readonly string[]; readonly at: number } | undefined;
  store: { readonly gitDir: string; readonly objects: ObjectStore } | undefined;
  /** Something failed since the last good answer: the next one is news. */
  hasFailed = false;
  readonly #failures = new FailureMemory();

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

  /** Does work that may fail (`what` names it), unless it failed just now. */
  tryOnce<T>(what: string, longestPauseMs: number, work: () => Promise<T>): Promise<T> {
    return this.#failures.tryOnce(what, longestPauseMs, work);
  }

  /** The next try is made at once. */
  forgetFailures(): void {
    this.#failures.forget();
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
