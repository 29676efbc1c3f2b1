import { AdmissionPending } from '../admission/webhooks/admission-pending.js';
import { AuthenticationPending } from '../auth/authentication-pending.js';
import { bearerToken } from '../auth/authenticator.js';
import type { AnonymousAccess } from '../auth/oidc/jwt-authenticator.js';
import { ANONYMOUS, authenticated, type UserInfo } from '../auth/user-info.js';
import { impersonated } from '../auth/impersonation.js';
import type { APIService, Pod } from '../types/index.js';
import type { ResourceInfo } from '../registry/resource.js';
import type { ApiContext } from './api-context.js';
import { goQuote } from '../registry/go-quote.js';
import { pathSegmentProblems } from '../registry/names.js';
import { ApiError, badRequest } from './api-error.js';
import { isStream, type ApiRequest, type ApiResponse, type FullResponse } from './api-request.js';
import { answerComponentStatuses } from './component-statuses.js';
import { Discovery } from './discovery.js';
import { forbiddenRequest } from './forbidden.js';
import { forwardedPath } from './forwarded-path.js';
import { healthAnswer } from './health.js';
import { isLongRunning } from './long-running.js';
import { answerMetrics, METRICS_GROUP, serveMetrics } from './metrics.js';
import { encodingOfErrors, negotiateRoute } from './negotiation.js';
import { MoreToDo } from './more-to-do.js';
import { OpenApiV2 } from './openapi/openapi-v2.js';
import { OpenApiV3 } from './openapi/openapi-v3.js';
import { prettyFor } from './pretty.js';
import { parseRequestInfo, type RequestInfo } from './request-info.js';
import { RequestMetrics } from './request-metrics.js';
import { recordOf, startNotes, type Asked } from './request-record.js';
import { methodNotAllowed, ResourceHandler } from './resource-handler.js';
import { errorResponse } from './respond.js';
import { answerReview, isReview } from './reviews.js';
import { bindPod } from './subresources/binding.js';
import { isStreamKind, readStreamRequest, streamOptions, type StreamRequest } from './stream-request.js';
import { SubresourceHandler } from './subresources/subresource-handler.js';
import { SERVER_VERSION } from './version.js';
import { WatchHub } from './watch.js';

/** A request that another server answers. */
export interface PassedOn {
  readonly service: APIService;
  readonly user: UserInfo;
  /** The path it has been authorised for, and has to be passed on with. */
  readonly path: string;
  /** True when its answer may take as long as it likes. */
  readonly isLongRunning: boolean;
  /** To be told how it was answered; only the first time counts. */
  readonly answered: (status: number) => void;
}

/**
 * The Kubernetes API of a cluster: a request in, an answer out, no transport. Runs the chain of the API server: who asks,
 * in whose name, may they, then the answer.
 */
export class ApiServer {
  readonly #context: ApiContext;
  readonly #discovery: Discovery;
  readonly #openApiV2: OpenApiV2;
  readonly #openApiV3: OpenApiV3;
  readonly #resources: ResourceHandler;
  readonly #subresources: SubresourceHandler;
  readonly #metrics: RequestMetrics;

  constructor(context: ApiContext) {
    this.#context = context;
    if (context.runtime) serveMetrics(context);
    this.#discovery = new Discovery(context.registry, context.remoteApis);
    this.#openApiV2 = new OpenApiV2(this.#discovery);
    this.#openApiV3 = new OpenApiV3(this.#discovery);
    this.#resources = new ResourceHandler(context, new WatchHub(context.store));
    this.#subresources = new SubresourceHandler(context, this.#resources);
    this.#metrics = new RequestMetrics(context);
  }

  /** Answers a request. What goes wrong is a Status; only AdmissionPending, AuthenticationPending and MoreToDo are thrown: ask again later. */
  handle(request: ApiRequest): ApiResponse {
    const { clock } = this.#context;
    const startMs = clock.now();
    let info: RequestInfo | undefined;
    const asked: Asked = { annotations: startNotes(request) };
    let response: ApiResponse;
    let isAllowed = false;
    try {
      info = parsePath(request);
      const user = this.#identify(request, asked);
      this.#authorize(user, info);
      isAllowed = true;
      response = this.#dispatch(request, info, user);
    } catch (error) {
      if (isToBeAskedAgain(error)) throw error;
      response = errorResponse(error, encodingOfErrors(request.header('accept')));
    }
    if (info) {
      if (isAllowed) response = this.#withDeprecation(info, response);
      this.#record(info, asked, response);
      this.#metrics.count(
        info,
        response.status,
        isStream(response) ? undefined : (clock.now() - startMs) / 1000,
      );
    }
    return prettyFor(request, response);
  }

  /**
   * Whom a request has to be passed on to because another server answers it; the refusal when it may not be, and undefined for what
   * is answered here. Throws AuthenticationPending only.
   */
  passedOn(request: ApiRequest): PassedOn | FullResponse | undefined {
    const { remoteApis } = this.#context;
    const service = remoteApis?.serving(request.path);
    if (!remoteApis || !service) return undefined;
    const asked: Asked = {};
    let info: RequestInfo | undefined;
    let isAnswered = false;
    const answered = (status: number): void => {
      if (!info || isAnswered) return;
      isAnswered = true;
      this.#record(info, asked, { status });
      this.#metrics.count(info, status, undefined);
    };
    let refusal: FullResponse;
    try {
      info = parsePath(request, forwardedPath);
      const user = this.#identify(request, asked);
      this.#authorize(user, info);
      const { path } = info;
      if (remoteApis.isAvailable(service))
        return { service, user, path, isLongRunning: isLongRunning(info), answered };
      refusal = plainText(503, 'service unavailable');
    } catch (error) {
      if (error instanceof AuthenticationPending) throw error;
      refusal = errorResponse(error);
    }
    answered(refusal.status);
    return refusal;
  }

  /** Admits a request that wants to turn its connection into streams; what to refuse it with otherwise. Throws AuthenticationPending only. */
  admitStream(request: ApiRequest): StreamRequest | FullResponse {
    let info: RequestInfo | undefined;
    const asked: Asked = {};
    let admitted: StreamRequest | FullResponse;
    try {
      info = parsePath(request);
      admitted = this.#admit(request, info, this.#identify(request, asked));
    } catch (error) {
      if (error instanceof AuthenticationPending) throw error;
      if (error instanceof AdmissionPending) throw error;
      admitted = errorResponse(error);
    }
    if (info) this.#admitted(info, asked, 'status' in admitted ? admitted : { status: 101 });
    return admitted;
  }

  #admitted(info: RequestInfo, asked: Asked, answer: { readonly status: number }): void {
    const stream = { ...info, verb: 'create' };
    this.#record(stream, asked, answer);
    this.#metrics.count(stream, answer.status, undefined);
  }

  #admit(request: ApiRequest, info: RequestInfo, user: UserInfo): StreamRequest | FullResponse {
    this.#authorize(user, info);
    const resource = this.#context.registry.findServed(info.group, info.version, info.resource);
    if (!resource || resource.group !== '' || resource.resource !== 'pods' || !isStreamKind(info.subresource))
      return pageNotFound();
    // A websocket is opened by GET: what may only read must not run commands with it.
    this.#authorize(user, { ...info, verb: 'create' });
    this.#context.operations.admitPart({
      operation: 'CONNECT',
      resource,
      subresource: info.subresource,
      object: streamOptions(info.subresource, info, request.query),
      requester: user,
    });
    const pod = this.#context.operations.get(resource, info.namespace, info.name) as Pod;
    return readStreamRequest(info.subresource, pod, info, request.query);
  }

  #record(info: RequestInfo, asked: Asked, answer: Parameters<typeof recordOf>[2]): void {
    const { onWrite } = this.#context;
    const record = onWrite && recordOf(info, asked, answer);
    if (record) onWrite(record);
  }

  #identify(request: ApiRequest, asked: Asked): UserInfo {
    let user: UserInfo | undefined;
    let isRefused = false;
    for (const authenticator of this.#context.authenticators) {
      const found = authenticator.authenticate(request);
      if (found === 'rejected') isRefused = true;
      else if (found) {
        user = authenticated(found);
        break;
      }
    }
    // A token nobody knows is refused, not treated as absent.
    if (!user && (isRefused || bearerToken(request))) throw unauthorized();
    if (!user && !isOpen(this.#context.anonymous, request.path)) throw unauthorized();
    asked.user = user ?? ANONYMOUS;
    asked.as = impersonated(request, asked.user, this.#context.authorizer);
    return asked.as;
  }

  #authorize(user: UserInfo, info: RequestInfo): void {
    const { path, isResource, rest: _, ...attributes } = info;
    const question = isResource ? { ...attributes, user } : { user, verb: info.verb, path };
    const decision = this.#context.authorizer.authorize(question);
    if (!decision.allowed) throw forbiddenRequest(user, info, decision.reason);
  }

  #dispatch(request: ApiRequest, info: RequestInfo, user: UserInfo): ApiResponse {
    if (!info.isResource) return this.#plain(request, info);
    const resource = this.#context.registry.findServed(info.group, info.version, info.resource);
    if (!resource || !isServedAt(resource, info)) return this.#notServed(info);
    // Only custom resources and what is passed on know this method.
    if (request.method === 'HEAD' && !resource.custom && info.subresource !== 'proxy')
      throw methodNotAllowed();
    negotiateRoute(request.header('accept'), resource, info);
    refuseName(info);
    if (info.subresource !== '') return this.#subresources.handle({ info, request, resource, user });
    if (!resource.verbs.includes(info.verb) || isMisplaced(info)) throw methodNotAllowed();
    if (resource.group === METRICS_GROUP)
      return answerMetrics(this.#context, { info, request, resource, user });
    if (resource.resource === 'componentstatuses' && resource.group === '')
      return answerComponentStatuses(this.#context, { info, request, resource, user });
    if (isReview(resource.group, resource.resource))
      return answerReview(this.#context, { info, request, resource, user });
    if (resource.resource === 'bindings' && resource.group === '')
      return bindPod(this.#context, { info, request, resource, user });
    return this.#resources.handle({ info, request, resource, user });
  }

  /** Versions that are on their way out say so with every answer. */
  #withDeprecation(info: RequestInfo, response: ApiResponse): ApiResponse {
    const resource = this.#context.registry.findServed(info.group, info.version, info.resource);
    if (resource?.deprecationWarning === undefined) return response;
    // What is refused for good says so itself.
    if (resource.refusal !== undefined && response.status >= 400) return response;
    return { ...response, warnings: [resource.deprecationWarning, ...(response.warnings ?? [])] };
  }

  /** What nobody serves: in the words of the API where the path is the API's own, as by any web server elsewhere. */
  #notServed({ group, path }: Pick<RequestInfo, 'group' | 'path'>): FullResponse {
    const isOurs =
      /^\/(api|version)(\/|$)/.test(path) ||
      (group !== '' && [...this.#context.registry.all()].some((one) => one.group === group && !one.custom));
    if (isOurs) throw new ApiError(404, 'NotFound', 'the server could not find the requested resource', {});
    return pageNotFound();
  }

  #plain(request: ApiRequest, info: RequestInfo): FullResponse {
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    const isVersion = /^\/version\/?$/.test(request.path);
    const listed = isVersion ? answerVersion(request) : this.#discovery.answer(request);
    // Some are routes of one method; groups, documents and the state of the server are told whatever the method is.
    if (listed && request.method !== 'GET' && !OF_ANY_METHOD.test(request.path)) throw methodNotAllowed();
    const found =
      listed ?? this.#openApiV3.answer(request) ?? this.#openApiV2.answer(request) ?? healthAnswer(request);
    if (found) return found;
    if (request.path === '/metrics') return this.#metrics.answer();
    if (!isRead) return this.#notRead(request.path);
    switch (request.path) {
      case '/openid/v1/jwks':
      case '/openid/v1/jwks/':
        return this.#context.tokens ? json(this.#context.tokens.jwks()) : pageNotFound();
      case '/.well-known/openid-configuration':
      case '/.well-known/openid-configuration/':
        return this.#context.tokens ? json(this.#context.tokens.configuration()) : pageNotFound();
      case '/':
        return json({ paths: this.#paths() });
      default:
        return this.#notServed(info);
    }
  }

  /** What is served for reading alone is refused as that. */
  #notRead(path: string): FullResponse {
    if (this.#context.tokens && /^\/(openid\/v1\/jwks|\.well-known\/openid-configuration)\/?$/.test(path))
      throw methodNotAllowed();
    return pageNotFound();
  }

  #paths(): string[] {
    const paths = [
      '/api',
      '/apis',
      '/healthz',
      '/livez',
      '/metrics',
      '/openapi/v3',
      '/openapi/v3/',
      '/readyz',
      '/version',
    ];
    for (const { name, versions } of this.#discovery.groups) {
      if (name !== '') paths.push(`/apis/${name}`);
      for (const { version } of versions)
        paths.push(name === '' ? `/api/${version}` : `/apis/${name}/${version}`);
    }
    return paths.sort();
  }
}

function answerVersion(request: ApiRequest): FullResponse {
  negotiateRoute(request.header('accept'), {}, { verb: 'get', subresource: '' }, JSON_ONLY);
  return json(SERVER_VERSION);
}

const JSON_ONLY = ['application/json'];

/** What lists groups is no route of the router that knows methods. */
const OF_ANY_METHOD = /^\/apis(\/[^/]+)?\/?$/;

function isToBeAskedAgain(error: unknown): boolean {
  return (
    error instanceof AdmissionPending || error instanceof AuthenticationPending || error instanceof MoreToDo
  );
}

function parsePath(request: ApiRequest, asAnswered = (path: string): string => path): RequestInfo {
  try {
    return parseRequestInfo(request.method, asAnswered(request.path), request.query);
  } catch (error) {
    if (error instanceof URIError)
      throw new ApiError(400, 'BadRequest', 'the path is not percent-encoded correctly');
    throw error;
  }
}

/** Verbs of one object. */
const SINGLE = new Set(['get', 'update', 'patch', 'delete']);

/** Names that would be steps through a tree of files are nobody's (apiserver registry/generic). */
function refuseName({ verb, name, subresource }: RequestInfo): void {
  if (!SINGLE.has(verb) || subresource !== '') return;
  const problems = pathSegmentProblems(name);
  if (problems.length > 0)
    throw badRequest(`Name parameter invalid: ${goQuote(name)}: ${problems.join(';')}`);
}

/** Verbs of a namespaced resource that may be for all namespaces at once. */
const ACROSS_NAMESPACES = new Set(['list', 'watch']);

/**
 * False for a cluster-wide resource below the path of a namespace: rights in that namespace must not reach it. A namespace
 * itself is asked for with its own path. False, too, for one object without its namespace, and for what hangs below a subresource.
 */
function isServedAt(resource: ResourceInfo, info: RequestInfo): boolean {
  const { namespace, name, subresource, rest, verb, path } = info;
  if (rest.length > 0 && subresource !== 'proxy') return false;
  if (!resource.namespaced)
    return (
      namespace === '' || (resource.group === '' && resource.resource === 'namespaces' && name === namespace)
    );
  if (namespace !== '') return true;
  const isItem = subresource !== '' || (name !== '' && !ACROSS_NAMESPACES.has(verb));
  if (isItem || /\/watch\/[^/]+\/[^/]+$/.test(path)) return false;
  if (!ACROSS_NAMESPACES.has(verb)) {
    if (resource.custom) return false;
    throw methodNotAllowed();
  }
  return true;
}

export type { StreamRequest };

/** 401, as the API server says it. */
export function unauthorized(): ApiError {
  return new ApiError(401, 'Unauthorized', 'Unauthorized');
}

function json(value: unknown): FullResponse {
  const body = `${JSON.stringify(value, undefined, 2)}\n`;
  return { status: 200, headers: { 'content-type': 'application/json' }, body };
}

/** Collections are added to and single objects are changed, never the other way round. */
function isMisplaced({ verb, name }: RequestInfo): boolean {
  return name === '' ? verb === 'update' || verb === 'patch' : verb === 'create';
}

/** May somebody without credentials ask for this? */
function isOpen(anonymous: AnonymousAccess | undefined, path: string): boolean {
  if (!anonymous) return true;
  return anonymous.enabled && (anonymous.paths.length === 0 || anonymous.paths.includes(path));
}

/** What the API server answers for paths it does not know. */
function pageNotFound(): FullResponse {
  return plainText(404, '404 page not found');
}

function plainText(status: number, text: string): FullResponse {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: `${text}\n` };
}
