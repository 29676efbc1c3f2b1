/** An image name as container runtimes read it (distribution/reference). */
export interface ImageReference {
  /** `docker.io` when none is written. */
  readonly registry: string;
  /** With `library/` for Docker's official images. */
  readonly repository: string;
  /** `latest` when neither tag nor digest is written. */
  readonly tag: string | undefined;
  readonly digest: string | undefined;
  /** The full name: `docker.io/library/nginx:1.27`. */
  readonly name: string;
}

const PATH_PART = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const REGISTRY =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*(?::\d+)?$/;
const TAG = /^[\w][\w.-]{0,127}$/;
const DIGEST = /^sha256:[a-f0-9]{64}$/;
/** Longest repository name (distribution/reference NameTotalLengthMax). */
const LONGEST_NAME = 255;

/** Parses an image name; a string says what is wrong with it. */
export function parseImageReference(text: string): ImageReference | string {
  const at = text.indexOf('@');
  const digest = at < 0 ? undefined : text.slice(at + 1);
  const named = at < 0 ? text : text.slice(0, at);
  const colon = named.lastIndexOf(':');
  const tag = colon > named.lastIndexOf('/') ? named.slice(colon + 1) : undefined;
  const path = tag === undefined ? named : named.slice(0, colon);
  const slash = path.indexOf('/');
  const first = slash < 0 ? '' : path.slice(0, slash);
  const hasRegistry = first === 'localhost' || first.includes('.') || first.includes(':');
  const registry = hasRegistry ? first : 'docker.io';
  let repository = hasRegistry ? path.slice(slash + 1) : path;
  if (registry === 'docker.io' && !repository.includes('/')) repository = `library/${repository}`;
  if (/[A-Z]/.test(repository))
    return `invalid reference format: repository name (${repository}) must be lowercase`;
  const fits =
    path !== '' &&
    path.length <= LONGEST_NAME &&
    repository.split('/').every((part) => PATH_PART.test(part)) &&
    REGISTRY.test(registry) &&
    (tag === undefined || TAG.test(tag)) &&
    (digest === undefined || DIGEST.test(digest));
  if (!fits) return 'invalid reference format';
  const shownTag = tag ?? (digest ? undefined : 'latest');
  const name = `${registry}/${repository}${shownTag ? `:${shownTag}` : ''}${digest ? `@${digest}` : ''}`;
  return { registry, repository, tag: shownTag, digest, name };
}
