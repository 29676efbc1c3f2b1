import type { GitTreeLocation } from '../repositories/git/objects/git-file-tree.js';

/** What an address in a kustomization came to: a folder of a commit, or a file of the web. */
export type RemoteInput =
  | {
      readonly kind: 'folder';
      readonly location: GitTreeLocation;
      readonly path: string;
      readonly repoURL: string;
      readonly revision: string;
    }
  | { readonly kind: 'file'; readonly content: Uint8Array; readonly digest: string };

/** A commit of another repository that a render was made from. */
export interface RemoteCommit {
  readonly repoURL: string;
  readonly revision: string;
  readonly commit: string;
}

const REMOTE_PREFIX = '//remote/';

/** The input a render remembers a remote as: its address, and the commit or digest it was. No path begins like it. */
export function remoteInput(
  address: string,
  remote: RemoteInput,
): readonly [input: string, fingerprint: string] {
  const origin = remote.kind === 'folder' ? [address, remote.repoURL, remote.revision] : [address];
  return [REMOTE_PREFIX + JSON.stringify(origin), remoteFingerprint(remote)];
}

/** Equal when the content is. */
export function remoteFingerprint(remote: RemoteInput): string {
  return remote.kind === 'folder' ? remote.location.commit : remote.digest;
}

/** The address an input stands for; undefined for others. */
export function inputRemote(input: string): string | undefined {
  return originOf(input)?.[0];
}

/** The commits of other repositories among the inputs of a render. */
export function remoteCommits(
  inputs: readonly (readonly [input: string, fingerprint: string | null])[],
): RemoteCommit[] {
  return inputs.flatMap(([input, commit]) => {
    const [, repoURL, revision] = originOf(input) ?? [];
    if (repoURL === undefined || revision === undefined || commit === null) return [];
    return [{ repoURL, revision, commit }];
  });
}

function originOf(input: string): readonly string[] | undefined {
  return input.startsWith(REMOTE_PREFIX)
    ? (JSON.parse(input.slice(REMOTE_PREFIX.length)) as string[])
    : undefined;
}

/** Thrown in a render thread, which can't fetch: the render is done again with what these addresses lead to. */
export class RemotesNeeded extends Error {
  readonly addresses: readonly string[];

  constructor(addresses: readonly string[]) {
    super('other repositories have to be fetched first');
    this.addresses = addresses;
    this.name = 'RemotesNeeded';
  }
}
