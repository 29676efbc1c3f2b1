import type { ApiRequest } from '../api/api-request.js';
import type { UserInfo } from './user-info.js';

/** The headers in which an authenticating proxy names its user, as they are configured everywhere. */
export const PROXY_HEADERS = {
  user: 'x-remote-user',
  uid: 'x-remote-uid',
  group: 'x-remote-group',
  extraPrefix: 'x-remote-extra-',
} as const;

/** Whom an authenticating proxy speaks for; undefined when it names nobody. The caller has made sure that it is one. */
export function proxiedUser(
  request: Pick<ApiRequest, 'header' | 'headers' | 'headerNames'>,
): UserInfo | undefined {
  const user = request.header(PROXY_HEADERS.user) ?? '';
  if (user === '') return undefined;
  const uid = request.header(PROXY_HEADERS.uid) ?? '';
  const extra = new Map<string, readonly string[]>();
  for (const name of request.headerNames()) {
    if (!name.startsWith(PROXY_HEADERS.extraPrefix)) continue;
    const key = decoded(name.slice(PROXY_HEADERS.extraPrefix.length));
    extra.set(key, [...(extra.get(key) ?? []), ...request.headers(name)]);
  }
  return {
    user,
    ...(uid !== '' && { uid }),
    groups: request.headers(PROXY_HEADERS.group).filter((group) => group !== ''),
    ...(extra.size > 0 && { extra: Object.fromEntries(extra) }),
  };
}

function decoded(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}
