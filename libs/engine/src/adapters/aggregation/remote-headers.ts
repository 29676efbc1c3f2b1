import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import { WEBSOCKET_BEARER } from '../../auth/authenticator.js';
import type { UserInfo } from '../../auth/user-info.js';

/** Headers of one connection, and of who asks: those are said in the proxy's own words. */
const KEPT_BACK = new Set([
  'authorization',
  'connection',
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
const SPOKEN_FOR = /^(?:x-remote-|impersonate-)/;

/** The headers of a request as they are passed on: with the user's name, groups and extra values. */
export function forwardedHeaders(
  headers: Readonly<Record<string, string[] | undefined>>,
  user: UserInfo,
  clientAddress: string | undefined,
): OutgoingHttpHeaders {
  const kept: OutgoingHttpHeaders = {};
  for (const [name, values] of Object.entries(headers))
    if (values && !KEPT_BACK.has(name) && !SPOKEN_FOR.test(name)) kept[name] = values;
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

/** The headers of an answer, but for those of the connection. */
export function answeredHeaders(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !KEPT_BACK.has(name) || name === 'proxy-authenticate'),
  );
}
