import type { ResourceKey, StoredObject } from '../store/stored-object.js';
import type { FieldError } from '../api/api-error.js';

/** A subresource as discovery lists it. */
export interface SubresourceInfo {
  readonly name: string;
  readonly kind: string;
  readonly group?: string | null;
  readonly version?: string | null;
  readonly verbs: readonly string[];
}

/** One served resource: everything generic code needs to know about it. */
export interface ResourceInfo {
  readonly group: string;
  readonly version: string;
  /** Plural, lower case: `deployments`. */
  readonly resource: string;
  readonly kind: string;
  readonly singular: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly subresources: readonly SubresourceInfo[];
  /** What sets this kind apart from every other; everything else is generic. */
  readonly strategy: Strategy;
}

/** What a strategy may read of its surroundings. */
export interface StrategyContext {
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

/**
 * What is particular about a kind (the rest.Strategy of Kubernetes). All functions are pure: they get objects and return
 * objects or findings.
 */
export interface Strategy {
  /** Fills in what the user left out. Runs before every admission and validation. */
  readonly defaults?: (object: StoredObject) => StoredObject;
  /** Clears what a client may not set on create. Status is cleared by generic code where there is a status subresource. */
  readonly prepareForCreate?: (object: StoredObject, context: StrategyContext) => StoredObject;
  /** Carries over what a client may not change on update. */
  readonly prepareForUpdate?: (
    object: StoredObject,
    old: StoredObject,
    context: StrategyContext,
  ) => StoredObject;
  readonly validate?: (object: StoredObject) => readonly FieldError[];
  readonly validateUpdate?: (object: StoredObject, old: StoredObject) => readonly FieldError[];
  /** Seconds a delete waits before the object may vanish; undefined means no graceful deletion for this kind. */
  readonly gracePeriodSeconds?: (object: StoredObject, requested: number | undefined) => number;
  /** True where a stale or empty resourceVersion on update is accepted. Default: empty is accepted. */
  readonly allowUnconditionalUpdate?: boolean;
  readonly allowCreateOnUpdate?: boolean;
  /** Propagation when the client names none: Background for most, Orphan for the oldest. */
  readonly defaultPropagation?: 'Background' | 'Orphan';
  /** Field selectors beyond metadata.name and metadata.namespace. */
  readonly selectableFields?: (object: StoredObject) => Record<string, string>;
}

/** The key under which all versions of a resource are stored. */
export function resourceKey(resource: { group: string; resource: string }): ResourceKey {
  return `${resource.group}/${resource.resource}`;
}
