/** An entry of the heap; `sequence` keeps entries of one instant in the order they were added. */
export interface HeapEntry {
  readonly dueMs: number;
  readonly sequence: number;
  task: (() => void) | undefined;
}

/** Binary min-heap by due time, then order of insertion. Cancelled entries stay until they surface. */
export class TimerHeap {
  readonly #entries: HeapEntry[] = [];
  #sequence = 0;

  push(dueMs: number, task: () => void): HeapEntry {
    const entry: HeapEntry = { dueMs, sequence: this.#sequence++, task };
    const entries = this.#entries;
    let index = entries.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!before(entry, entries[parent])) break;
      entries[index] = entries[parent] as HeapEntry;
      index = parent;
    }
    entries[index] = entry;
    return entry;
  }

  /** The next entry that has not been cancelled. */
  peek(): HeapEntry | undefined {
    while (this.#entries[0] && this.#entries[0].task === undefined) this.#removeFirst();
    return this.#entries[0];
  }

  pop(): HeapEntry | undefined {
    const first = this.peek();
    if (first) this.#removeFirst();
    return first;
  }

  #removeFirst(): void {
    const entries = this.#entries;
    const last = entries.pop();
    if (!last || entries.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= entries.length) break;
      if (child + 1 < entries.length && before(entries[child + 1], entries[child])) child++;
      if (!before(entries[child], last)) break;
      entries[index] = entries[child] as HeapEntry;
      index = child;
    }
    entries[index] = last;
  }
}

function before(a: HeapEntry | undefined, b: HeapEntry | undefined): boolean {
  if (!a || !b) return false;
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.sequence < b.sequence);
}
