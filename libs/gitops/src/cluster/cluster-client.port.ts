import type { KubeObject } from '@lotse/manifests';
import type { PropagationPolicy } from '../application/sync-options.js';

/** A kind a cluster serves. */
export interface ServedKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** Plural name in paths. */
  readonly resource: string;
  readonly namespaced: boolean;
}

/** Names one object of a cluster. `version` may be left out: the preferred one is used. */
export interface ObjectRef {
  readonly group: string;
  readonly version?: string | undefined;
  readonly kind: string;
  readonly namespace?: string | undefined;
  readonly name: string;
}

/** A change that was seen. `object` is the last known value for DELETED. */
export interface ClusterEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: KubeObject;
  readonly previous?: KubeObject | undefined;
}

/** A refusal by a cluster's API: Kubernetes' code, reason and words. */
export class ClusterError extends Error {
  readonly code: number;
  readonly reason: string;
  /** True when the API has no such kind. */
  readonly kindMissing: boolean;

  constructor(code: number, reason: string, message: string, kindMissing = false) {
    super(message);
    this.name = 'ClusterError';
    this.code = code;
    this.reason = reason;
    this.kindMissing = kindMissing;
  }
}

/** How an apply is meant. */
export interface ApplyRequest {
  readonly fieldManager: string;
  readonly force: boolean;
  readonly dryRun: boolean;
}

/**
 * The one way to a cluster. Writes resolve once they are durable; refusals reject with `ClusterError`.
 * Served in process by the built-in engine and over HTTPS by any other cluster.
 */
export interface ClusterClient {
  /** The kind in its preferred version, or the given one; undefined when it isn't served. */
  kind(group: string, kind: string, version?: string): Promise<ServedKind | undefined>;
  kinds(): Promise<readonly ServedKind[]>;
  get(ref: ObjectRef): Promise<KubeObject | undefined>;
  list(
    kind: { group: string; kind: string; version?: string },
    namespace?: string,
  ): Promise<readonly KubeObject[]>;
  /** Server-side apply. Answers what is, or with dryRun would be, stored. */
  apply(object: KubeObject, request: ApplyRequest): Promise<KubeObject>;
  create(object: KubeObject, options?: { dryRun?: boolean }): Promise<KubeObject>;
  /** Replaces the whole object. */
  replace(object: KubeObject, options?: { dryRun?: boolean; subresource?: string }): Promise<KubeObject>;
  /** JSON merge patch. */
  patch(
    ref: ObjectRef,
    patch: unknown,
    options?: { dryRun?: boolean; subresource?: string },
  ): Promise<KubeObject>;
  /** Resolves when deletion has begun; objects that are gone already are no error. */
  delete(
    ref: ObjectRef,
    options: { propagation: PropagationPolicy; uid?: string | undefined },
  ): Promise<void>;
  /** Calls back for every change from now on; answers how to stop. */
  watch(handler: (event: ClusterEvent) => void): () => void;
}
