import type { ApiRequest } from '../api/api-request.js';
import type { UserInfo } from './user-info.js';

/**
 * Finds out who asks. Undefined: this authenticator has no opinion, the next one is asked. `'rejected'`: credentials were
 * presented and are wrong, the answer is 401 unless another authenticator knows them. Throws AuthenticationPending when it has
 * to be asked again.
 */
export interface Authenticator {
  authenticate(request: ApiRequest): UserInfo | 'rejected' | undefined;
}

/** A token among the protocols of a websocket: browsers can't give one any header. */
export const WEBSOCKET_BEARER = 'base64url.bearer.authorization.k8s.io.';

/** The token of an `Authorization: Bearer` header, or of a websocket's protocols. */
export function bearerToken(request: ApiRequest): string | undefined {
  const match = /^Bearer +(\S+)$/i.exec(request.header('authorization') ?? '');
  return match?.[1] ?? websocketToken(request);
}

function websocketToken(request: ApiRequest): string | undefined {
  if (!/\bwebsocket\b/i.test(request.header('upgrade') ?? '')) return undefined;
  const protocols = request
    .headers('sec-websocket-protocol')
    .flatMap((value) => value.split(','))
    .map((value) => value.trim());
  const carriers = protocols.filter((protocol) => protocol.startsWith(WEBSOCKET_BEARER));
  const [carrier = ''] = carriers;
  // One token only, and beside a protocol that is really spoken.
  if (carriers.length !== 1 || protocols.length < 2) return undefined;
  const token = Buffer.from(carrier.slice(WEBSOCKET_BEARER.length), 'base64url').toString('utf8');
  return /^\S+$/.test(token) ? token : undefined;
}

/** A verified client certificate: the transport has checked it and read its subject. */
export const certificateAuthenticator: Authenticator = {
  authenticate: (request) => request.certificateUser,
};

/** Looks tokens up through a port; undefined means the token is not one of its kind. */
export function tokenAuthenticator(lookup: (token: string) => UserInfo | undefined): Authenticator {
  return {
    authenticate(request) {
      const token = bearerToken(request);
      return token === undefined ? undefined : lookup(token);
    },
  };
}
