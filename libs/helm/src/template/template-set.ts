import { isEmptyBody, type TemplateBody } from './nodes.js';

/** Named templates that can call each other. A child set sees its parent's and may hide them. */
export class TemplateSet {
  readonly #bodies = new Map<string, TemplateBody>();
  readonly #parent: TemplateSet | undefined;
  /** What texts without a name of their own are called. */
  readonly name: string;

  constructor(parent?: TemplateSet, name = 'gotpl') {
    this.#parent = parent;
    this.name = parent?.name ?? name;
  }

  /** Adds what one text defined. The last definition of a name wins, unless it is empty. */
  add(bodies: readonly TemplateBody[]): void {
    for (const body of bodies) {
      if (isEmptyBody(body.root) && this.lookup(body.name)) continue;
      this.#bodies.set(body.name, body);
    }
  }

  lookup(name: string): TemplateBody | undefined {
    return this.#bodies.get(name) ?? this.#parent?.lookup(name);
  }
}
