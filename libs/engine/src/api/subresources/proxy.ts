import type { StoredObject } from '../../store/stored-object.js';
import type { Pod, Service } from '../../types/index.js';
import type { ApiContext } from '../api-context.js';
import { ApiError, badRequest } from '../api-error.js';
import type { FullResponse } from '../api-request.js';
import { namespaceOf, type ResourceRequest } from '../resource-handler.js';

/** Request headers that are the API's own business and not the container's. */
const KEPT_BACK = new Set([
  'authorization',
  'connection',
  'upgrade',
  'content-length',
  'transfer-encoding',
  'host',
]);

/** The path of a proxied request and what of it is for the container. */
const PROXIED = /^\/api\/v1\/namespaces\/[^/]+\/[^/]+\/[^/]+\/proxy(\/.*)?$/;

/** `…/pods|services/[scheme:]name[:port]/proxy/path`: carries a request to what listens there. */
export function proxyRequest(
  context: ApiContext,
  { info, request, resource, user }: ResourceRequest,
): FullResponse {
  if (resource.resource === 'nodes')
    throw new ApiError(503, 'ServiceUnavailable', 'simulated nodes answer no requests', {});
  const { name, port: wanted } = splitTarget(info.name);
  const object = context.operations.get(resource, namespaceOf(info, resource), name);
  const [host, port] =
    resource.resource === 'pods'
      ? podAddress(object as Pod, wanted)
      : serviceAddress(object as Service, wanted);
  const inside = PROXIED.exec(request.path)?.[1];
  const path = inside ?? '/';
  context.operations.admitPart({
    operation: 'CONNECT',
    resource,
    subresource: 'proxy',
    object: {
      kind: resource.resource === 'pods' ? 'PodProxyOptions' : 'ServiceProxyOptions',
      apiVersion: 'v1',
      metadata: { name: info.name, namespace: info.namespace },
      path: path === '/' ? '' : path,
    } as StoredObject,
    requester: user,
  });
  const query = request.query.size > 0 ? `?${request.query.toString()}` : '';
  // Without the slash, relative links of a page would lead out of it.
  if (inside === undefined && (request.method === 'GET' || request.method === 'HEAD'))
    return { status: 301, headers: { location: `${request.path}/${query}` }, body: '' };
  const headers = Object.fromEntries(
    request
      .headerNames()
      .filter((header) => !KEPT_BACK.has(header))
      .map((header) => [header, request.headers(header).join(', ')]),
  );
  const asked = {
    method: request.method,
    url: `${path}${query}`,
    headers: { ...headers, host },
    ...(request.body.length > 0 && { body: request.body }),
  };
  const found =
    resource.resource === 'pods'
      ? context.runtime?.http(host, port, asked)
      : context.runtime?.fetch(info.namespace, host, port, asked);
  if (found?.kind !== 'answer') {
    const why = found?.reason ?? 'there are no pods';
    throw new ApiError(503, 'ServiceUnavailable', `error trying to reach service: ${why}`, {});
  }
  const { status, body } = found.answer;
  const prefix = request.path.slice(0, request.path.length - (inside?.length ?? 0));
  return throughProxy({ status, headers: lowerCase(found.answer.headers), body }, prefix);
}

/** Attributes of a page that hold addresses (apimachinery's proxy transport knows the same). */
const LINKS =
  /(<[a-z][^<>]{0,4000}?\s(?:href|src|action|cite|background|longdesc|data|codebase)=["'])(\/(?!\/)[^"']*)/gi;
/** Larger pages are passed on as they are. */
const MOST_REWRITTEN = 1024 * 1024;

/** An answer whose addresses lead through the proxy again. */
function throughProxy(answer: FullResponse, prefix: string): FullResponse {
  const { headers } = answer;
  const location = headers['location'];
  const moved = location?.startsWith('/') ? { ...headers, location: prefix + location } : headers;
  if (!/^text\/html\b/.test(headers['content-type'] ?? '') || answer.body.length > MOST_REWRITTEN)
    return { ...answer, headers: moved };
  const text = typeof answer.body === 'string' ? answer.body : Buffer.from(answer.body).toString('utf8');
  const body = text.replace(LINKS, (_whole, start: string, path: string) => start + prefix + path);
  return { ...answer, headers: moved, body };
}

/** `https:web:8080` names a scheme, an object and a port; `web:8080` and `web` leave parts out. */
function splitTarget(text: string): { readonly name: string; readonly port: string } {
  const parts = text.split(':');
  if (parts.length === 3) return { name: parts[1] ?? '', port: parts[2] ?? '' };
  return { name: parts[0] ?? '', port: parts[1] ?? '' };
}

function podAddress(pod: Pod, wanted: string): [string, number] {
  const ports = (pod.spec?.containers ?? []).flatMap(({ ports: own }) => own ?? []);
  const port =
    wanted === ''
      ? (ports[0]?.containerPort ?? 80)
      : (ports.find(({ name }) => name === wanted)?.containerPort ?? Number(wanted));
  const ip = pod.status?.podIP;
  if (!ip) throw badRequest('address not allowed: the pod has none yet');
  if (!Number.isInteger(port))
    throw badRequest(`pod ${pod.metadata.name} has no port ${JSON.stringify(wanted)}`);
  return [ip, port];
}

function serviceAddress(service: Service, wanted: string): [string, number] {
  const { name = '', namespace = '' } = service.metadata;
  const ports = service.spec?.ports ?? [];
  const found =
    wanted === '' && ports.length === 1
      ? ports[0]
      : ports.find((port) => port.name === wanted || String(port.port) === wanted);
  if (!found)
    throw new ApiError(
      503,
      'ServiceUnavailable',
      `no service port ${JSON.stringify(wanted)} found for service ${JSON.stringify(name)}`,
      {},
    );
  return [`${name}.${namespace}.svc`, found.port];
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
