export interface Shortcut {
  /** Keys as typed: `/`, `?`, `mod+k`, or a sequence `g a`. */
  keys: string;
  label: string;
  group: string;
  run: () => void;
  /** Also while typing in a field; only for chords with a modifier. */
  evenInFields?: boolean;
}

/** The second key of a sequence must follow within this time. */
const SEQUENCE_MS = 1_200;

/** Knows every shortcut of the current page; the help dialog prints what it holds. */
export class ShortcutRegistry {
  #shortcuts = new Set<Shortcut>();
  #prefix: { key: string; at: number } | undefined;
  #listeners = new Set<() => void>();
  #snapshot: readonly Shortcut[] = [];

  add(shortcut: Shortcut): () => void {
    this.#shortcuts.add(shortcut);
    this.#publish();
    return () => {
      this.#shortcuts.delete(shortcut);
      this.#publish();
    };
  }

  all = (): readonly Shortcut[] => this.#snapshot;

  onChange = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Runs what the key stands for; true when it stood for something. The newest registration of a key wins. */
  press(key: string, context: { inField: boolean; inDialog: boolean; at: number }): boolean {
    const prefix = this.#prefix && context.at - this.#prefix.at < SEQUENCE_MS ? `${this.#prefix.key} ` : '';
    this.#prefix = undefined;
    const usable = [...this.#shortcuts]
      .reverse()
      .filter(({ evenInFields }) => evenInFields || (!context.inField && !context.inDialog));
    const match =
      usable.find(({ keys }) => keys === prefix + key) ??
      (prefix ? usable.find(({ keys }) => keys === key) : undefined);
    if (match) {
      match.run();
      return true;
    }
    if (usable.some(({ keys }) => keys.startsWith(`${key} `))) {
      this.#prefix = { key, at: context.at };
      return true;
    }
    return false;
  }

  #publish(): void {
    this.#snapshot = [...this.#shortcuts];
    for (const listener of this.#listeners) listener();
  }
}

export const shortcuts = new ShortcutRegistry();
