import type { MessagePort } from 'node:worker_threads';
import type { ApplicationSource, SourceType } from '@lotse/gitops';
import type { JsonObject } from '@lotse/manifests';
import type { GitTreeLocation } from '../repositories/git/objects/git-file-tree.js';
import type { RemoteInput } from './remote-inputs.js';
import type { SourceLocation } from './source-tree.js';

/** What a render is made of: plain data, so that it can cross into a worker thread. */
export interface RenderRequest {
  readonly source: ApplicationSource;
  readonly location: SourceLocation;
  /** Archives of charts the source needs beside its own files, by the key of the need. */
  readonly charts?: Readonly<Record<string, string>>;
  /** What the remote addresses of a kustomization lead to, by the address. */
  readonly remotes?: Readonly<Record<string, RemoteInput>>;
  /** The operator's `kustomize.buildOptions`. */
  readonly buildOptions?: string;
  /** Trees of the other sources of the application, by their `ref`. */
  readonly refs?: Readonly<Record<string, GitTreeLocation>>;
  readonly application: { readonly name: string; readonly namespace: string; readonly project: string };
  /** Where chance in templates comes from: the same seed gives the same passwords. Secret. */
  readonly seed?: string;
  readonly kubeVersion: string;
  readonly apiVersions: readonly string[];
}

/**
 * Path of the tree and a fingerprint of what was there; null where there was nothing. What was looked up in the cluster
 * stands here, too, under a name that no path can have (`lookupInput`).
 */
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

/** A chart that has to be fetched before a source can be rendered. */
export interface ChartNeed {
  /** Under which `RenderRequest.charts` gets it. */
  readonly key: string;
  readonly repository: string;
  readonly name: string;
  readonly version: string;
}

/** What a template looks up in the cluster; an empty name asks for a list. */
export interface Lookup {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** What there is, and a fingerprint of it: different when the answer can be different, null for nothing. */
export interface LookupAnswer {
  readonly value: JsonObject;
  readonly fingerprint: string | null;
}

const LOOKUP_PREFIX = '//lookup/';

/** The input a lookup is remembered as. */
export function lookupInput({ apiVersion, kind, namespace, name }: Lookup): string {
  return LOOKUP_PREFIX + JSON.stringify([apiVersion, kind, namespace, name]);
}

/** The lookup an input stands for; undefined for paths. */
export function inputLookup(input: string): Lookup | undefined {
  if (!input.startsWith(LOOKUP_PREFIX)) return undefined;
  const [apiVersion = '', kind = '', namespace = '', name = ''] = JSON.parse(
    input.slice(LOOKUP_PREFIX.length),
  ) as string[];
  return { apiVersion, kind, namespace, name };
}

/** How a render thread asks for lookups: it sends on the port and sleeps on the flag until there is an answer. */
export interface LookupLine {
  readonly port: MessagePort;
  readonly flag: SharedArrayBuffer;
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
  /** Templates are stopped after this, with their name, before the thread is, without. */
  readonly templatesMs: number;
}

/** What a worker answers. */
export type RenderAnswer =
  | { readonly id: number; readonly outcome: RenderOutcome }
  | { readonly id: number; readonly needs: readonly ChartNeed[] }
  | { readonly id: number; readonly remotes: readonly string[] }
  | { readonly id: number; readonly failure: RenderFailure };
