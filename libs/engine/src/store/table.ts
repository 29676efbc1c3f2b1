import { layOut } from './shared-values.js';
import { SortedNames } from './sorted-names.js';
import type { ObjectName, StoredObject } from './stored-object.js';

/** Computes the keys under which an index files an object. */
export type IndexFunction = (object: StoredObject) => readonly string[];

/**
 * Told of every change in the moment it is made, before any listener of the store: for sums that must never lag behind.
 * Must not write and must not throw.
 */
export type TableObserver = (previous: StoredObject | undefined, next: StoredObject | undefined) => void;

/**
 * The current objects of one resource, with an index by namespace and any number of named ones.
 * Lookups cost their answer, not the size of the table.
 */
export class Table {
  readonly objects: Map<ObjectName, StoredObject>;
  /** Of the last change since the store was made; 0 before the first. */
  revision = 0;
  readonly #indexes = new Map<
    string,
    { keysOf: IndexFunction; buckets: Map<string, Map<ObjectName, StoredObject>> }
  >();
  readonly #observers = new Set<TableObserver>();
  #sortedNames: SortedNames | undefined;

  constructor(objects = new Map<ObjectName, StoredObject>()) {
    this.objects = objects;
    this.index('namespace', (object) => [object.metadata.namespace ?? '']);
  }

  /** Adds an index; a second call with the same name is a no-op. */
  index(indexName: string, keysOf: IndexFunction): void {
    if (this.#indexes.has(indexName)) return;
    const entry = { keysOf, buckets: new Map<string, Map<ObjectName, StoredObject>>() };
    this.#indexes.set(indexName, entry);
    for (const [name, object] of this.objects) refile(entry, name, object, undefined);
  }

  put(name: ObjectName, object: StoredObject): StoredObject | undefined {
    const previous = this.objects.get(name);
    if (!previous) {
      layOut(name);
      this.#sortedNames?.add(name);
    }
    this.objects.set(name, object);
    for (const entry of this.#indexes.values()) refile(entry, name, object, previous);
    for (const observer of this.#observers) observer(previous, object);
    return previous;
  }

  remove(name: ObjectName): StoredObject | undefined {
    const previous = this.objects.get(name);
    if (!previous) return undefined;
    for (const entry of this.#indexes.values())
      for (const key of entry.keysOf(previous)) removeFrom(entry, key, name);
    this.objects.delete(name);
    this.#sortedNames?.delete(name);
    for (const observer of this.#observers) observer(previous, undefined);
    return previous;
  }

  /** Objects filed under `key` as they are now, in no promised order: a copy that later writes do not disturb. */
  by(indexName: string, key: string): StoredObject[] {
    const entry = this.#indexes.get(indexName);
    if (!entry) throw new RangeError(`no index "${indexName}"`);
    const bucket = entry.buckets.get(key);
    return bucket ? [...bucket.values()] : [];
  }

  /** Number of objects filed under `key`. */
  countBy(indexName: string, key: string): number {
    return this.#indexes.get(indexName)?.buckets.get(key)?.size ?? 0;
  }

  /** All names in byte order: the order in which lists are answered. Kept in order once someone has asked. */
  sortedNames(): SortedNames {
    this.#sortedNames ??= new SortedNames(this.objects.keys());
    return this.#sortedNames;
  }

  /** Calls `observer` with every later change. Forks are not observed. */
  observe(observer: TableObserver): void {
    this.#observers.add(observer);
  }

  /** A copy that shares every object; indexes are built again when asked for. */
  fork(): Table {
    const copy = new Table(new Map(this.objects));
    copy.revision = this.revision;
    for (const [name, { keysOf }] of this.#indexes) copy.index(name, keysOf);
    return copy;
  }
}

type Index = { keysOf: IndexFunction; buckets: Map<string, Map<ObjectName, StoredObject>> };

/** Most writes leave an object under the keys it had. */
function refile(
  index: Index,
  name: ObjectName,
  object: StoredObject,
  previous: StoredObject | undefined,
): void {
  const keys = index.keysOf(object);
  if (previous)
    for (const key of index.keysOf(previous)) if (!keys.includes(key)) removeFrom(index, key, name);
  for (const key of keys) addTo(index, key, name, object);
}

function addTo({ buckets }: Index, key: string, name: ObjectName, object: StoredObject): void {
  const bucket = buckets.get(key);
  if (bucket) bucket.set(name, object);
  else buckets.set(key, new Map([[name, object]]));
}

function removeFrom({ buckets }: Index, key: string, name: ObjectName): void {
  const bucket = buckets.get(key);
  bucket?.delete(name);
  if (bucket?.size === 0) buckets.delete(key);
}
