import type { Library } from '../overload.js';
import { CelError, CelOpaque } from '../values.js';

const TYPE = 'kubernetes.URL';
const SYNTAX = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/([^/?]*))?([^?]*)(?:\?(.*))?$/s;

/** An absolute address, or a path that begins at the root. */
class CelUrl extends CelOpaque {
  readonly typeName = TYPE;
  readonly scheme: string;
  readonly host: string;
  readonly path: string;
  readonly query: string;

  constructor(scheme: string, host: string, path: string, query: string) {
    super();
    this.scheme = scheme;
    this.host = host;
    this.path = path;
    this.query = query;
  }

  equals(other: CelOpaque): boolean {
    return (
      other instanceof CelUrl &&
      [other.scheme, other.host, other.path, other.query].join('\n') ===
        [this.scheme, this.host, this.path, this.query].join('\n')
    );
  }
}

/** Reads an address as Go's url.ParseRequestURI does: it has no fragment. */
function parse(text: string): CelUrl | undefined {
  // eslint-disable-next-line no-control-regex
  if (text === '' || /[\u0000-\u001f\u007f]/.test(text)) return undefined;
  const match = SYNTAX.exec(text);
  if (!match) return undefined;
  const [, scheme = '', authority, path = '', query = ''] = match;
  if (scheme === '' && !text.startsWith('/')) return undefined;
  if (scheme !== '' && authority === undefined && !path.startsWith('/'))
    return new CelUrl(scheme.toLowerCase(), '', '', query);
  if (/%(?![0-9A-Fa-f]{2})/.test(path)) return undefined;
  const host = (authority ?? '').replace(/^[^@]*@/, '');
  if (/[ <>"]/.test(host) || (host.startsWith('[') && !/^\[[0-9A-Fa-f:.%]+\](?::\d*)?$/.test(host)))
    return undefined;
  if (!host.startsWith('[') && !/^[^:]*(?::\d*)?$/.test(host)) return undefined;
  return new CelUrl(scheme.toLowerCase(), host, path, query);
}

/** What keeps a text from being an address, in Go's words. */
export function urlProblems(text: string): string[] {
  return parse(text) ? [] : [`parse ${JSON.stringify(text)}: ${problemOf(text)}`];
}

function problemOf(text: string): string {
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f]/.test(text)) return 'net/url: invalid control character in URL';
  if (text === '') return 'empty url';
  const host = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/(?:[^/?@]*@)?([^/?]*)/.exec(text)?.[1] ?? '';
  const wrong = /[ <>"]/.exec(host);
  if (wrong) return `invalid character ${JSON.stringify(wrong[0])} in host name`;
  const escape = /%(?![0-9A-Fa-f]{2}).{0,2}/.exec(text);
  if (escape) return `invalid URL escape ${JSON.stringify(escape[0])}`;
  const port = /:([^:\]]*[^\d:\]][^:\]]*)$/.exec(host);
  if (port) return `invalid port ${JSON.stringify(`:${port[1]}`)} after host`;
  return 'invalid URI for request';
}

function urlOf(text: string): CelUrl {
  const found = parse(text);
  if (!found)
    throw new CelError(`URL parse error during conversion from string: ${urlProblems(text).join('')}`);
  return found;
}

function escapedPath({ path }: CelUrl): string {
  return path.replaceAll(/[^A-Za-z0-9$&+,/:;=@_.~!'()*%[\]-]/gu, (letter) => encodeURIComponent(letter));
}

function queryOf({ query }: CelUrl): Record<string, string[]> {
  const found = Object.create(null) as Record<string, string[]>;
  for (const [key, value] of new URLSearchParams(query)) found[key] = [...(found[key] ?? []), value];
  return found;
}

/** Addresses. */
export const urls: Library = {
  functions: [
    ['url', ['string'], urlOf],
    ['isURL', ['string'], (text: string) => parse(text) !== undefined],
  ],
  members: [
    ['getScheme', [TYPE], ({ scheme }: CelUrl) => scheme],
    ['getHost', [TYPE], ({ host }: CelUrl) => host],
    ['getHostname', [TYPE], ({ host }: CelUrl) => /^\[(.*)\]/.exec(host)?.[1] ?? host.replace(/:\d*$/, '')],
    ['getPort', [TYPE], ({ host }: CelUrl) => /:(\d*)$/.exec(host.replace(/^\[.*\]/, ''))?.[1] ?? ''],
    ['getEscapedPath', [TYPE], escapedPath],
    ['getQuery', [TYPE], queryOf],
  ],
};
