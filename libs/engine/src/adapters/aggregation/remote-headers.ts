import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import { WEBSOCKET_BEARER } from '../../auth/authenticator.js';
import type { HttpRequest } from '../../runtime/container-runtime.js';
import type { UserInfo } from '../../auth/user-info.js';

/** Headers of one connection, of where its body ends, and of who asks: those are said in the proxy's own words. */
const KEPT_BACK = new Set([
  'authorization',
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
/** Some servers read underscores as hyphens. */
const SPOKEN_FOR = /^(?:x[-_]remote[-_]|impersonate[-_])/;

/** The headers of a request as they are passed on: with the user's name, groups and extra values. */
export function forwardedHeaders(
  headers: Readonly<Record<string, string[] | undefined>>,
  user: UserInfo,
  clientAddress: string | undefined,
): OutgoingHttpHeaders {
  const kept: OutgoingHttpHeaders = {};
  const ofConnection = new Set(
    (headers['connection'] ?? []).flatMap((value) => value.toLowerCase().split(/[\s,]+/)),
  );
  for (const [name, values] of Object.entries(headers))
    if (values && !KEPT_BACK.has(name) && !ofConnection.has(name) && !SPOKEN_FOR.test(name))
      kept[name] = values;
  const protocols = (headers['sec-websocket-protocol'] ?? [])
    .flatMap((value) => value.split(','))
    .map((value) => value.trim())
    // A token in this place is an authorization, too.
    .filter((protocol) => !protocol.startsWith(WEBSOCKET_BEARER));
  if (kept['sec-websocket-protocol'] !== undefined) kept['sec-websocket-protocol'] = protocols.join(', ');
  const path = [...(headers['x-forwarded-for'] ?? []), clientAddress ?? []].flat();
  return {
    ...kept,
    ...(path.length > 0 && { 'x-forwarded-for': path.join(', ') }),
    ...userHeaders(user),
  };
}

/**
 * Says where the body of a request ends, as the client has said it. Left to itself, the client of Node sends a body of DELETE or GET
 * without any length: the other server would read it as the next request, and believe whom that one names.
 */
export function bodyHeaders(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  if (headers['transfer-encoding'] !== undefined) return { 'transfer-encoding': 'chunked' };
  const { 'content-length': length } = headers;
  return length === undefined ? {} : { 'content-length': length };
}

/** Who asks, in the headers that servers believe from this proxy (client-go SetAuthProxyHeaders). */
export function userHeaders({ user, uid, groups, extra = {} }: UserInfo): OutgoingHttpHeaders {
  return {
    'X-Remote-User': inHeader(user),
    ...(uid !== undefined && uid !== '' && { 'X-Remote-Uid': inHeader(uid) }),
    ...(groups.length > 0 && { 'X-Remote-Group': groups.map(inHeader) }),
    ...Object.fromEntries(
      Object.entries(extra).map(([key, values]) => [
        `X-Remote-Extra-${asHeaderName(key)}`,
        values.map(inHeader),
      ]),
    ),
  };
}

/** A key as part of a header's name: what is no letter of names is percent-encoded. */
function asHeaderName(key: string): string {
  return [...Buffer.from(key)]
    .map((byte) => {
      const letter = String.fromCharCode(byte);
      return /[A-Za-z0-9!#$&'*+\-.^_`|~]/.test(letter)
        ? letter
        : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
}

/** A value as the bytes of its UTF-8, without what would end a header. */
function inHeader(value: string): string {
  return Buffer.from(value.replaceAll(/[\r\n\0]/g, ' '), 'utf8').toString('latin1');
}

/** Kept back from requests only. */
const ANSWERED = new Set(['content-length', 'proxy-authenticate']);

/** Headers in the form of requests to containers. */
export function headerLists(headers: OutgoingHttpHeaders): Pick<HttpRequest, 'headers' | 'repeated'> {
  const all = Object.entries(headers).map(([name, value]): [string, string[]] => [
    name.toLowerCase(),
    [value ?? []].flat().map(String),
  ]);
  return {
    headers: Object.fromEntries(all.map(([name, values]) => [name, values.join(', ')])),
    repeated: Object.fromEntries(all.filter(([, values]) => values.length > 1)),
  };
}

/** The headers of an answer, but for those of the connection. */
export function answeredHeaders(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !KEPT_BACK.has(name) || ANSWERED.has(name)),
  );
}
