import type { ApiRequest, FullResponse } from './api-request.js';

const CHECKS: Readonly<Record<string, readonly string[]>> = {
  '/healthz': ['ping', 'log', 'etcd'],
  '/livez': ['ping', 'log', 'etcd'],
  '/readyz': ['ping', 'log', 'etcd', 'informer-sync', 'shutdown'],
};

/** `/healthz`, `/livez`, `/readyz`, each with `?verbose` and a path per check. */
export function healthAnswer(request: ApiRequest): FullResponse | undefined {
  const { path } = request;
  const checks = Object.hasOwn(CHECKS, path) ? CHECKS[path] : undefined;
  const headers = { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' };
  if (checks) {
    if (!request.query.has('verbose')) return { status: 200, headers, body: 'ok', newest: 0 };
    const lines = checks.map((check) => `[+]${check} ok\n`).join('');
    return { status: 200, headers, body: `${lines}${path.slice(1)} check passed\n`, newest: 0 };
  }
  const slash = path.lastIndexOf('/');
  const parent = path.slice(0, slash);
  if (Object.hasOwn(CHECKS, parent) && CHECKS[parent]?.includes(path.slice(slash + 1)))
    return { status: 200, headers, body: 'ok', newest: 0 };
  return undefined;
}
