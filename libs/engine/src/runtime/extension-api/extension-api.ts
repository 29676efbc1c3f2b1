import { isJsonObject } from '@lotse/manifests';
import type { AdmissionPlugin } from '../../admission/plugin.js';
import { AdmissionChain } from '../../admission/chain.js';
import { ApiError } from '../../api/api-error.js';
import { isStream, type ApiRequest, type ApiResponse } from '../../api/api-request.js';
import { ApiServer } from '../../api/api-server.js';
import { Operations } from '../../api/operations.js';
import { errorResponse } from '../../api/respond.js';
import type { Clock } from '../../clock.js';
import { SeededRandom } from '../../random.js';
import { Registry } from '../../registry/registry.js';
import { resourceKey, type ResourceInfo } from '../../registry/resource.js';
import { Store, type StoreSnapshot } from '../../store/store.js';
import type { StoreEvent } from '../../store/store-event.js';
import type { ResourceKey, StoredObject } from '../../store/stored-object.js';
import type { ContainerNetwork, HttpAnswer, HttpRequest } from '../container-runtime.js';
import type { ContainerFiles } from '../files/container-files.js';
import { DelegatedAccess } from './delegated-access.js';
import { EtcdClient, EtcdError, parsed } from './etcd-client.js';
import { HostApi } from './host-api.js';
import { hostNamespaces } from './host-namespaces.js';

/** How long an answer about its own health stays true: it depends on others. */
const HEALTH_MS = 1000;
const HEALTH = /^\/(?:healthz|livez|readyz)(?:\/|$)/;

/** What an extension API server is made of. */
export interface ExtensionApiOptions {
  readonly resources: readonly ResourceInfo[];
  readonly admission: readonly AdmissionPlugin[];
  /** Where its objects are kept: an etcd that its network reaches. */
  readonly etcd: string;
  readonly network: ContainerNetwork;
  readonly files: () => ContainerFiles;
  readonly clock: Clock;
  /** The same seed names the same uids. */
  readonly seed: string;
}

/**
 * An API server in a container: serves resources of its own with everything the API of the cluster can do, keeps them in an etcd
 * and asks the API of the cluster who may do what, over nothing but the container's network.
 */
export class ExtensionApi {
  readonly #options: ExtensionApiOptions;
  readonly #etcd: EtcdClient;
  readonly #access: DelegatedAccess;
  readonly #host: HostApi;
  #served: { readonly api: ApiServer; readonly store: Store } | undefined;

  constructor(options: ExtensionApiOptions) {
    this.#options = options;
    this.#etcd = new EtcdClient(options.network, options.etcd);
    this.#host = new HostApi(options.network, options.files);
    this.#access = new DelegatedAccess(this.#host);
  }

  /** Answers a request as it came over TLS. */
  answer(request: HttpRequest, sinceStartMs: number): HttpAnswer {
    const asked = toApiRequest(request);
    if (HEALTH.test(asked.path)) {
      const problem = this.#problem();
      if (problem !== undefined)
        return {
          status: 500,
          headers: { 'content-type': 'text/plain; charset=utf-8' },
          body: `[+]ping ok\n[-]etcd failed: ${problem}\n${asked.path.slice(1)} check failed\n`,
          validUntilMs: sinceStartMs + HEALTH_MS,
        };
    }
    this.#access.certificate = request.clientCertificate;
    try {
      return { ...asAnswer(this.#handle(asked)), validUntilMs: sinceStartMs + HEALTH_MS };
    } catch (error) {
      if (!(error instanceof EtcdError)) throw error;
      return asAnswer(errorResponse(new ApiError(500, 'InternalError', `etcd: ${error.message}`, {})));
    }
  }

  /** Why it can't do its work; undefined when it can. */
  #problem(): string | undefined {
    try {
      this.#etcd.range(`${this.#prefix}/health`);
    } catch (error) {
      if (error instanceof EtcdError) return error.message;
      throw error;
    }
    return this.#access.problem();
  }

  #handle(request: ApiRequest): ApiResponse {
    const { api, store } = (this.#served ??= this.#start());
    const written: StoreEvent[] = [];
    const stop = store.subscribe((event) => written.push(event));
    try {
      return api.handle(request);
    } finally {
      stop();
      this.#keep(written);
    }
  }

  get #prefix(): string {
    return `/registry/${this.#options.resources[0]?.group ?? ''}`;
  }

  #start(): { readonly api: ApiServer; readonly store: Store } {
    const { resources, admission, clock, seed } = this.#options;
    const store = new Store(this.#kept());
    const registry = new Registry(resources);
    const random = new SeededRandom(seed);
    const plugins = [hostNamespaces(this.#host), ...admission];
    const chain = new AdmissionChain({ store, registry, random }, plugins);
    const operations = new Operations(store, clock, random, chain);
    const api = new ApiServer({
      store,
      registry,
      operations,
      clock,
      random,
      authenticators: [this.#access],
      authorizer: this.#access,
    });
    return { api, store };
  }

  /** Everything that etcd holds of its objects. */
  #kept(): StoreSnapshot {
    const { revision, entries } = this.#etcd.range(`${this.#prefix}/`);
    const keys = new Set(this.#options.resources.map(resourceKey));
    const objects = entries.flatMap(({ key, value }) => {
      const resource = [...keys].find((one) => key.startsWith(`/registry/${one}/`));
      const object = parsed(value);
      // What others have put there is no object.
      if (resource === undefined || !object || !isJsonObject(object['metadata'])) return [];
      return [{ resource, object: object as unknown as StoredObject }];
    });
    const newest = objects.map(({ object }) => Number(object.metadata.resourceVersion ?? 0));
    return { revision: Math.max(revision, ...newest), objects };
  }

  #keep(written: readonly StoreEvent[]): void {
    try {
      for (const { resource, type, object } of written) {
        const key = keyOf(resource, object);
        if (type === 'DELETED') this.#etcd.remove(key);
        else this.#etcd.put(key, JSON.stringify(object));
      }
    } catch (error) {
      // What is not kept must not be shown: it starts again from what is.
      this.#served = undefined;
      throw error;
    }
  }
}

const keyOf = (resource: ResourceKey, { metadata }: StoredObject): string =>
  ['/registry', resource, metadata.namespace, metadata.name].filter((part) => part !== undefined).join('/');

function toApiRequest({ method, url, headers, repeated, body = new Uint8Array() }: HttpRequest): ApiRequest {
  const mark = url.indexOf('?');
  const named = new Map<string, readonly string[]>(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), [value]]),
  );
  for (const [name, values] of Object.entries(repeated ?? {})) named.set(name.toLowerCase(), values);
  return {
    method,
    path: mark < 0 ? url : url.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1)),
    header: (name) => named.get(name)?.[0],
    headers: (name) => named.get(name) ?? [],
    headerNames: () => [...named.keys()],
    body,
  };
}

function asAnswer(response: ApiResponse): HttpAnswer {
  const { status, warnings = [] } = response;
  const headers = {
    'cache-control': 'no-cache, private',
    ...response.headers,
    ...(warnings.length > 0 && { warning: warnings.map((text) => `299 - "${text}"`).join(', ') }),
  };
  if (isStream(response)) return { status, headers, body: '', stream: response.stream };
  return { status, headers, body: response.body };
}
