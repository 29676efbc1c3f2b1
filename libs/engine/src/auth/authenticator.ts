import type { ApiRequest } from '../api/api-request.js';
import type { UserInfo } from './user-info.js';

/**
 * Finds out who asks. Undefined: this authenticator has no opinion, the next one is asked. `'rejected'`: credentials were
 * presented and are wrong, the answer is 401.
 */
export interface Authenticator {
  authenticate(request: ApiRequest): UserInfo | 'rejected' | undefined;
}

/** The token of an `Authorization: Bearer` header. */
export function bearerToken(request: ApiRequest): string | undefined {
  const match = /^Bearer +(\S+)$/i.exec(request.header('authorization') ?? '');
  return match?.[1];
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
