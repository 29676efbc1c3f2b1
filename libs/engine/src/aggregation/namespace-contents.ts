/** What is left of one resource in a namespace. */
export interface Leftover {
  readonly count: number;
  /** How many of its objects each finalizer holds. */
  readonly finalizers: ReadonlyMap<string, number>;
}

/** How far the deletion of what other servers keep for a namespace has come. */
export interface Remains {
  /** By `<resource>.<group>`. */
  readonly left: ReadonlyMap<string, Leftover>;
  /** Versions whose servers do not answer: nobody knows what they keep. */
  readonly undiscovered: readonly string[];
  /** Why something could not be deleted or looked at. */
  readonly failures: readonly string[];
}

/** Empties namespaces on the servers that this API passes requests on to. */
export interface NamespaceContents {
  /**
   * Has the servers delete what they keep for a namespace. Undefined while they are being asked; `answered` is called then, and the
   * next call says what remains. Another call asks anew.
   */
  emptied(namespace: string, answered: () => void): Remains | undefined;
}

/** What other servers serve under this API; nothing before it is served. */
export interface Elsewhere {
  contents: NamespaceContents | undefined;
}
