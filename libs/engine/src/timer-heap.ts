/** An entry of the heap; `sequence` keeps entries of one instant in the order they were added. */
export interface HeapEntry {
  readonly dueMs: number;
  readonly sequence: number;
  readonly task: () => void;
  /** Its place in the heap; -1 once it has left. */
  index: number;
}

/** Binary min-heap by due time, then order of insertion. */
export class TimerHeap {
  readonly #entries: HeapEntry[] = [];
  #sequence = 0;

  /** Number of entries waiting. */
  get size(): number {
    return this.#entries.length;
  }

  push(dueMs: number, task: () => void): HeapEntry {
    const entry: HeapEntry = { dueMs, sequence: this.#sequence++, task, index: this.#entries.length };
    this.#entries.push(entry);
    this.#rise(entry);
    return entry;
  }

  /** The next entry. */
  peek(): HeapEntry | undefined {
    return this.#entries[0];
  }

  pop(): HeapEntry | undefined {
    const first = this.#entries[0];
    if (first) this.remove(first);
    return first;
  }

  /** Takes an entry out; harmless when it has left. */
  remove(entry: HeapEntry): void {
    const { index } = entry;
    if (index < 0) return;
    entry.index = -1;
    const last = this.#entries.pop();
    if (!last || last === entry) return;
    this.#put(last, index);
    this.#rise(last);
    this.#sink(last);
  }

  #rise(entry: HeapEntry): void {
    let { index } = entry;
    while (index > 0) {
      const parent = this.#entries[(index - 1) >> 1];
      if (!before(entry, parent)) break;
      this.#put(parent, index);
      index = (index - 1) >> 1;
    }
    this.#put(entry, index);
  }

  #sink(entry: HeapEntry): void {
    const entries = this.#entries;
    let { index } = entry;
    for (;;) {
      let child = 2 * index + 1;
      if (before(entries[child + 1], entries[child])) child++;
      if (!before(entries[child], entry)) break;
      this.#put(entries[child], index);
      index = child;
    }
    this.#put(entry, index);
  }

  #put(entry: HeapEntry | undefined, index: number): void {
    if (!entry) return;
    this.#entries[index] = entry;
    entry.index = index;
  }
}

function before(a: HeapEntry | undefined, b: HeapEntry | undefined): boolean {
  if (!a || !b) return false;
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.sequence < b.sequence);
}
