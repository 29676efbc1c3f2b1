import type { GitRemote } from '../git-client.port.js';
import type { GitErrorCode } from '../git.errors.js';

/** What the worker thread is asked. */
export interface GitWorkerRequest {
  readonly id: number;
  readonly kind: 'list-refs' | 'fetch';
  readonly remote: GitRemote;
  readonly allowInside: boolean;
  readonly prefixes?: readonly string[];
  readonly mirrorDir?: string;
  readonly ref?: string;
  /** Where `ref` led when it was listed. */
  readonly commit?: string;
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

/** What it answers. */
export type GitWorkerResponse =
  | { readonly id: number; readonly ok: true; readonly result: unknown }
  | { readonly id: number; readonly ok: false; readonly code: GitErrorCode; readonly message: string };
