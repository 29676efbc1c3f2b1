/** What an address in a kustomization leads to: a folder of a repository, or one file on the web. */
export type RemoteAddress =
  | {
      readonly kind: 'repository';
      /** For a Git client. */
      readonly url: string;
      /** Folder in it, empty for its root. */
      readonly path: string;
      /** Branch, tag or commit; undefined for what `HEAD` is. */
      readonly ref: string | undefined;
    }
  | { readonly kind: 'file'; readonly url: string };

/** Longer addresses are a mistake or an attack. */
const MAX_LENGTH = 2048;
/** Without a marker the repository is the first two parts of the path, as on GitHub. */
const OWNER_AND_NAME = 2;

/**
 * Reads an address as `kustomize` 5.8.1 does: `https://`, `ssh://`, `file://`, `git@host:`, `github.com/`, with an optional
 * `git::`; the repository ends at `//`, `.git` or `_git/name`, else after two parts. `?ref=` (or `?version=`) names the
 * revision; `timeout` and `submodules` are the caller's affair. A web address that ends in `.yaml`, `.yml` or `.json` is
 * one file, unless a marker or `?ref=` says otherwise. Undefined when it is no such address.
 */
export function parseRemoteAddress(text: string): RemoteAddress | undefined {
  // oxlint-disable-next-line no-control-regex -- nothing of a terminal or a header belongs in an address
  if (text.length > MAX_LENGTH || /[\u0000-\u0020\u007f]/.test(text)) return undefined;
  const [whole = '', query = ''] = splitOnce(text.replace(/^git::/i, ''), '?');
  const parameters = new URLSearchParams(query);
  const ref = parameters.get('ref') || parameters.get('version') || undefined;
  const located = splitHost(whole);
  if (!located) return undefined;
  const { host, rest } = located;
  const marked = splitAtMarker(rest);
  if (!marked && ref === undefined && /^https?:/i.test(host) && /\.(ya?ml|json)$/i.test(rest))
    return { kind: 'file', url: text };
  const { repository, path } = marked ?? splitByLength(rest, host === 'file://');
  const folder = path.replace(/^\/+|\/+$/g, '');
  if (repository === '' || folder.split('/').includes('..')) return undefined;
  return { kind: 'repository', url: host + repository, path: folder, ref };
}

function splitOnce(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}

function splitHost(text: string): { host: string; rest: string } | undefined {
  const scheme = /^(?:ssh|https?|file):\/\//i.exec(text)?.[0].toLowerCase() ?? '';
  let rest = text.slice(scheme.length);
  if (scheme === 'file://') return { host: scheme, rest };
  const user = /^[a-z][a-z0-9-]*@/i.exec(rest)?.[0] ?? '';
  rest = rest.slice(user.length);
  const isGitHub = /^github\.com[/:]/i.test(rest);
  const likeCopy = scheme === '' && (user !== '' || isGitHub);
  if (scheme === '' && !likeCopy) return undefined;
  const end = likeCopy ? rest.search(/[/:]/) : rest.indexOf('/');
  if (end <= 0) return undefined;
  const host = rest.slice(0, end + 1);
  rest = rest.slice(end + 1);
  if (!isGitHub) return { host: scheme + user + host, rest };
  return {
    host: scheme === 'ssh://' || user !== '' ? `${user || 'git@'}github.com:` : 'https://github.com/',
    rest,
  };
}

function splitAtMarker(rest: string): { repository: string; path: string } | undefined {
  const azure = /^(.*?_git\/[^/]*)(.*)$/.exec(rest);
  if (azure) return { repository: azure[1] ?? '', path: azure[2] ?? '' };
  const [repository = '', path] = splitOnce(rest, '//');
  if (path !== undefined) return { repository, path };
  const suffix = rest.indexOf('.git');
  return suffix < 0 ? undefined : { repository: rest.slice(0, suffix + 4), path: rest.slice(suffix + 4) };
}

function splitByLength(rest: string, whole: boolean): { repository: string; path: string } {
  if (whole) return { repository: rest, path: '' };
  const parts = rest.split('/');
  if (parts.length < OWNER_AND_NAME) return { repository: '', path: '' };
  return {
    repository: parts.slice(0, OWNER_AND_NAME).join('/'),
    path: parts.slice(OWNER_AND_NAME).join('/'),
  };
}
