import { createHash } from 'node:crypto';
import { HelmError } from '../chart/chart-error.js';

/** SHA-256 in hex. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The digest of what was received; throws {@link HelmError} when it is not the one that was announced. */
export function verifiedDigest(bytes: Uint8Array, announced: string | undefined, what: string): string {
  const digest = sha256(bytes);
  const wanted = announced?.replace(/^sha256:/i, '').toLowerCase();
  if (wanted === undefined || wanted === '' || wanted === digest) return digest;
  throw new HelmError(
    'helm/digest-mismatch',
    `${what} has the digest sha256:${digest.slice(0, 16)}…, but sha256:${wanted.slice(0, 16)}… was announced. It was changed on the way, or the repository has to be published anew`,
  );
}
