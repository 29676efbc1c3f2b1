/**
 * A set of paths into an object, as a trie. A path is a list of elements written as in FieldsV1: `f:name` is a field,
 * `k:{"name":"web"}` an item of a list by its keys, `v:"x"` a value of a set, `i:0` a place. Immutable.
 */
export class FieldSet {
  static readonly EMPTY = new FieldSet(new Set(), new Map());

  readonly members: ReadonlySet<string>;
  readonly children: ReadonlyMap<string, FieldSet>;

  constructor(members: ReadonlySet<string>, children: ReadonlyMap<string, FieldSet>) {
    this.members = members;
    this.children = children;
  }

  static of(members: Set<string>, children: Map<string, FieldSet>): FieldSet {
    for (const [element, child] of children) if (child.isEmpty) children.delete(element);
    return members.size === 0 && children.size === 0 ? FieldSet.EMPTY : new FieldSet(members, children);
  }

  get isEmpty(): boolean {
    return this.members.size === 0 && this.children.size === 0;
  }

  /** The part below one element. */
  below(element: string): FieldSet {
    return this.children.get(element) ?? FieldSet.EMPTY;
  }

  /** Every path of either. */
  union(other: FieldSet): FieldSet {
    if (other.isEmpty || other === this) return this;
    if (this.isEmpty) return other;
    const children = new Map(this.children);
    for (const [element, child] of other.children) children.set(element, child.union(this.below(element)));
    return new FieldSet(this.members.union(other.members), children);
  }

  /** Every path of this one that the other does not have. */
  difference(other: FieldSet): FieldSet {
    if (other.isEmpty) return this;
    if (this === other) return FieldSet.EMPTY;
    const children = new Map<string, FieldSet>();
    for (const [element, child] of this.children)
      children.set(element, child.difference(other.below(element)));
    return FieldSet.of(new Set(this.members.difference(other.members)), children);
  }

  /** Every path of this one that neither is nor lies below a path of the other. */
  without(other: FieldSet): FieldSet {
    if (other.isEmpty) return this;
    const children = new Map<string, FieldSet>();
    for (const [element, child] of this.children)
      if (!other.members.has(element)) children.set(element, child.without(other.below(element)));
    return FieldSet.of(new Set(this.members.difference(other.members)), children);
  }

  /** Every path of both. */
  intersection(other: FieldSet): FieldSet {
    if (this === other) return this;
    if (this.isEmpty || other.isEmpty) return FieldSet.EMPTY;
    const children = new Map<string, FieldSet>();
    for (const [element, child] of this.children)
      children.set(element, child.intersection(other.below(element)));
    return FieldSet.of(new Set(this.members.intersection(other.members)), children);
  }

  equals(other: FieldSet): boolean {
    if (this === other) return true;
    if (this.members.size !== other.members.size || this.children.size !== other.children.size) return false;
    for (const element of this.members) if (!other.members.has(element)) return false;
    for (const [element, child] of this.children) if (!child.equals(other.below(element))) return false;
    return true;
  }

  /** Every path: at each level first what is owned there, in byte order, then what lies below. */
  *paths(prefix: readonly string[] = []): Generator<readonly string[]> {
    for (const element of [...this.members].sort()) yield [...prefix, element];
    for (const element of [...this.children.keys()].sort())
      yield* this.below(element).paths([...prefix, element]);
  }
}

/** Collects paths; cheaper than making a set for each. */
export class FieldSetBuilder {
  readonly #members = new Set<string>();
  readonly #children = new Map<string, FieldSetBuilder>();

  add(element: string): void {
    this.#members.add(element);
  }

  child(element: string): FieldSetBuilder {
    let child = this.#children.get(element);
    if (!child) this.#children.set(element, (child = new FieldSetBuilder()));
    return child;
  }

  build(): FieldSet {
    const children = new Map<string, FieldSet>();
    for (const [element, child] of this.#children) children.set(element, child.build());
    return FieldSet.of(new Set(this.#members), children);
  }
}

/** A path as people read it: `.spec.containers[name="web"].image`. */
export function pathText(path: readonly string[]): string {
  return path.map(elementText).join('');
}

function elementText(element: string): string {
  const value = element.slice(2);
  switch (element.slice(0, 2)) {
    case 'k:': {
      const keys = Object.entries(JSON.parse(value) as Record<string, unknown>);
      return `[${keys.map(([key, one]) => `${key}=${JSON.stringify(one)}`).join(',')}]`;
    }
    case 'v:':
      return `[=${value}]`;
    case 'i:':
      return `[${value}]`;
    default:
      return `.${value}`;
  }
}
