import type { Answer } from './killable-server.js';

/** What clients see of an object: what it says, and which object at which version it is. */
export interface Seen {
  readonly value: string;
  readonly uid: string;
  readonly version: number;
}

/** The object after a write; undefined when it is gone. */
type State = Seen | undefined;

interface Entry {
  state: State;
  /** A write without an answer: it may have happened, to this value; `null` for a deletion. */
  unknown?: { readonly value: string | null };
  /** How many answers to writes came. */
  answers: number;
  /** What a reader was shown since the last answer: what it says has to stay, deletions too. */
  read?: State | 'gone';
}

/** Where the answers to writes stood when a read was sent. */
export type ReadStart = ReadonlyMap<string, number>;

/** Everything clients were told about one kind of object, and what contradicts it. */
export class WriteLedger {
  readonly #entries = new Map<string, Entry>();
  /** Which object each version was given to. */
  readonly #versions: Map<number, string>;
  acknowledged = 0;
  /** Reads that showed a write before its answer came. */
  early = 0;
  readonly violations: string[] = [];

  /**
   * @param strict nothing but these clients changes the objects, and every one of their writes is kept
   * @param versions shared by all kinds: a version is given once
   */
  constructor(
    readonly kind: string,
    private readonly valueOf: (object: Record<string, unknown>) => string,
    private readonly strict: boolean,
    versions: Map<number, string>,
  ) {
    this.#versions = versions;
  }

  state(name: string): State {
    return this.#entries.get(name)?.state;
  }

  /** Does one write and notes how it ended; false when nobody answered any more. */
  async write(name: string, value: string | null, send: () => Promise<Answer>): Promise<boolean> {
    const entry = this.#entries.get(name) ?? { state: undefined, answers: 0 };
    this.#entries.set(name, entry);
    entry.unknown = { value };
    let answer: Answer;
    try {
      answer = await send();
    } catch {
      return false;
    }
    // who stops may say so; then it has promised nothing
    if (answer.status >= 500) return false;
    if (answer.status >= 300) {
      this.violations.push(
        `${this.kind} ${name}: ${JSON.stringify(value)} over ${JSON.stringify(entry.state)} was answered with ${answer.status} ${JSON.stringify(answer.body)}`,
      );
      return false;
    }
    delete entry.unknown;
    delete entry.read;
    entry.answers++;
    this.acknowledged++;
    if (value === null) entry.state = undefined;
    else {
      const seen = this.see(answer.body as Record<string, unknown>);
      if (seen.value !== value)
        this.violations.push(`${this.kind} ${name}: wrote ${value}, was told ${seen.value}`);
      if (entry.state && entry.state.uid !== seen.uid)
        this.violations.push(`${this.kind} ${name}: became another object by a change`);
      if (entry.state && seen.version < entry.state.version)
        this.violations.push(
          `${this.kind} ${name}: went back from ${entry.state.version} to ${seen.version}`,
        );
      entry.state = seen;
    }
    return true;
  }

  /** Reads an object and notes that its version is its own. */
  see(object: Record<string, unknown>): Seen {
    const metadata = object['metadata'] as { name: string; uid: string; resourceVersion: string };
    const seen = {
      value: this.valueOf(object),
      uid: metadata.uid,
      version: Number(metadata.resourceVersion),
    };
    this.noteVersion(seen.version, `${this.kind} ${metadata.name} ${seen.uid}`);
    return seen;
  }

  noteVersion(version: number, what: string): void {
    const known = this.#versions.get(version);
    if (known !== undefined && known !== what)
      this.violations.push(`version ${version} was given to ${known} and to ${what}`);
    this.#versions.set(version, what);
  }

  startRead(): ReadStart {
    return new Map([...this.#entries].map(([name, { answers }]) => [name, answers]));
  }

  /** Notes what a list showed, of objects about which no answer came meanwhile. */
  endRead(start: ReadStart, items: readonly Record<string, unknown>[]): void {
    const shown = new Map(
      items.map((item) => [(item['metadata'] as { name: string }).name, this.see(item)] as const),
    );
    for (const [name, entry] of this.#entries) {
      if (start.get(name) !== entry.answers) continue;
      const seen = shown.get(name);
      if (seen?.version === entry.state?.version) continue;
      this.early++;
      entry.read = seen ?? 'gone';
    }
  }

  /** Compares what is there after a restart with what was promised, and goes on from there. */
  compare(items: readonly Record<string, unknown>[]): void {
    const live = new Map<string, Seen>();
    for (const item of items) {
      const { name } = item['metadata'] as { name: string };
      if (live.has(name)) this.violations.push(`${this.kind} ${name}: there twice`);
      live.set(name, this.see(item));
    }
    for (const [name, entry] of this.#entries) {
      const now = live.get(name);
      if (!this.#isPromised(entry, now) && !isPossible(entry, now))
        this.violations.push(
          `${this.kind} ${name}: promised ${JSON.stringify(entry.state)}, perhaps ${JSON.stringify(entry.unknown)}, found ${JSON.stringify(now)}`,
        );
      if (!isKept(entry, now))
        this.violations.push(
          `${this.kind} ${name}: a reader was shown ${JSON.stringify(entry.read)}, found ${JSON.stringify(now)}`,
        );
      entry.state = now;
      delete entry.unknown;
      delete entry.read;
    }
    for (const name of live.keys())
      if (!this.#entries.has(name)) this.violations.push(`${this.kind} ${name}: nobody made it`);
  }

  #isPromised({ state }: Entry, now: State): boolean {
    if (!state || !now) return state === now;
    return (
      state.value === now.value && state.uid === now.uid && (!this.strict || state.version === now.version)
    );
  }
}

function isPossible({ state, unknown }: Entry, now: State): boolean {
  if (!unknown) return false;
  if (unknown.value === null) return now === undefined;
  return now?.value === unknown.value && (!state || now.uid === state.uid);
}

/** Is what a reader was shown still so, or overtaken by what came later? */
function isKept({ state, unknown, read }: Entry, now: State): boolean {
  if (read === undefined) return true;
  if (read === 'gone') return now === undefined || now.uid !== state?.uid;
  return now ? now.version >= read.version : unknown?.value === null;
}
