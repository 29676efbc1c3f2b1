import { isJsonObject, type JsonObject, type JsonValue } from '@lotse/manifests';
import type { Operations } from '../api/operations.js';
import type { Requester } from '../api/requester.js';
import { isApiError } from '../api/api-error.js';
import { parseBoundedJson } from '../api/bounded-json.js';
import type { Webhooks } from '../admission/webhooks/webhooks.js';
import type { Clock, Timer } from '../clock.js';
import { BY_SERVICE, serviceOfSlice } from '../network/endpoints.js';
import { jsonEqual } from '../registry/json-equal.js';
import type { Registry } from '../registry/registry.js';
import type { StoreEvent } from '../store/store-event.js';
import type { Store } from '../store/store.js';
import { objectName, type ResourceKey } from '../store/stored-object.js';
import { formatTime } from '../time.js';
import type { APIService, EndpointSlice, Service } from '../types/index.js';
import { failedCheck, LOCAL, PASSED, unavailability, type Availability } from './availability.js';
import type { RemoteAnswer, RemoteApiCaller, RemoteApis, RemoteVersion } from './remote-api.js';
import { readOpenApiHash, readOpenApiV2, readResources } from './remote-documents.js';

export const API_SERVICES: ResourceKey = 'apiregistration.k8s.io/apiservices';
const SERVICES: ResourceKey = '/services';
const SLICES: ResourceKey = 'discovery.k8s.io/endpointslices';
const REQUESTER: Requester = { user: 'system:kube-aggregator', component: true };
/** How often a server that answers is asked whether it still does, and what it serves. */
const CHECK_MS = 30_000;
/** How soon one that does not is asked again. */
const RETRY_MS = 5_000;

/** The schemas of a version have one path; everything below that of the version itself belongs to it. */
const SERVED_PATH = /^(?:\/openapi\/v3(?=\/apis\/[^/]+\/[^/]+$))?\/apis\/([^/]+)\/([^/]+)(?:\/|$)/;

/** What the aggregator works on. */
export interface AggregatorContext {
  readonly store: Store;
  readonly registry: Registry;
  readonly operations: Operations;
  readonly clock: Clock;
  readonly webhooks: Webhooks;
}

/** One APIService whose server is another one. */
interface Remote {
  service: APIService;
  known: RemoteVersion | undefined;
  isAvailable: boolean;
  isAsking: boolean;
  /** Something has changed since it was asked. */
  isDirty: boolean;
  timer: Timer | undefined;
}

/**
 * Knows which versions of groups other servers serve (APIServices with a service), whether those answer, and what they serve: asks
 * them when something about them changes and from time to time, and writes the `Available` condition.
 */
export class Aggregator implements RemoteApis {
  generation = 0;
  readonly #context: AggregatorContext;
  readonly #caller: RemoteApiCaller;
  readonly #remotes = new Map<string, Remote>();
  /** Names of APIServices by the service they stand for. */
  readonly #byService = new Map<string, Set<string>>();
  readonly #stop: () => void;

  constructor(context: AggregatorContext, caller: RemoteApiCaller) {
    this.#context = context;
    this.#caller = caller;
    context.store.table(SLICES).index(BY_SERVICE, serviceOfSlice);
    for (const object of context.store.table(API_SERVICES).objects.values())
      this.#changed(object as APIService);
    this.#stop = context.store.subscribe((event) => this.#heard(event));
  }

  stop(): void {
    this.#stop();
    for (const { timer } of this.#remotes.values()) timer?.cancel();
    this.#remotes.clear();
  }

  *versions(): Generator<RemoteVersion> {
    for (const { service, known, isAvailable } of this.#remotes.values()) {
      if (this.#isOurs(service)) continue;
      const { group = '', version = '', groupPriorityMinimum = 0, versionPriority = 0 } = service.spec ?? {};
      const priority = { group: groupPriorityMinimum, version: versionPriority };
      const unknown = { resources: [], openApiHash: undefined, openApiV2: undefined };
      yield { ...(known ?? unknown), group, version, priority, isStale: !isAvailable };
    }
  }

  serving(path: string): APIService | undefined {
    if (this.#remotes.size === 0) return undefined;
    const [, group, version] = SERVED_PATH.exec(path) ?? [];
    if (group === undefined || version === undefined) return undefined;
    const service = this.#remotes.get(`${version}.${group}`)?.service;
    return service && !this.#isOurs(service) ? service : undefined;
  }

  isAvailable({ metadata }: APIService): boolean {
    return this.#remotes.get(metadata.name ?? '')?.isAvailable ?? false;
  }

  /** Whether it stays with the engine: the core group does, and what the engine serves by itself when only a simulated container would answer instead. */
  #isOurs(service: APIService): boolean {
    const { group = '', version = '' } = service.spec ?? {};
    if (group === '') return true;
    return this.#context.registry.serves(group, version) && this.#caller.isSimulated(service);
  }

  #heard({ resource, type, object }: StoreEvent): void {
    if (resource === API_SERVICES) {
      if (type === 'DELETED') this.#forget(object.metadata.name ?? '');
      else this.#changed(object as APIService);
    } else if (resource === SERVICES || resource === SLICES) {
      const { namespace, name } = object.metadata;
      const [service = ''] = resource === SERVICES ? [`${namespace}/${name}`] : serviceOfSlice(object);
      for (const found of this.#byService.get(service) ?? []) this.#askSoon(found);
    }
  }

  #changed(service: APIService): void {
    const name = service.metadata.name ?? '';
    const before = this.#remotes.get(name);
    const reference = service.spec?.service;
    if (!reference) {
      if (before) this.#forget(name);
      this.#context.clock.defer(() => this.#write(name, LOCAL));
      return;
    }
    if (before && jsonEqual(before.service.spec, service.spec)) {
      before.service = service;
      return;
    }
    this.#forget(name);
    this.#remotes.set(name, {
      service,
      known: undefined,
      isAvailable: false,
      isAsking: false,
      isDirty: false,
      timer: undefined,
    });
    const key = `${reference.namespace}/${reference.name}`;
    const names = this.#byService.get(key) ?? new Set();
    this.#byService.set(key, names.add(name));
    this.generation++;
    this.#askSoon(name);
  }

  #forget(name: string): void {
    const remote = this.#remotes.get(name);
    if (!remote) return;
    remote.timer?.cancel();
    this.#remotes.delete(name);
    const { namespace, name: serviceName } = remote.service.spec?.service ?? {};
    this.#byService.get(`${namespace}/${serviceName}`)?.delete(name);
    this.generation++;
  }

  #askSoon(name: string): void {
    const remote = this.#remotes.get(name);
    if (!remote) return;
    if (remote.isAsking) {
      remote.isDirty = true;
      return;
    }
    remote.isAsking = true;
    remote.timer?.cancel();
    this.#context.clock.defer(() => this.#ask(name, remote));
  }

  #ask(name: string, remote: Remote): void {
    const { service } = remote;
    const { name: serviceName, namespace } = service.spec?.service ?? {};
    const { store } = this.#context;
    const found = store.get(SERVICES, objectName(namespace, serviceName ?? '')) as Service | undefined;
    const slices = store.table(SLICES).by(BY_SERVICE, `${namespace}/${serviceName}`) as EndpointSlice[];
    const problem = unavailability(service, found, slices);
    if (problem) return this.#judged(name, remote, problem);
    if (this.#isOurs(service)) return this.#judged(name, remote, PASSED);
    const { group, version } = service.spec ?? {};
    this.#caller.get(service, `/apis/${group}/${version}`, (answer) => {
      if (answer.kind === 'failed') return this.#judged(name, remote, failedCheck(answer.problem));
      if (answer.status < 200 || answer.status >= 300) {
        const url = `https://${serviceName}.${namespace}.svc:${service.spec?.service?.port ?? 443}/apis/${group}/${version}`;
        const told = `failing or missing response from ${url}: bad status from ${url}: ${answer.status}`;
        return this.#judged(name, remote, failedCheck(told));
      }
      this.#learn(name, remote, answer);
    });
  }

  /** Takes in what a server serves, and asks for its schemas when that has changed. */
  #learn(name: string, remote: Remote, answer: RemoteAnswer & { kind: 'answer' }): void {
    const {
      group = '',
      version = '',
      groupPriorityMinimum = 0,
      versionPriority = 0,
    } = remote.service.spec ?? {};
    const resources = readResources(parsed(answer.body));
    const isSame = remote.known && remote.isAvailable && jsonEqual(remote.known.resources, resources);
    if (isSame) return this.#judged(name, remote, PASSED);
    this.#caller.get(remote.service, '/openapi/v3', (index) => {
      this.#caller.get(remote.service, '/openapi/v2', (document) => {
        remote.known = {
          group,
          version,
          priority: { group: groupPriorityMinimum, version: versionPriority },
          isStale: false,
          resources,
          openApiHash: readOpenApiHash(bodyOf(index), `apis/${group}/${version}`),
          openApiV2: readOpenApiV2(bodyOf(document), `/apis/${group}/${version}/`),
        };
        this.generation++;
        this.#judged(name, remote, PASSED);
      });
    });
  }

  #judged(name: string, remote: Remote, availability: Availability): void {
    if (this.#remotes.get(name) !== remote) return;
    const isAvailable = availability.status === 'True';
    if (isAvailable !== remote.isAvailable) {
      remote.isAvailable = isAvailable;
      this.generation++;
    }
    this.#write(name, availability);
    remote.isAsking = false;
    if (remote.isDirty) {
      remote.isDirty = false;
      return this.#askSoon(name);
    }
    remote.timer = this.#context.clock.after(isAvailable ? CHECK_MS : RETRY_MS, () => this.#askSoon(name));
  }

  #write(name: string, availability: Availability): void {
    const { store, registry, operations, clock } = this.#context;
    const service = store.get(API_SERVICES, `/${name}`) as APIService | undefined;
    const resource = registry.find('apiregistration.k8s.io', 'v1', 'apiservices');
    if (!service || !resource) return;
    const conditions = service.status?.conditions ?? [];
    const before = conditions.find(({ type }) => type === 'Available');
    const { status, reason, message } = availability;
    if (before?.status === status && before.reason === reason && before.message === message) return;
    const lastTransitionTime =
      before?.status === status && before.lastTransitionTime !== undefined
        ? before.lastTransitionTime
        : formatTime(clock.now());
    const condition = { lastTransitionTime, message, reason, status, type: 'Available' };
    const others = conditions.filter(({ type }) => type !== 'Available');
    try {
      const written = { ...service, status: { ...service.status, conditions: [...others, condition] } };
      operations.update(resource, written as APIService, REQUESTER, { subresource: 'status' });
    } catch (error) {
      // Refused or overtaken: the next check says it again.
      if (!isApiError(error)) throw error;
    }
  }
}

function parsed(text: string): JsonValue | undefined {
  try {
    return parseBoundedJson(text);
  } catch {
    return undefined;
  }
}

function bodyOf(answer: RemoteAnswer): JsonObject | undefined {
  if (answer.kind === 'failed' || answer.status !== 200) return undefined;
  const value = parsed(answer.body);
  return isJsonObject(value) ? value : undefined;
}
