import { withoutTrailing } from '@lotse/manifests';

/** What a path and method ask for (apiserver endpoints/request/requestinfo.go). */
export interface RequestInfo {
  /** True below `/api/v1` and `/apis/g/v`; everything else is a plain URL to the authorizer. */
  readonly isResource: boolean;
  readonly path: string;
  /** get, list, watch, create, update, patch, delete, deletecollection; lower-case method for plain URLs. */
  readonly verb: string;
  readonly group: string;
  readonly version: string;
  readonly namespace: string;
  readonly resource: string;
  readonly subresource: string;
  readonly name: string;
  /** Of a list, watch or deletion of many: which objects are asked for. */
  readonly fieldSelector?: string;
  /** What follows a proxy subresource. */
  readonly rest: readonly string[];
}

const VERBS: Readonly<Record<string, string>> = {
  POST: 'create',
  GET: 'get',
  HEAD: 'get',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

/** Parts of a namespace's path that are subresources of the namespace, not resources inside it. */
const NAMESPACE_SUBRESOURCES = new Set(['status', 'finalize']);

/** Reads a request line. Throws URIError for a path that is not percent-encoded correctly. */
export function parseRequestInfo(method: string, path: string, query: URLSearchParams): RequestInfo {
  const plain: RequestInfo = {
    isResource: false,
    path,
    verb: method.toLowerCase(),
    group: '',
    version: '',
    namespace: '',
    resource: '',
    subresource: '',
    name: '',
    rest: [],
  };
  // A slash that is encoded parts a path like any other, as in Go's servers.
  const parts = withoutTrailing(decodeURIComponent(path).replace(/^\/+/, ''), '/').split('/');
  const prefix = parts[0];
  if (prefix !== 'api' && prefix !== 'apis') return plain;
  const group = prefix === 'apis' ? (parts[1] ?? '') : '';
  const version = parts[prefix === 'apis' ? 2 : 1];
  let left = parts.slice(prefix === 'apis' ? 3 : 2);
  if (version === undefined || left.length === 0) return { ...plain, group, version: version ?? '' };

  let verb = VERBS[method] ?? '';
  let prefixWatch = false;
  if (left[0] === 'watch' && method === 'GET' && left.length > 1) {
    prefixWatch = true;
    left = left.slice(1);
  }
  let namespace = '';
  if (left[0] === 'namespaces' && left.length > 1) {
    namespace = left[1] ?? '';
    if (left.length > 2 && !NAMESPACE_SUBRESOURCES.has(left[2] ?? '')) left = left.slice(2);
  }
  const [resource = '', ownName = '', subresource = '', ...rest] = left;
  let name = ownName;
  if (name === '' && verb === 'get') {
    verb = isTrue(query.get('watch')) ? 'watch' : 'list';
    name = nameOf(query.get('fieldSelector'));
  }
  if (name === '' && verb === 'delete') verb = 'deletecollection';
  if (prefixWatch) verb = 'watch';
  const selector = ['list', 'watch', 'deletecollection'].includes(verb) ? query.get('fieldSelector') : null;
  return {
    isResource: true,
    path,
    verb,
    group,
    version,
    namespace,
    resource,
    subresource,
    name,
    ...(selector && { fieldSelector: selector }),
    rest,
  };
}

/** A list or watch of one name is authorised as that name. */
function nameOf(fieldSelector: string | null): string {
  const match = /(?:^|,)metadata\.name==?([^,]+)(?:,|$)/.exec(fieldSelector ?? '');
  return match?.[1] ?? '';
}

/** Booleans of a query as Kubernetes reads them: absent, `false` and `0` are false, everything else is true. */
export function isTrue(value: string | null | undefined): boolean {
  return value != null && value.toLowerCase() !== 'false' && value !== '0';
}
