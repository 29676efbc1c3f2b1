import { SharedValues } from './shared-values.js';
import type { StoreEvent, StoreListener } from './store-event.js';
import { objectName, type ObjectName, type ResourceKey, type StoredObject } from './stored-object.js';
import { Table } from './table.js';

/** How many past events stay in memory for watches that start in the past. Older ones are answered with 410. */
export const KEPT_EVENTS = 50_000;

/** Everything the store holds at one revision. */
export interface StoreSnapshot {
  readonly revision: number;
  readonly objects: readonly { resource: ResourceKey; object: StoredObject }[];
}

/**
 * The cluster's state: one revision counter and one log over all resources, current objects by resource and name.
 *
 * A commit gives the object its revision, appends the event and tells every listener before it returns. Listeners that
 * commit are heard too: their events are queued behind the current one, so all listeners see one order.
 */
export class Store {
  /** Told of a listener that threw, which is a bug of the listener. The write stands, and the other listeners are told of it. */
  onListenerError: (event: StoreEvent, error: unknown) => void = () => undefined;
  readonly #tables = new Map<ResourceKey, Table>();
  readonly #listeners = new Set<StoreListener>();
  readonly #shared = new SharedValues();
  #log: StoreEvent[] = [];
  #revision: number;
  #compactedRevision: number;
  #pending: StoreEvent[] = [];
  #dispatching = false;

  constructor(snapshot: StoreSnapshot = { revision: 0, objects: [] }) {
    this.#revision = snapshot.revision;
    this.#compactedRevision = snapshot.revision;
    for (const { resource, object } of snapshot.objects) {
      const name = objectName(object.metadata.namespace, object.metadata.name ?? '');
      this.table(resource).put(name, this.#shared.share(object, undefined));
    }
  }

  /** The revision of the last commit. */
  get revision(): number {
    return this.#revision;
  }

  /** Events up to this revision are no longer kept. */
  get compactedRevision(): number {
    return this.#compactedRevision;
  }

  /** The current objects of a resource. Read only: change goes through `commit` and `remove`. */
  table(resource: ResourceKey): Table {
    let table = this.#tables.get(resource);
    if (!table) {
      table = new Table();
      this.#tables.set(resource, table);
    }
    return table;
  }

  /** Every resource that has or had objects. */
  resources(): Iterable<ResourceKey> {
    return this.#tables.keys();
  }

  get(resource: ResourceKey, name: ObjectName): StoredObject | undefined {
    return this.#tables.get(resource)?.objects.get(name);
  }

  /** Writes `object` and returns it with its new resource version. */
  commit<T extends StoredObject>(resource: ResourceKey, object: T): T {
    const name = objectName(object.metadata.namespace, object.metadata.name ?? '');
    const table = this.table(resource);
    const shared = this.#shared.share(object, table.objects.get(name));
    const stored = { ...shared, metadata: { ...shared.metadata, resourceVersion: String(++this.#revision) } };
    const previous = table.put(name, stored);
    table.revision = this.#revision;
    this.#publish({
      revision: this.#revision,
      type: previous ? 'MODIFIED' : 'ADDED',
      resource,
      name,
      object: stored,
      previous,
    });
    return stored;
  }

  /** Removes an object and returns its last value, carrying the revision of the deletion; undefined when it was not there. */
  remove(resource: ResourceKey, name: ObjectName): StoredObject | undefined {
    const table = this.table(resource);
    const previous = table.remove(name);
    if (!previous) return undefined;
    const object = {
      ...previous,
      metadata: { ...previous.metadata, resourceVersion: String(++this.#revision) },
    };
    table.revision = this.#revision;
    this.#publish({ revision: this.#revision, type: 'DELETED', resource, name, object, previous });
    return object;
  }

  /** Calls `listener` for every later change. Returns the way to stop. */
  subscribe(listener: StoreListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Kept events after `revision`, oldest first; undefined when they have been compacted away. */
  eventsSince(revision: number): readonly StoreEvent[] | undefined {
    if (revision < this.#compactedRevision) return undefined;
    let low = 0;
    let high = this.#log.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#log[middle]?.revision ?? 0) <= revision) low = middle + 1;
      else high = middle;
    }
    return this.#log.slice(low);
  }

  /** Forgets events up to `revision`. */
  compact(revision: number): void {
    this.#log = this.#log.filter((event) => event.revision > revision);
    this.#compactedRevision = Math.max(this.#compactedRevision, Math.min(revision, this.#revision));
  }

  /** A consistent copy of all current objects; they are shared, not copied. */
  snapshot(): StoreSnapshot {
    const objects: { resource: ResourceKey; object: StoredObject }[] = [];
    for (const [resource, table] of this.#tables) {
      for (const object of table.objects.values()) objects.push({ resource, object });
    }
    return { revision: this.#revision, objects };
  }

  /** A store of its own that starts from this one's state and shares its objects. */
  fork(): Store {
    const copy = new Store({ revision: this.#revision, objects: [] });
    for (const [resource, table] of this.#tables) copy.#tables.set(resource, table.fork());
    return copy;
  }

  #publish(event: StoreEvent): void {
    this.#log.push(event);
    if (this.#log.length > KEPT_EVENTS * 1.2) {
      this.#compactedRevision =
        this.#log[this.#log.length - KEPT_EVENTS - 1]?.revision ?? this.#compactedRevision;
      this.#log = this.#log.slice(-KEPT_EVENTS);
    }
    this.#pending.push(event);
    if (this.#dispatching) return;
    this.#dispatching = true;
    try {
      for (let next = this.#pending.shift(); next; next = this.#pending.shift()) {
        for (const listener of this.#listeners) this.#tell(listener, next);
      }
    } finally {
      this.#dispatching = false;
    }
  }

  #tell(listener: StoreListener, event: StoreEvent): void {
    try {
      listener(event);
    } catch (error) {
      this.onListenerError(event, error);
    }
  }
}
