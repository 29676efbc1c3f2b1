import { AdmissionPending } from '../admission/webhooks/admission-pending.js';
import type { Requester } from '../api/requester.js';
import { isApiError } from '../api/api-error.js';
import { METRICS_GROUP } from '../api/metrics.js';
import type { Timer } from '../clock.js';
import { jsonEqual } from '../registry/json-equal.js';
import type { APIService } from '../types/index.js';
import { API_SERVICES, type AggregatorContext } from './aggregator.js';
import { builtInPriority, CUSTOM_PRIORITY } from './api-service-priorities.js';

/** Says that an APIService is kept by the server: `onstart` once, `true` as long as its definition is there. */
const MANAGED = 'kube-aggregator.kubernetes.io/automanaged';
/** How soon a refused write is tried again. */
const RETRY_MS = 10_000;
const REQUESTER: Requester = { user: 'system:apiserver', component: true };

/** Keeps an APIService for every version of a group that is served here (autoregister_controller.go). */
export class LocalApiServices {
  readonly #context: AggregatorContext;
  readonly #stops: (() => void)[] = [];
  #isDue = false;
  #retry: Timer | undefined;

  constructor(context: AggregatorContext) {
    this.#context = context;
    // The API adds groups of its own when it is made.
    const start = context.clock.after(0, () => this.#sync(true));
    this.#stops.push(
      () => start.cancel(),
      context.registry.onChange(() => this.#soon()),
      context.store.subscribe(({ resource }) => {
        if (resource === API_SERVICES) this.#soon();
      }),
    );
  }

  stop(): void {
    for (const stop of this.#stops) stop();
    this.#retry?.cancel();
  }

  #soon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    this.#context.clock.defer(() => {
      this.#isDue = false;
      this.#sync(false);
    });
  }

  /** Tries again what admission refuses, and what a webhook has to be waited for. */
  #write(name: string, action: () => unknown): void {
    const { webhooks, clock } = this.#context;
    try {
      webhooks.local(() => `APIService ${name}`, action);
    } catch (error) {
      if (error instanceof AdmissionPending) error.whenAnswered(() => this.#soon());
      else if (isApiError(error)) this.#retry = clock.after(RETRY_MS, () => this.#soon());
      else throw error;
    }
  }

  #sync(isStart: boolean): void {
    this.#retry?.cancel();
    const { store, registry, operations } = this.#context;
    const resource = registry.find('apiregistration.k8s.io', 'v1', 'apiservices');
    if (!resource) return;
    const wanted = this.#wanted();
    for (const [name, service] of wanted) {
      const label = service.metadata.labels?.[MANAGED];
      if (label !== 'true' && !isStart) continue;
      const found = store.get(API_SERVICES, `/${name}`) as APIService | undefined;
      if (!found) this.#write(name, () => operations.create(resource, service, REQUESTER));
      else if (label && found.metadata.labels?.[MANAGED] === label && !jsonEqual(found.spec, service.spec)) {
        const changed = { ...found, spec: service.spec } as APIService;
        this.#write(name, () => operations.update(resource, changed, REQUESTER));
      }
    }
    for (const object of store.table(API_SERVICES).objects.values()) {
      const { name = '', labels } = object.metadata;
      if (labels?.[MANAGED] !== 'true' || wanted.has(name)) continue;
      this.#write(name, () => operations.delete(resource, undefined, name, REQUESTER));
    }
  }

  #wanted(): Map<string, APIService> {
    const wanted = new Map<string, APIService>();
    for (const { group, version, custom } of this.#context.registry.all()) {
      // The group of APIServices itself is part of the aggregator.
      if (group === 'apiregistration.k8s.io') continue;
      const name = `${version}.${group}`;
      if (wanted.has(name)) continue;
      const priority = builtInPriority(group, version) ?? CUSTOM_PRIORITY;
      wanted.set(name, {
        apiVersion: 'apiregistration.k8s.io/v1',
        kind: 'APIService',
        metadata: {
          name,
          // Who installs a metrics server brings this one along, and keeps it.
          ...(group !== METRICS_GROUP && { labels: { [MANAGED]: custom ? 'true' : 'onstart' } }),
        },
        spec: {
          ...(group !== '' && { group }),
          version,
          groupPriorityMinimum: priority.group,
          versionPriority: priority.version,
        },
      });
    }
    return wanted;
  }
}
