import type { ResourceInfo } from '../registry/resource.js';
import type { DeleteOptions } from '../types/index.js';
import type { StoredObject } from '../store/stored-object.js';
import type { ResourceType } from './resource-type.js';

/** How a write is meant. */
export interface WriteOptions {
  /** Validate, admit and answer, but store nothing. */
  readonly dryRun?: boolean;
  /** Whose fields these are in managedFields. */
  readonly fieldManager?: string;
  /** Told what the client should know although the write is fine. */
  readonly onWarning?: (text: string) => void;
  /** Told what is to be noted about the write where people look afterwards. */
  readonly onAudit?: (key: string, value: string) => void;
  /** Whether managedFields is kept up to date; by default for everyone but the engine's own parts. */
  readonly trackFields?: boolean;
  /** `status`, `scale`, …; undefined for the object itself. */
  readonly subresource?: string;
  /** The version the client asked in, where objects are stored in another: admission is told. */
  readonly requested?: ResourceInfo;
}

/** How a server-side apply is meant. */
export interface ApplyOptions extends WriteOptions {
  readonly fieldManager: string;
  /** Take over fields that others own instead of refusing. */
  readonly force?: boolean;
}

/** How a delete is meant; fields as in Kubernetes' DeleteOptions. */
export type DeletionOptions = Pick<
  DeleteOptions,
  'gracePeriodSeconds' | 'propagationPolicy' | 'preconditions'
> &
  Pick<WriteOptions, 'dryRun' | 'requested' | 'onWarning' | 'onAudit'> & {
    /** Admission has had its say already. */
    readonly isAdmitted?: boolean;
  };

export type PatchKind = 'json' | 'merge' | 'strategic';

/** A reader of the current state: answers come from the store's own indexes and are never stale. */
export interface Lister<T extends StoredObject> {
  get(namespace: string | undefined, name: string): T | undefined;
  /** All objects, or those of one namespace, as they are now, in no promised order. */
  list(namespace?: string): readonly T[];
  /** Adds an index (once); see `by`. */
  index(indexName: string, keysOf: (object: T) => readonly string[]): void;
  /** Objects filed under a key of an index. */
  by(indexName: string, key: string): readonly T[];
  /** Calls back after every change of this resource, in order. Handlers enqueue work, they do not do it. */
  watch(
    handler: (type: 'ADDED' | 'MODIFIED' | 'DELETED', object: T, previous: T | undefined) => void,
  ): () => void;
}

/**
 * The API as controllers inside the engine use it: the same path through defaulting, admission, validation and store as a
 * request from outside, without the wire. Calls are synchronous, so a reconcile is atomic and the engine deterministic.
 * Every refusal is an ApiError.
 */
export interface Client {
  lister<T extends StoredObject>(type: ResourceType<T>): Lister<T>;
  /** Throws NotFound. */
  get<T extends StoredObject>(type: ResourceType<T>, namespace: string | undefined, name: string): T;
  create<T extends StoredObject>(type: ResourceType<T>, object: T, options?: WriteOptions): T;
  /** Replaces the object; a resourceVersion in it must be current. */
  update<T extends StoredObject>(type: ResourceType<T>, object: T, options?: WriteOptions): T;
  /** Replaces the status only. */
  updateStatus<T extends StoredObject>(type: ResourceType<T>, object: T): T;
  patch<T extends StoredObject>(
    type: ResourceType<T>,
    namespace: string | undefined,
    name: string,
    kind: PatchKind,
    patch: unknown,
    options?: WriteOptions,
  ): T;
  /** Server-side apply. */
  apply<T extends StoredObject>(type: ResourceType<T>, object: T, options: ApplyOptions): T;
  /** Starts or finishes deletion; answers the last value. Throws NotFound. */
  delete<T extends StoredObject>(
    type: ResourceType<T>,
    namespace: string | undefined,
    name: string,
    options?: DeletionOptions,
  ): T;
  /** Assigns a pod to a node (the binding subresource). */
  bind(namespace: string, podName: string, nodeName: string): void;
  /** The same API in the name of another user, for field managers and audit: `deployment-controller`. */
  as(user: string): Client;
}
