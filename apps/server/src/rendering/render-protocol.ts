import type { ApplicationSource, SourceType } from '@lotse/gitops';
import type { GitTreeLocation } from '../repositories/git/objects/git-file-tree.js';

/** What a render is made of: plain data, so that it can cross into a worker thread. */
export interface RenderRequest {
  readonly source: ApplicationSource;
  readonly location: GitTreeLocation;
  /** Trees of the other sources of the application, by their `ref`. */
  readonly refs?: Readonly<Record<string, GitTreeLocation>>;
  readonly application: { readonly name: string; readonly namespace: string; readonly project: string };
  /** Where chance in templates comes from: the same seed gives the same passwords. Secret. */
  readonly seed?: string;
  readonly kubeVersion: string;
  readonly apiVersions: readonly string[];
}

/** Path of the tree and a fingerprint of what was there; null where there was nothing. */
export type RenderInput = readonly [path: string, fingerprint: string | null];

/** What a render gave. */
export interface RenderOutcome {
  readonly sourceType: SourceType;
  /** A JSON list of objects. */
  readonly manifests: string;
  /** Everything the render looked at: the same inputs give the same manifests. */
  readonly inputs: readonly RenderInput[];
  readonly warnings: readonly string[];
  /** True when the result can depend on what the cluster serves. */
  readonly usesCapabilities: boolean;
}

/** An error on its way out of a worker. */
export interface RenderFailure {
  readonly code: string;
  readonly message: string;
  readonly place: {
    readonly file?: string;
    readonly line?: number;
    readonly column?: number;
    readonly object?: string;
    readonly field?: string;
  };
}

/** What the pool sends a worker. */
export interface RenderMessage {
  readonly id: number;
  readonly request: RenderRequest;
}

/** What a worker answers. */
export type RenderAnswer =
  | { readonly id: number; readonly outcome: RenderOutcome }
  | { readonly id: number; readonly failure: RenderFailure };
