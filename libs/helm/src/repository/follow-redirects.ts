import { HelmError } from '../chart/chart-error.js';
import type { ChartTransport, TransportRequest, TransportResponse } from './chart-transport.js';

/** Charts are often moved once to where they are stored, rarely twice. */
const MAX_REDIRECTS = 5;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * Sends a request and follows redirects, a few of them and never from https to http. The `Authorization` header is only
 * shown to the host it was made for. Throws {@link HelmError}.
 */
export async function followRedirects(
  transport: ChartTransport,
  request: TransportRequest,
): Promise<TransportResponse> {
  const { origin } = new URL(request.url);
  let url = new URL(request.url);
  for (let redirects = 0; ; redirects++) {
    const headers = url.origin === origin ? request.headers : withoutAuthorization(request.headers);
    const response = await transport({ ...request, url: url.href, headers });
    const { location } = response.headers;
    if (!REDIRECTS.has(response.status) || location === undefined) return response;
    if (redirects >= MAX_REDIRECTS)
      throw new HelmError(
        'helm/repository-unreachable',
        `${origin} redirects more than ${MAX_REDIRECTS} times`,
      );
    url = redirected(url, location);
  }
}

function redirected(from: URL, location: string): URL {
  const to = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  if (to?.protocol === 'https:' || (to?.protocol === 'http:' && from.protocol === 'http:')) return to;
  throw new HelmError(
    'helm/repository-unreachable',
    `${from.origin} redirects to ${to ? `${to.protocol}//${to.host}` : 'an address that is none'}, which is refused`,
  );
}

function withoutAuthorization(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'authorization'),
  );
}
