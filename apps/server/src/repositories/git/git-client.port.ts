import type { RefSnapshot } from './refs.js';

/** Which program talks to a server. `local` reads a repository on this machine in place. */
export type GitDriver = 'isomorphic' | 'native' | 'local';

/** What is shown to a Git server. */
export interface GitCredentials {
  readonly username?: string | undefined;
  /** A password or an access token. */
  readonly password?: string | undefined;
  /** Sent as `Authorization: Bearer`, where a server wants that. */
  readonly bearerToken?: string | undefined;
  /** Private key in PEM or OpenSSH form. */
  readonly sshPrivateKey?: string | undefined;
}

/** A repository to talk to. */
export interface GitRemote {
  /** Without credentials. */
  readonly url: string;
  readonly credentials: GitCredentials;
  /** Accepts any TLS certificate or host key. */
  readonly insecure: boolean;
  /** A registry of charts is talked to without TLS. */
  readonly plainHttp?: boolean;
}

/** What a fetch brought. */
export interface FetchResult {
  readonly commit: string;
}

/**
 * Talks to Git servers. It only moves refs and objects; reading objects is the same for all drivers.
 * Every call ends within its limits and throws `GitError`s; credentials never appear in one.
 */
export interface GitClient {
  readonly driver: GitDriver;
  /** One query for the refs that start with one of `prefixes` (HEAD by that name); more may be returned. */
  listRefs(remote: GitRemote, prefixes: readonly string[]): Promise<RefSnapshot>;
  /**
   * Brings one commit (no history) into the bare repository at `mirrorDir`, making that if it is missing.
   * `ref` is where the commit was seen; undefined asks for the commit by its id. What came may be newer than
   * `commit` when the ref moved meanwhile.
   */
  fetch(remote: GitRemote, mirrorDir: string, commit: string, ref: string | undefined): Promise<FetchResult>;
}

/** More than this is no repository of manifests; it protects disk and time. */
export const MAX_FETCH_BYTES = 512 * 1024 * 1024;
/** isomorphic-git indexes a pack in memory at several times its size; beyond this the git executable does it. */
export const MAX_ISOMORPHIC_FETCH_BYTES = 64 * 1024 * 1024;
/** A list of refs: bitnami/charts has 57,772 refs in about 5 MB. */
export const MAX_REFS_BYTES = 64 * 1024 * 1024;
export const LIST_REFS_TIMEOUT_MS = 60_000;
export const FETCH_TIMEOUT_MS = 10 * 60_000;
