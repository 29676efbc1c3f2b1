import { createHash } from 'node:crypto';
import { CodedError } from '@lotse/manifests';
import { guardedTransport } from '../charts/guarded-transport.js';

/** As much as a directory of manifests may have. */
const MAX_BYTES = 10 * 1024 * 1024;
/** Release pages lead to their store in two hops. */
const MAX_REDIRECTS = 5;
/** What kustomize itself waits. */
const TIMEOUT_MS = 27_000;

/** A file of the web. */
export interface RemoteFile {
  readonly content: Uint8Array;
  /** SHA-256 in hex. */
  readonly digest: string;
}

/**
 * Gets one file without credentials. Every hop is checked: no private addresses unless allowed, no way from https back
 * to http. @throws CodedError.
 */
export async function getRemoteFile(address: string, allowInside: boolean): Promise<RemoteFile> {
  const transport = guardedTransport({
    allowInside,
    insecure: false,
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  let url = address;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const { status, headers, body } = await transport({
      method: 'GET',
      url,
      headers: {},
      maxBytes: MAX_BYTES,
    });
    const location = status >= 300 && status < 400 ? headers['location'] : undefined;
    if (status === 200) return { content: body, digest: createHash('sha256').update(body).digest('hex') };
    if (location === undefined || !URL.canParse(location, url))
      throw failure(address, `the server answers with HTTP ${status}`);
    const next = new URL(location, url);
    if (next.protocol !== 'https:' && !(next.protocol === 'http:' && url.startsWith('http:')))
      throw failure(address, `it leads on to ${next.protocol}//${next.host}`);
    url = next.href;
  }
  throw failure(address, `it leads on more than ${MAX_REDIRECTS} times`);
}

function failure(address: string, problem: string): CodedError {
  const { origin, pathname } = new URL(address);
  return new CodedError(
    'render_remote_failed',
    `The remote file ${origin}${pathname} could not be read: ${problem}. Correct the address, or put the file into the repository.`,
  );
}
