import { createHash } from 'node:crypto';
import type { ImagePull } from './container-runtime.js';
import { parseImageReference, type ImageReference } from './image-reference.js';
import type { ImageBehaviour } from './image-behaviour.js';

/** Time to ask a registry for a manifest, and how fast layers come. */
const RESOLVE_MS = 250;
const BYTES_PER_MS = 100_000;

/** More images than a cluster runs; beyond, identities are made again. */
const KEPT_IDENTITIES = 1000;

/**
 * Words in a tag (or in the last part of a repository) that say that there is no such image: how people name an image that
 * is meant to fail. Everything else unknown is taken to exist, since a simulation can't ask the real registry.
 */
const ABSENT =
  /(?:^|[-_.])(?:broken|bad|bogus|invalid|missing|wrong|typo|nonexistent|non-existent|nonexisting|doesnotexist|does-not-exist|notfound|not-found|no-such-(?:image|tag|version)|unknown)(?:$|[-_.])/;
const ABSENT_REPOSITORY =
  /(?:^|[-_.])(?:nonexistent|non-existent|doesnotexist|does-not-exist|no-such-image|not-found)(?:$|[-_.])/;

/** What the simulated registries answer for an image. */
export function pullImage(
  image: string,
  behaviour: (reference: ImageReference) => ImageBehaviour,
): ImagePull {
  const reference = parseImageReference(image);
  if (typeof reference === 'string') {
    return {
      ms: 0,
      reason: 'InvalidImageName',
      message: `Failed to apply default image tag "${image}": couldn't parse image name "${image}": ${reference}`,
    };
  }
  const failed = `failed to pull and unpack image "${reference.name}": failed to resolve reference "${reference.name}"`;
  const host = reference.registry.replace(/:\d+$/, '');
  if (host === 'invalid' || host.endsWith('.invalid')) {
    return {
      ms: RESOLVE_MS,
      reason: 'ErrImagePull',
      message: `rpc error: code = Unknown desc = ${failed}: failed to do request: Head "https://${reference.registry}/v2/${reference.repository}/manifests/${reference.tag ?? reference.digest ?? ''}": dial tcp: lookup ${host}: no such host`,
    };
  }
  const found = behaviour(reference);
  if (!exists(reference, found)) {
    return {
      ms: RESOLVE_MS,
      reason: 'ErrImagePull',
      message: `rpc error: code = NotFound desc = ${failed}: ${reference.name}: not found`,
    };
  }
  return {
    ms: RESOLVE_MS + Math.round(found.sizeBytes / BYTES_PER_MS),
    sizeBytes: found.sizeBytes,
    ...identityOf(reference),
  };
}

interface Identity {
  readonly imageId: string;
  readonly name: string;
}

/** Identities by name, so that all pods of an image carry the same text. */
const identities = new Map<string, Identity>();

function identityOf({ name, registry, repository, digest }: ImageReference): Identity {
  let identity = identities.get(name);
  if (!identity) {
    if (identities.size >= KEPT_IDENTITIES) identities.clear();
    const unique = digest ?? `sha256:${createHash('sha256').update(name).digest('hex')}`;
    identities.set(name, (identity = { imageId: `${registry}/${repository}@${unique}`, name }));
  }
  return identity;
}

function exists({ repository, tag, digest }: ImageReference, behaviour: ImageBehaviour): boolean {
  if (ABSENT_REPOSITORY.test(repository.slice(repository.lastIndexOf('/') + 1))) return false;
  if (digest && !tag) return true;
  return !ABSENT.test(tag ?? '') && (!behaviour.tags || behaviour.tags.test(tag ?? ''));
}
