import * as fs from 'node:fs';
import { parentPort } from 'node:worker_threads';
import git, { type HttpClient } from 'isomorphic-git';
import { GitError, type GitErrorCode } from '../git.errors.js';
import { GitHttp } from '../http/git-http.js';
import { isAdvertisementKnown, KnownAdvertisement } from '../http/known-advertisement.js';
import { listRefs } from '../http/list-refs.js';
import { findMissingObject } from '../objects/find-missing-object.js';
import { ObjectStore } from '../objects/object-store.js';
import type { GitWorkerRequest, GitWorkerResponse } from './git-worker-protocol.js';

/** What asking another way doesn't change. */
const FINAL: ReadonlySet<GitErrorCode> = new Set<GitErrorCode>([
  'repository_denied',
  'repository_timeout',
  'repository_too_large',
]);

/**
 * The thread in which isomorphic-git works: indexing a pack keeps a processor busy for seconds, which must not be
 * the main thread's. Requests run side by side; the caller lets only one at a time write to a mirror.
 */
parentPort?.on('message', (request: GitWorkerRequest) => {
  void answer(request).then((response) => parentPort?.postMessage(response));
});

async function answer(request: GitWorkerRequest): Promise<GitWorkerResponse> {
  const { id } = request;
  try {
    const result =
      request.kind === 'list-refs'
        ? await listRefs(httpFor(request), request.remote.url, request.prefixes ?? [])
        : await fetch(request);
    return { id, ok: true, result };
  } catch (error) {
    const known = error instanceof GitError ? error : fromLibrary(error);
    return { id, ok: false, code: known.code, message: known.message };
  }
}

function httpFor(request: GitWorkerRequest): GitHttp {
  const timeout = new AbortController();
  const late = new GitError(
    'repository_timeout',
    `The Git server took longer than ${request.timeoutMs / 1_000} s.`,
  );
  setTimeout(() => timeout.abort(late), request.timeoutMs).unref();
  return new GitHttp({
    credentials: request.remote.credentials,
    insecure: request.remote.insecure,
    allowInside: request.allowInside,
    maxBytes: request.maxBytes,
    signal: timeout.signal,
  });
}

/**
 * Fetches one ref. The first time only its newest commit; later, without a depth, only what is new: the library
 * offers what it has by the local branch of the same name, which is therefore moved along.
 */
async function fetch(request: GitWorkerRequest): Promise<{ commit: string }> {
  const gitdir = request.mirrorDir ?? '';
  const ref = request.ref ?? '';
  const local = ref.startsWith('refs/') ? ref : `refs/heads/${ref}`;
  if (!fs.existsSync(`${gitdir}/HEAD`)) {
    await git.init({ fs, dir: gitdir, gitdir, bare: true, defaultBranch: 'lotse' });
    await git.addRemote({ fs, gitdir, remote: 'origin', url: request.remote.url, force: true });
  }
  const known = await git.resolveRef({ fs, gitdir, ref: local }).catch(() => undefined);
  const http = httpFor(request);
  const from = (client: HttpClient): Promise<git.FetchResult> =>
    git.fetch({
      fs,
      http: client,
      dir: gitdir,
      gitdir,
      url: request.remote.url,
      remote: 'origin',
      ref,
      remoteRef: ref,
      singleBranch: true,
      tags: false,
      ...(known === undefined ? { depth: 1 } : {}),
    });
  const result = await firstOf(request, http, from);
  if (result.fetchHead === null)
    throw new GitError('repository_unsupported', `The Git server sent nothing for ${ref}.`);
  assertComplete(gitdir, result.fetchHead);
  await git.writeRef({ fs, gitdir, ref: local, value: result.fetchHead, force: true });
  return { commit: result.fetchHead };
}

/** With what was listed a moment ago; when the server wants it otherwise (the ref moved meanwhile), as always. */
async function firstOf(
  { remote, ref = '', commit }: GitWorkerRequest,
  http: HttpClient,
  from: (client: HttpClient) => Promise<git.FetchResult>,
): Promise<git.FetchResult> {
  if (commit === undefined || !isAdvertisementKnown(remote.url, ref)) return from(http);
  try {
    return await from(new KnownAdvertisement(http, ref, commit));
  } catch (error) {
    if (error instanceof GitError && FINAL.has(error.code)) throw error;
    return from(http);
  }
}

/** The library takes a pack that was cut off for a whole one: only what is all there counts as fetched. */
function assertComplete(gitDir: string, commit: string): void {
  const store = new ObjectStore(gitDir);
  try {
    const missing = findMissingObject(store, commit);
    if (missing !== undefined)
      throw new GitError(
        'repository_corrupt',
        `The Git server's answer was incomplete: the object ${missing} did not come.`,
      );
  } finally {
    store.close();
  }
}

function fromLibrary(error: unknown): GitError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const message = error instanceof Error ? error.message : String(error);
  if (code === 'NotFoundError')
    return new GitError(
      'revision_not_found',
      `The repository doesn't have what was asked for: ${message}`,
      error,
    );
  if (code === 'ENOSPC')
    return new GitError(
      'repository_failed',
      'There is no space left for the mirror. Free some space in the data folder.',
      error,
    );
  if (code === 'SmartHttpError' || code === 'RemoteCapabilityError' || code === 'ParseError')
    return new GitError(
      'repository_unsupported',
      `The Git server's answer isn't understood: ${message}`,
      error,
    );
  if (code === 'InternalError')
    return new GitError('repository_corrupt', `The mirror or the answer is damaged: ${message}`, error);
  return new GitError('repository_failed', `Fetching failed: ${message}`, error);
}
