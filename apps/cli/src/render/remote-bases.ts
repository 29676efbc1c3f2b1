import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { FileTree } from '@lotse/manifests';
import { parseRemoteAddress } from '@lotse/kustomize';
import { CliError } from '../cli-error.js';
import { DiskFileTree } from './disk-file-tree.js';

const run = promisify(execFile);

/** What kustomize itself waits for a fetch, several times over. */
const TIMEOUT_MS = 120_000;
/** As much as a directory of manifests may have. */
const MAX_FILE_BYTES = 10 * 1024 * 1024;

/** Thrown in a build, which can't wait: it is done again when this has been brought. */
export class RemoteNeeded extends Error {
  readonly address: string;

  constructor(address: string) {
    super(`${address} has to be fetched first`);
    this.address = address;
    this.name = 'RemoteNeeded';
  }
}

/** Brings what remote addresses lead to: repositories with the `git` of this machine, files with a request. */
export class RemoteBases {
  readonly #folders = new Map<string, { tree: FileTree; path: string }>();
  readonly #trees = new Map<string, FileTree>();
  readonly #files = new Map<string, Uint8Array>();
  readonly #made: string[] = [];

  /** For `buildKustomization`. @throws RemoteNeeded until it was fetched. */
  readonly resolveRemote = (address: string): { tree: FileTree; path: string } | undefined => {
    if (parseRemoteAddress(address)?.kind !== 'repository') return undefined;
    const known = this.#folders.get(address);
    if (!known) throw new RemoteNeeded(address);
    return known;
  };

  /** For `buildKustomization`. @throws RemoteNeeded until it was fetched. */
  readonly readRemote = (address: string): Uint8Array | undefined => {
    if (parseRemoteAddress(address)?.kind !== 'file') return undefined;
    const known = this.#files.get(address);
    if (!known) throw new RemoteNeeded(address);
    return known;
  };

  async fetch(address: string): Promise<void> {
    const remote = parseRemoteAddress(address);
    if (remote?.kind === 'file') this.#files.set(address, await download(remote.url));
    else if (remote) {
      const { url, path, ref = 'HEAD' } = remote;
      const tree = this.#trees.get(`${url} ${ref}`) ?? (await this.#clone(url, ref));
      this.#trees.set(`${url} ${ref}`, tree);
      this.#folders.set(address, { tree, path });
    }
  }

  dispose(): void {
    for (const folder of this.#made.splice(0)) rmSync(folder, { recursive: true, force: true });
  }

  async #clone(url: string, ref: string): Promise<FileTree> {
    const folder = mkdtempSync(join(tmpdir(), 'lotse-base-'));
    this.#made.push(folder);
    const git = async (...args: string[]): Promise<unknown> =>
      run('git', ['-C', folder, ...args], {
        timeout: TIMEOUT_MS,
        env: { ...process.env, GIT_TERMINAL_PROMPT: '0', GIT_ALLOW_PROTOCOL: 'file:http:https:ssh' },
      });
    try {
      await git('init', '--quiet');
      await git('fetch', '--quiet', '--depth=1', '--end-of-options', url, ref);
      await git('checkout', '--quiet', 'FETCH_HEAD');
    } catch (error) {
      const stderr =
        error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error);
      throw new CliError(`cannot fetch ${ref} of ${url}: ${stderr}`);
    }
    return new DiskFileTree(folder);
  }
}

async function download(url: string): Promise<Uint8Array> {
  const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!response.ok) throw new CliError(`cannot read ${url}: the server answers with HTTP ${response.status}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (bytes.length > MAX_FILE_BYTES)
    throw new CliError(`cannot read ${url}: it has more than ${MAX_FILE_BYTES} bytes`);
  return bytes;
}
