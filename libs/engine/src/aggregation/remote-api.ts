import type { JsonObject } from '@lotse/manifests';
import type { APIService } from '../types/index.js';
import type { ApiServicePriority } from './api-service-priorities.js';

/** What came of a question to a server. `problem` says why there is no answer. */
export type RemoteAnswer =
  | { readonly kind: 'answer'; readonly status: number; readonly body: string }
  | { readonly kind: 'failed'; readonly problem: string };

/**
 * Asks servers behind APIServices, in the name of `system:kube-aggregator`: the port through which the engine reaches them.
 * `answered` is called exactly once, and never inside `get`.
 */
export interface RemoteApiCaller {
  get(service: APIService, path: string, answered: (answer: RemoteAnswer) => void): void;
  /** The same with another method: what the engine does on its own behalf. */
  send(
    service: APIService,
    request: { readonly method: 'GET' | 'DELETE'; readonly path: string },
    answered: (answer: RemoteAnswer) => void,
  ): void;
  /** True when whatever answers for the service is part of this cluster's simulation. */
  isSimulated(service: APIService): boolean;
}

/** A version of a group that another server serves. */
export interface RemoteVersion {
  readonly group: string;
  readonly version: string;
  readonly priority: ApiServicePriority;
  /** True while the server does not answer: what is known of it may be old. */
  readonly isStale: boolean;
  /** Its resources as its discovery document lists them (APIResource). */
  readonly resources: readonly JsonObject[];
  /** The digest under which it offers its OpenAPI v3 document; undefined when it offers none. */
  readonly openApiHash: string | undefined;
  /** Paths and definitions of its OpenAPI v2 document. */
  readonly openApiV2: { readonly paths: JsonObject; readonly definitions: JsonObject } | undefined;
}

/** What other servers serve under this API. */
export interface RemoteApis {
  /** Grows with every change: a cheap validator for what is made of it. */
  readonly generation: number;
  versions(): Iterable<RemoteVersion>;
  /** The APIService that a path belongs to, when another server answers it. */
  serving(path: string): APIService | undefined;
  /** True when requests may be passed on to it. */
  isAvailable(service: APIService): boolean;
}
