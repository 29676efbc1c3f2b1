import type { IncomingHttpHeaders } from 'node:http';

/**
 * Does a request with these headers come from a page of this server (or from no page at all)? `Sec-Fetch-Site` is
 * what browsers say themselves; older ones send `Origin`, whose host has to be the one that was asked or the public
 * one. Used for everything that rides on a cookie.
 */
export function isSameOrigin(headers: IncomingHttpHeaders, publicUrl: string | undefined): boolean {
  const { origin } = headers;
  if (origin !== undefined) {
    if (!URL.canParse(origin)) return false;
    const from = new URL(origin);
    return from.origin === publicUrlOrigin(publicUrl) || (from.host !== '' && from.host === headers.host);
  }
  const site = headers['sec-fetch-site'];
  return site === undefined || site === 'same-origin' || site === 'none';
}

function publicUrlOrigin(publicUrl: string | undefined): string | undefined {
  return publicUrl === undefined ? undefined : new URL(publicUrl).origin;
}
