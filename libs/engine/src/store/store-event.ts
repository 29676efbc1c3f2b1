import type { ObjectName, ResourceKey, StoredObject } from './stored-object.js';

/** One change, as the revision log keeps it. */
export interface StoreEvent {
  readonly revision: number;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly resource: ResourceKey;
  readonly name: ObjectName;
  /** The new value; for DELETED the last value with the revision of its deletion. */
  readonly object: StoredObject;
  /** The value before; undefined for ADDED. */
  readonly previous: StoredObject | undefined;
}

/** Told of every change, in order. May enqueue work; one that throws stops neither the writer nor the other listeners. */
export type StoreListener = (event: StoreEvent) => void;
