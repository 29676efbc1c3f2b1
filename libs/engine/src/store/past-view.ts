import { byteOrder, upTo } from './sorted-names.js';
import type { Store } from './store.js';
import type { ObjectName, ResourceKey, StoredObject } from './stored-object.js';

/** Views kept: pages of one list come soon after each other. */
const KEPT_VIEWS = 8;

/** The objects of one resource at one revision, in byte order of their names. */
export interface RevisionView {
  get(name: ObjectName): StoredObject | undefined;
  /** Names after `start`, in order, as long as nothing is written. */
  after(start: string): Iterable<ObjectName>;
  countUpTo(name: string): number;
}

const kept = new WeakMap<Store, Map<string, PastView>>();

/**
 * What a resource looked like at a revision; undefined when that is no longer known. Costs what has changed since, once:
 * the next page of the same list finds it ready.
 */
export function viewAt(store: Store, resource: ResourceKey, revision: number): RevisionView | undefined {
  const table = store.table(resource);
  if (revision === store.revision) {
    const names = table.sortedNames();
    return {
      get: (name) => table.objects.get(name),
      after: (start) => names.after(start),
      countUpTo: (name) => names.countUpTo(name),
    };
  }
  if (revision < store.compactedRevision) return undefined;
  let views = kept.get(store);
  if (!views) kept.set(store, (views = new Map<string, PastView>()));
  const key = `${revision} ${resource}`;
  let view = views.get(key) ?? new PastView(store, resource, revision);
  if (!view.catchUp()) {
    view = new PastView(store, resource, revision);
    if (!view.catchUp()) return undefined;
  }
  views.delete(key);
  views.set(key, view);
  if (views.size > KEPT_VIEWS) views.delete(views.keys().next().value ?? '');
  return view;
}

/** The present with what has changed since undone. */
class PastView implements RevisionView {
  readonly #store: Store;
  readonly #resource: ResourceKey;
  #seenRevision: number;
  /** Values then of what has changed since; undefined for what was not there. */
  readonly #changed = new Map<ObjectName, StoredObject | undefined>();
  #gone: ObjectName[] = [];
  #new: ObjectName[] = [];

  constructor(store: Store, resource: ResourceKey, revision: number) {
    this.#store = store;
    this.#resource = resource;
    this.#seenRevision = revision;
  }

  /** Takes in what was written since the last call; false when that is no longer known. */
  catchUp(): boolean {
    if (this.#seenRevision === this.#store.revision) return true;
    const events = this.#store.eventsSince(this.#seenRevision);
    if (!events) return false;
    this.#seenRevision = this.#store.revision;
    let moved = false;
    for (const event of events) {
      if (event.resource !== this.#resource) continue;
      if (!this.#changed.has(event.name)) this.#changed.set(event.name, event.previous);
      if (event.type !== 'MODIFIED') moved = true;
    }
    if (!moved) return true;
    const { objects } = this.#store.table(this.#resource);
    const names = [...this.#changed.keys()].sort(byteOrder);
    this.#gone = names.filter((name) => this.#changed.get(name) && !objects.has(name));
    this.#new = names.filter((name) => !this.#changed.get(name) && objects.has(name));
    return true;
  }

  get(name: ObjectName): StoredObject | undefined {
    return this.#changed.has(name)
      ? this.#changed.get(name)
      : this.#store.table(this.#resource).objects.get(name);
  }

  *after(start: string): Generator<ObjectName, void> {
    let next = upTo(this.#gone, start);
    for (const name of this.#store.table(this.#resource).sortedNames().after(start)) {
      for (let gone = this.#gone[next]; gone !== undefined && gone < name; gone = this.#gone[++next])
        yield gone;
      if (this.get(name)) yield name;
    }
    yield* this.#gone.slice(next);
  }

  countUpTo(name: string): number {
    const now = this.#store.table(this.#resource).sortedNames().countUpTo(name);
    return now + upTo(this.#gone, name) - upTo(this.#new, name);
  }
}
