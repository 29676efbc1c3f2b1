import type { SchemaNode } from '@lotse/manifests';
import type { ResourceKey, StoredObject } from '../store/stored-object.js';
import type {
  CustomResourceColumnDefinition,
  CustomResourceSubresourceScale,
  JSONSchemaProps,
} from '../types/index.js';
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
  /** The shape of its objects where it is not the Kubernetes API's own: custom resources. */
  readonly schema?: SchemaNode;
  /** The same as its CustomResourceDefinition says it, for clients that ask. */
  readonly definition?: JSONSchemaProps;
  /** True for resources that a CustomResourceDefinition made. */
  readonly custom?: boolean;
  /** How its objects come from and to the version they are stored in: custom resources. */
  readonly converter?: Converter;
  /** Columns of its tables, where a CustomResourceDefinition says them. */
  readonly printerColumns?: readonly CustomResourceColumnDefinition[];
  /** Where its scale subresource finds replicas, where a CustomResourceDefinition says so: paths such as `.spec.replicas`. */
  readonly scale?: CustomResourceSubresourceScale;
  /** What clients of this version are told, when it is deprecated. */
  readonly deprecationWarning?: string;
  /** True for a version Kubernetes has given up: served to whoever names it, listed for nobody. */
  readonly retired?: boolean;
  /** Why objects of this version can't be written, where no other kind says the same. */
  readonly refusal?: string;
}

/** Brings the objects of a definition from one of its versions to another. */
export interface Converter {
  /** The `apiVersion` objects are stored in. */
  readonly storage: string;
  /** How objects of that version are described; undefined when it is not served. */
  resourceOf(apiVersion: string): ResourceInfo | undefined;
  /** True when somebody outside is asked, and so there may be something to wait for. */
  readonly isRemote: boolean;
  /**
   * The objects in that version, in their order; those that are in it already are left alone. Throws AdmissionPending while
   * somebody has to be waited for, and an ApiError when an object can't be converted.
   */
  convert(objects: readonly StoredObject[], apiVersion: string): readonly StoredObject[];
}

/** Chooses addresses and ports for services; what is taken is read from the store. */
export interface ServiceAddresses {
  /** A free cluster address for `namespace/name`; throws an ApiError when there is none. */
  allocate(service: string): string;
  /** Why `address` can't be used by `service`; undefined when it can. */
  problemOf(address: string, service: string): string | undefined;
  /** A free node port; `taken` are ports chosen a moment ago. */
  allocatePort(service: string, taken: ReadonlySet<number>): number;
  /** Why `port` can't be used by `service`; undefined when it can. */
  portProblemOf(port: number, service: string): string | undefined;
}

/** What a strategy may read of its surroundings. */
export interface StrategyContext {
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
  readonly addresses: ServiceAddresses;
  /** Tells whoever writes something about it. */
  readonly warn?: ((text: string) => void) | undefined;
}

/** What a write to a subresource means for the object. */
export interface SubresourceWrite<T extends StoredObject = StoredObject> {
  /** The new value of the object, from the stored one and what the client sent. */
  merge(given: T, old: T, context: StrategyContext): T;
  validate?(object: T, old: T): readonly FieldError[];
}

/**
 * What is particular about a kind (the rest.Strategy of Kubernetes). All functions are pure: they get objects and return
 * objects or findings.
 */
export interface Strategy<T extends StoredObject = StoredObject> {
  /** Fills in what the user left out. Runs before every admission and validation. Same object in, same object out. */
  defaults?(object: T): T;
  /** Clears what a client may not set on create. Status is cleared by generic code where there is a status subresource. */
  prepareForCreate?(object: T, context: StrategyContext): T;
  /** Carries over what a client may not change on update. */
  prepareForUpdate?(object: T, old: T, context: StrategyContext): T;
  /** What changes when a delete is asked for, beyond metadata. */
  prepareForDelete?(object: T): T;
  /** False while something beyond metadata.finalizers holds the object back. */
  mayVanish?(object: T): boolean;
  validate?(object: T): readonly FieldError[];
  validateUpdate?(object: T, old: T): readonly FieldError[];
  /** What of the metadata a write of the status leaves as it is, where that is more than names and times. */
  readonly statusKeeps?: 'labels' | 'owners' | 'metadata';
  /** What a write of the status alone has to hold to. */
  validateStatus?(object: T, old: T): readonly FieldError[];
  /** True when `validateUpdate` does all of `validate` too, knowing what was there before. */
  readonly validatesUpdateAlone?: boolean;
  /** What a name must look like; a DNS subdomain by default. */
  nameProblems?(name: string): string[];
  /** Seconds a delete waits before the object may vanish; undefined means no graceful deletion for this kind. */
  gracePeriodSeconds?(object: T, requested: number | undefined): number;
  /** Subresources whose write changes a part of the object; `status` is known to generic code. */
  readonly writes?: Readonly<Record<string, SubresourceWrite<T>>>;
  /** True where the creator may set the status too (kubelets register nodes with theirs). */
  readonly keepsStatusOnCreate?: boolean;
  /** False for kinds that do not count their generation. */
  readonly generation?: boolean;
  /** True where a change of annotations raises the generation, too. */
  readonly annotationsCount?: boolean;
  /** False where an update must name the resourceVersion it is based on. */
  readonly allowUnconditionalUpdate?: boolean;
  readonly allowCreateOnUpdate?: boolean;
  /** Propagation when the client names none: Background for most, Orphan for the oldest. */
  readonly defaultPropagation?: 'Background' | 'Orphan';
  /** Field selectors beyond metadata.name and metadata.namespace. */
  selectableFields?(object: T): Record<string, string>;
}

/** The key under which all versions of a resource are stored. */
export function resourceKey(resource: { group: string; resource: string }): ResourceKey {
  return `${resource.group}/${resource.resource}`;
}
