import { createInterface } from 'node:readline';
import type { KillableServer } from './killable-server.js';
import type { WriteLedger } from './write-ledger.js';

interface WatchEvent {
  readonly type: string;
  readonly object: {
    readonly code?: number;
    readonly metadata: { readonly name: string; readonly uid: string; readonly resourceVersion: string };
  };
}

/** How following on from an old version went. */
export type Resumed = 'gone' | 'followed';

/** A client that watches one kind and goes on from the last version it saw. */
export class WatchRecord {
  /** The last version this client was told. */
  #last = 0;
  /** Versions told on the current stream, which began after `#start`. */
  #told = new Set<number>();
  #start = 0;
  readonly violations: string[] = [];
  events = 0;

  constructor(
    private readonly server: KillableServer,
    private readonly path: string,
    private readonly ledger: WriteLedger,
  ) {}

  /** Watches on from what was seen last; when that is too old, from a new list. Resolves when the stream stands. */
  async follow(): Promise<Resumed> {
    let resumed: Resumed = 'followed';
    if (this.#last > 0) {
      const first = await this.#open(this.#last);
      if (first === 'followed') return first;
      resumed = first;
    }
    const list = (await this.server.kube('GET', this.path)).body as { metadata: { resourceVersion: string } };
    const version = Number(list.metadata.resourceVersion);
    if (version < this.#last)
      this.violations.push(`${this.path}: listed at ${version} after ${this.#last} had been told`);
    this.#last = version;
    if ((await this.#open(version)) !== 'followed')
      this.violations.push(`${this.path}: the version of a list was too old at once`);
    return resumed;
  }

  /** Was everything told that was written while the stream stood, up to the last event? */
  checkGaps(written: readonly number[]): void {
    for (const version of written)
      if (version > this.#start && version < this.#last && !this.#told.has(version))
        this.violations.push(`${this.path}: told ${this.#last}, but never ${version}`);
  }

  async #open(since: number): Promise<Resumed> {
    const response = await this.server.stream(
      'GET',
      `${this.path}?watch=true&allowWatchBookmarks=true&resourceVersion=${since}`,
    );
    if (response.statusCode !== 200) {
      response.resume();
      if (response.statusCode !== 410)
        this.violations.push(`${this.path}: watching from ${since} was answered with ${response.statusCode}`);
      return 'gone';
    }
    this.#start = since;
    this.#told = new Set();
    const lines = createInterface({ input: response });
    // the stream ends with the process that is killed
    lines.on('error', () => lines.close());
    return new Promise((resolve) => {
      // an error is the first thing on a stream that can't be; nothing at all is a stream that stands
      const quiet = setTimeout(() => resolve('followed'), 50);
      lines.on('line', (line) => {
        clearTimeout(quiet);
        resolve(this.#take(line));
      });
    });
  }

  #take(line: string): Resumed {
    let event: WatchEvent;
    try {
      event = JSON.parse(line) as WatchEvent;
    } catch {
      // the last line of a stream that was cut
      return 'followed';
    }
    if (event.type === 'ERROR') {
      if (event.object.code !== 410) this.violations.push(`${this.path}: ${line}`);
      return 'gone';
    }
    const { metadata } = event.object;
    const version = Number(metadata.resourceVersion);
    if (event.type !== 'BOOKMARK') {
      if (version <= this.#last) this.violations.push(`${this.path}: told ${version} after ${this.#last}`);
      this.ledger.noteVersion(version, `${this.ledger.kind} ${metadata.name} ${metadata.uid}`);
      this.events++;
      this.#told.add(version);
    }
    this.#last = Math.max(this.#last, version);
    return 'followed';
  }
}
