import { ExitScript } from './control-flow.js';

/** Text that all variables of a shell hold, and what each counts for besides. */
const MOST_TEXT = 8 * 1024 * 1024;
const OVERHEAD = 64;

/** The variables of a shell; one that sets more than there is memory for ends, as it would where memory is limited. */
export class Variables extends Map<string, string> {
  #size = 0;

  constructor(entries: Iterable<readonly [string, string]> = []) {
    super();
    // What a shell is given is there already, however much it is.
    for (const [name, value] of entries) {
      super.set(name, value);
      this.#size += name.length + value.length + OVERHEAD;
    }
  }

  override set(name: string, value: string): this {
    const before = this.get(name);
    const added = before === undefined ? name.length + value.length + OVERHEAD : value.length - before.length;
    if (added > 0 && this.#size + added > MOST_TEXT) throw new ExitScript(2);
    this.#size += added;
    return super.set(name, value);
  }

  override delete(name: string): boolean {
    const before = this.get(name);
    if (before !== undefined) this.#size -= name.length + before.length + OVERHEAD;
    return super.delete(name);
  }

  override clear(): void {
    this.#size = 0;
    super.clear();
  }
}
