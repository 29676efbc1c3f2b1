import type { UserInfo } from '../auth/user-info.js';
import type { ApiRequest, FullResponse } from './api-request.js';
import type { RequestInfo } from './request-info.js';

/** A request that was to change something (or to run something in a pod): who asked for what, and how it ended. Never its content. */
export interface RequestRecord {
  /** Empty where nobody valid asked. */
  readonly user: string;
  /** In whose name it was asked, where that is somebody else. */
  readonly impersonated: string;
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  /** HTTP status of the answer; 101 for a connection that was taken over. */
  readonly code: number;
  /** What admission had to say about it, by keys as Kubernetes' audit events have them. */
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Who asks, as far as it is known, and in whose name. */
export interface Asked {
  user?: UserInfo;
  as?: UserInfo;
  annotations?: Map<string, string>;
}

const notes = new WeakMap<ApiRequest, Map<string, string>>();

/** Begins a try of a request: what earlier tries were told counts no more. */
export function startNotes(request: ApiRequest): Map<string, string> {
  const started = new Map<string, string>();
  notes.set(request, started);
  return started;
}

/** Notes something about a request under a key; the first note of a key stays. */
export function note(request: ApiRequest, key: string, value: string): void {
  const own = notes.get(request);
  if (own && !own.has(key)) own.set(key, value);
}

/** Larger answers aren't searched for the name the server gave: nobody creates one without saying how it is called. */
const MAX_SEARCHED_BYTES = 256 * 1024;
const WRITES: ReadonlySet<string> = new Set(['create', 'update', 'patch', 'delete', 'deletecollection']);

/** What is to be recorded of a request; undefined when it only read. */
export function recordOf(
  info: RequestInfo,
  asked: Asked,
  response: { readonly status: number; readonly body?: FullResponse['body'] },
): RequestRecord | undefined {
  if (!info.isResource || !WRITES.has(info.verb)) return undefined;
  const { verb, group, resource, subresource, namespace } = info;
  return {
    user: asked.user?.user ?? '',
    impersonated: asked.as && asked.as.user !== asked.user?.user ? asked.as.user : '',
    verb,
    group,
    resource,
    subresource,
    namespace,
    name: info.name === '' && response.status === 201 ? nameIn(response.body) : info.name,
    code: response.status,
    ...(asked.annotations &&
      asked.annotations.size > 0 && { annotations: Object.fromEntries(asked.annotations) }),
  };
}

/** The name of what was created: it is in the answer, not in the path. */
function nameIn(body: FullResponse['body'] | undefined): string {
  if (body === undefined || body.length > MAX_SEARCHED_BYTES) return '';
  try {
    const { metadata } = JSON.parse(typeof body === 'string' ? body : Buffer.from(body).toString()) as {
      metadata?: { name?: unknown };
    };
    return typeof metadata?.name === 'string' ? metadata.name : '';
  } catch {
    return '';
  }
}
