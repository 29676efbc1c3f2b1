import { resourceKey, type ResourceInfo } from '../registry/resource.js';
import type { Store } from '../store/store.js';
import { viewAt, type RevisionView } from '../store/past-view.js';
import { objectName, type ObjectName, type StoredObject } from '../store/stored-object.js';
import { ApiError, badRequest } from './api-error.js';
import { checkListParameters, readInteger, readVersion } from './list-parameters.js';
import { jsonSyntaxError } from './json-syntax.js';
import { present, presentAll } from './present.js';
import { parseFieldQuery } from './selectors/field-query.js';
import { parseLabelQuery } from './selectors/label-query.js';

/** What a list asks for. */
export interface ListQuery {
  readonly resource: ResourceInfo;
  /** Empty: all namespaces. */
  readonly namespace: string;
  readonly parameters: URLSearchParams;
  /** Milliseconds since the epoch, by which the tokens of pages grow old; they don't without it. */
  readonly nowMs?: number;
}

/** A consistent page of objects. */
export interface ListPage {
  readonly objects: readonly StoredObject[];
  readonly resourceVersion: string;
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

/** Where the next page starts: an opaque token for clients. */
interface ContinueToken {
  readonly v: 'meta.k8s.io/v1';
  /** Revision all pages show; -1 continues with the newest. */
  readonly rv: number;
  /** The last name of the page before. */
  readonly start: ObjectName;
  /** When the first page was read, in milliseconds since the epoch. */
  readonly at?: number;
}

/** How long the pages of one list can be asked for: as long as the API server keeps old revisions in etcd before it compacts them. */
const TOKEN_LIFE_MS = 5 * 60_000;

/** A test for the label and field selectors of a request; undefined when every object passes. */
export function parseSelectors(
  resource: ResourceInfo,
  parameters: URLSearchParams,
): ((object: StoredObject) => boolean) | undefined {
  const labels = parseLabelQuery(parameters.get('labelSelector'));
  const fields = parseFieldQuery(parameters.get('fieldSelector'), resource);
  if (!labels && !fields) return undefined;
  return (object) => (!labels || labels(object.metadata.labels)) && (!fields || fields.matches(object));
}

/** Lists as the resourceVersion rules of Kubernetes have it; pages of one list show one revision. */
export function listObjects(store: Store, { resource, namespace, parameters, nowMs }: ListQuery): ListPage {
  const matches = parseSelectors(resource, parameters);
  const limit = readInteger(parameters.get('limit')) ?? 0;
  const token = parameters.get('continue');
  const version = parameters.get('resourceVersion') ?? '';
  const match = parameters.get('resourceVersionMatch') ?? '';
  checkListParameters(parameters);

  const start = token ? readToken(token, store, namespace) : undefined;
  let revision = store.revision;
  if (start) revision = start.rv < 0 ? store.revision : start.rv;
  else if (version !== '' && version !== '0') {
    const wanted = readVersion(version, 'list');
    if (wanted > store.revision) throw tooLargeVersion(wanted, store.revision);
    // Nought by another name is no revision either.
    if (wanted > 0 && (match === 'Exact' || (match === '' && limit > 0))) revision = wanted;
  }

  const isOld = start && start.rv >= 0 && nowMs !== undefined && nowMs - (start.at ?? 0) > TOKEN_LIFE_MS;
  const view = isOld ? undefined : viewAt(store, resourceKey(resource), revision);
  if (!view) throw expired(start);
  const range = rangeOf(namespace);
  // "0" means "any version, as cheap as possible"; the limit is not honoured there.
  const pageSize = limit > 0 && version !== '0' ? limit : Infinity;
  const objects: StoredObject[] = [];
  let more = false;
  const names = candidates(view, resource, namespace, start?.start ?? range.start, parameters);
  if (resource.converter?.isRemote)
    presentAll(objectsOf(view, names, range.end, matches ? Infinity : pageSize), resource);
  for (const name of names) {
    if (range.end !== undefined && name > range.end) break;
    more = objects.length === pageSize;
    if (more) break;
    const object = shownOf(view.get(name), resource);
    if (object && (!matches || matches(object))) objects.push(object);
  }
  const last = objects.at(-1);
  if (!more || !last) return { objects, resourceVersion: String(revision) };
  const after = nameOf(last);
  return {
    objects,
    resourceVersion: String(revision),
    continue: writeToken({
      v: 'meta.k8s.io/v1',
      rv: revision,
      start: after,
      ...(nowMs !== undefined && { at: start && start.rv >= 0 ? (start.at ?? 0) : nowMs }),
    }),
    ...(!matches && {
      remainingItemCount: view.countUpTo(range.end ?? LAST_NAME) - view.countUpTo(after),
    }),
  };
}

/** The object as selectors see it. */
function shownOf(object: StoredObject | undefined, resource: ResourceInfo): StoredObject | undefined {
  return object && resource.converter?.isRemote ? present(object, resource) : object;
}

function objectsOf(
  view: RevisionView,
  names: Iterable<ObjectName>,
  end: string | undefined,
  most: number,
): StoredObject[] {
  const found: StoredObject[] = [];
  for (const name of names) {
    if (found.length >= most || (end !== undefined && name > end)) break;
    const object = view.get(name);
    if (object) found.push(object);
  }
  return found;
}

const nameOf = (object: StoredObject): ObjectName =>
  objectName(object.metadata.namespace, object.metadata.name ?? '');

/** Comes after every name. */
const LAST_NAME = '\uffff';

/** Names after `start` and up to `end` are those of a namespace; `0` is the character after `/`. */
function rangeOf(namespace: string): { readonly start: string; readonly end: string | undefined } {
  return namespace === '' ? { start: '', end: undefined } : { start: `${namespace}/`, end: `${namespace}0` };
}

/** The names to look at, in order: one when the client asks for one, all after `start` otherwise. */
function candidates(
  view: RevisionView,
  resource: ResourceInfo,
  namespace: string,
  start: string,
  parameters: URLSearchParams,
): Iterable<ObjectName> {
  const single = parseFieldQuery(parameters.get('fieldSelector'), resource)?.exact.get('metadata.name');
  if (single === undefined || (namespace === '' && resource.namespaced))
    return { [Symbol.iterator]: () => view.after(start)[Symbol.iterator]() };
  const name = objectName(namespace, single);
  return name > start ? [name] : [];
}

/** 410: the revision a list asks for is no longer kept; a list under way may go on with the newest one. */
function expired(start: ContinueToken | undefined): ApiError {
  if (!start) return new ApiError(410, 'Expired', 'The resourceVersion for the provided list is too old.');
  return new ApiError(
    410,
    'Expired',
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.',
    undefined,
    { continue: writeToken({ v: start.v, rv: -1, start: start.start }) },
  );
}

/** 504: the client has seen a version that this server does not have (yet). */
export function tooLargeVersion(wanted: number, current: number): ApiError {
  return new ApiError(504, 'Timeout', `Timeout: Too large resource version: ${wanted}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  });
}

function writeToken(token: ContinueToken): string {
  return Buffer.from(JSON.stringify(token)).toString('base64url');
}

/** Reads a token. One that this server can't have made is refused: it could name what the client may not see. */
function readToken(text: string, store: Store, namespace: string): ContinueToken {
  const refusal = (why: string): ApiError =>
    badRequest(`invalid continue token: continue key is not valid: ${why}`);
  const foreign = /[^\w-]/.exec(text)?.index ?? (text.length % 4 === 1 ? text.length - 1 : undefined);
  if (foreign !== undefined) throw refusal(`illegal base64 data at input byte ${foreign}`);
  const decoded = Buffer.from(text, 'base64url');
  let token: Partial<ContinueToken>;
  try {
    token = JSON.parse(decoded.toString()) as Partial<ContinueToken>;
  } catch {
    throw refusal(jsonSyntaxError(decoded) ?? 'the token is no JSON');
  }
  if (typeof token !== 'object' || token === null) throw refusal('the token is no object');
  const { v = '' as string, rv = 0, start = '', at } = token;
  if (v !== 'meta.k8s.io/v1') throw refusal(`server does not recognize this encoded version ${String(v)}`);
  if (rv === 0) throw refusal('incorrect encoded start resourceVersion (version meta.k8s.io/v1)');
  if (start === '') throw refusal('encoded start key empty (version meta.k8s.io/v1)');
  const isRevision = Number.isSafeInteger(rv) && (rv === -1 || (rv > 0 && rv <= store.revision));
  const range = rangeOf(namespace);
  const isOurs =
    isRevision &&
    typeof start === 'string' &&
    start.includes('/') &&
    start >= range.start &&
    (range.end === undefined || start <= range.end);
  if (!isOurs) throw refusal('the provided token was not issued by this server');
  return { v, rv, start, ...(typeof at === 'number' && { at }) };
}
