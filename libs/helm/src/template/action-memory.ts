import type { PipeNode } from './nodes.js';

/** An action that declares nothing: its meaning depends on its text alone, as long as the variables it names exist. */
export interface KnownAction {
  /** `undefined`: a plain pipeline. */
  readonly keyword: 'if' | 'with' | 'range' | 'else' | 'end' | undefined;
  /** `else` and `end` have none. */
  readonly pipe: PipeNode | undefined;
  readonly variables: readonly string[];
}

/** As much text as the templates of some hundred charts have: parts of it are kept alive by what is remembered. */
const MAX_CHARACTERS = 16 * 1024 * 1024;

/**
 * Remembers actions by the text between their delimiters. Charts say the same things again and again: of ten actions seven
 * stood before in the same words.
 */
export class ActionMemory {
  readonly hasFunction: (name: string) => boolean;
  readonly #known = new Map<string, KnownAction>();
  #characters = 0;

  /** `hasFunction` decides which names are functions; it must not change its mind. */
  constructor(hasFunction: (name: string) => boolean) {
    this.hasFunction = hasFunction;
  }

  /** Counts a text whose actions may be remembered; after too many, everything is forgotten. */
  readText(characters: number): void {
    this.#characters += characters;
    if (this.#characters <= MAX_CHARACTERS) return;
    this.#known.clear();
    this.#characters = characters;
  }

  get(text: string): KnownAction | undefined {
    return this.#known.get(text);
  }

  set(text: string, action: KnownAction): void {
    this.#known.set(text, action);
  }
}
