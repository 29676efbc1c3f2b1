import { createHash } from 'node:crypto';
import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withoutTrailing } from '@lotse/manifests';
import { redactText } from '../../logging/redact.js';
import { GitError } from '../git/git.errors.js';

/** An address taken apart. */
export type RepositoryAddress =
  | {
      readonly kind: 'http';
      readonly url: string;
      readonly host: string;
      readonly username: string | undefined;
      readonly key: string;
    }
  | { readonly kind: 'ssh'; readonly url: string; readonly host: string; readonly key: string }
  /** A registry: charts only, never Git. */
  | { readonly kind: 'oci'; readonly url: string; readonly host: string; readonly key: string }
  | { readonly kind: 'local'; readonly path: string; readonly key: string };

const MAX_URL_LENGTH = 2_048;
const SCP_LIKE = /^([A-Za-z0-9._-]{1,64})@([A-Za-z0-9.-]{1,253}):(?!\/\/)([^\s]{1,1024})$/;

/**
 * Reads a repository's address: https, http, ssh (also as `git@host:path`), `file://` or a path. Everything else,
 * above all what git would run as a program or read as an option, is refused here and never reaches one.
 * `key` is the same for all ways to write one address.
 * @throws GitError `repository_url_invalid`.
 */
export function parseRepositoryUrl(text: string): RepositoryAddress {
  const url = text.trim();
  // eslint-disable-next-line no-control-regex
  if (url === '' || url.length > MAX_URL_LENGTH || url.startsWith('-') || /[\u0000-\u0020\u007f]/.test(url))
    throw invalid(url, 'it is empty, too long, starts with "-", or has spaces or control characters');
  if (/^[a-z][a-z0-9+.-]*::/i.test(url))
    throw invalid(url, 'addresses that name a helper program are refused');
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(url)?.[1]?.toLowerCase();
  if (scheme === undefined) return withoutScheme(url);
  if (scheme === 'file') return local(fileUrlPath(url));
  if (!URL.canParse(url)) throw invalid(url, 'it is no URL');
  const parsed = new URL(url);
  if (parsed.hostname === '' || parsed.hostname.startsWith('-'))
    throw invalid(url, 'its host is missing or starts with "-"');
  if (parsed.password !== '')
    throw invalid(
      url,
      'it contains a password. Register the repository with its credentials instead, and leave them out here',
    );
  if (scheme === 'ssh') return ssh(parsed);
  if (scheme === 'http' || scheme === 'https') return http(parsed);
  if (scheme === 'oci') return oci(parsed);
  throw invalid(url, `the scheme ${scheme} isn't one of https, http, ssh, oci, file`);
}

function withoutScheme(url: string): RepositoryAddress {
  if (isAbsolute(url) || url.startsWith('./') || url.startsWith('../') || url === '.')
    return local(resolve(url));
  const [, user, host, path] = SCP_LIKE.exec(url) ?? [];
  if (
    user === undefined ||
    host === undefined ||
    path === undefined ||
    host.startsWith('-') ||
    user.startsWith('-') ||
    path.startsWith('-')
  )
    throw invalid(url, "it isn't an https, http, ssh or file address, nor a path");
  return ssh(new URL(`ssh://${user}@${host}/${path.replace(/^\/+/, '')}`));
}

function ssh(url: URL): RepositoryAddress {
  if (decodeURIComponent(url.username).startsWith('-') || url.pathname.startsWith('/-'))
    throw invalid(url.href, 'its user or path starts with "-"');
  const address = `ssh://${url.username === '' ? '' : `${url.username}@`}${url.host}${url.pathname}`;
  return {
    kind: 'ssh',
    url: address,
    host: bareHost(url),
    key: `ssh://${url.host.toLowerCase()}${trimPath(url.pathname)}`,
  };
}

function http(url: URL): RepositoryAddress {
  const address = `${url.protocol}//${url.host}${withoutTrailing(url.pathname, '/')}${url.search}`;
  return {
    kind: 'http',
    url: address,
    host: bareHost(url),
    username: url.username === '' ? undefined : decodeURIComponent(url.username),
    key: `${url.protocol}//${url.host.toLowerCase()}${trimPath(url.pathname)}${url.search}`,
  };
}

function oci(url: URL): RepositoryAddress {
  const address = `oci://${url.host.toLowerCase()}${withoutTrailing(url.pathname, '/')}`;
  return { kind: 'oci', url: address, host: bareHost(url), key: address };
}

function local(path: string): RepositoryAddress {
  return { kind: 'local', path, key: `file://${withoutTrailing(path, '/')}` };
}

function fileUrlPath(url: string): string {
  try {
    return fileURLToPath(url);
  } catch (error) {
    throw invalid(url, error instanceof Error ? error.message : 'it is no file address');
  }
}

function bareHost(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

function trimPath(path: string): string {
  return withoutTrailing(path, '/').replace(/\.git$/, '');
}

function invalid(url: string, why: string): GitError {
  return new GitError(
    'repository_url_invalid',
    `${JSON.stringify(redactText(url).slice(0, 200))} can't be used as a repository: ${why}.`,
  );
}

/** A short name for a repository's folder. */
export function mirrorId(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 24);
}
