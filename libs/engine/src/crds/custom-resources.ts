import type { Operations } from '../api/operations.js';
import { caBundleProblem } from '../registry/ca-bundle.js';
import type { Requester } from '../api/requester.js';
import { isApiError } from '../api/api-error.js';
import type { Clock } from '../clock.js';
import { jsonEqual } from '../registry/json-equal.js';
import { CLEANUP_FINALIZER } from '../registry/kinds/custom-resource-definition.js';
import { resourceKey, type ResourceInfo } from '../registry/resource.js';
import type { Registry } from '../registry/registry.js';
import type { StoreEvent } from '../store/store-event.js';
import type { Store } from '../store/store.js';
import type { ResourceKey } from '../store/stored-object.js';
import { formatTime } from '../time.js';
import type { CustomResourceDefinition, CustomResourceDefinitionCondition } from '../types/index.js';
import type { Webhooks } from '../admission/webhooks/webhooks.js';
import { approvalCondition } from './api-approval.js';
import { resourcesOf } from './defined-resources.js';

const DEFINITIONS: ResourceKey = 'apiextensions.k8s.io/customresourcedefinitions';
const REQUESTER: Requester = { user: 'system:apiserver', component: true };

/** What custom resources are served with. */
export interface CustomResourcesContext {
  readonly store: Store;
  readonly registry: Registry;
  readonly operations: Operations;
  readonly clock: Clock;
  /** Through which objects are converted between versions where a definition names a webhook for it. */
  readonly webhooks?: Webhooks;
}

/**
 * Serves what CustomResourceDefinitions define: a definition's resources are in the registry before its own write has
 * returned, its conditions follow at once, and when it is deleted its objects go first.
 */
export class CustomResources {
  readonly #context: CustomResourcesContext;
  readonly #served = new Map<string, readonly ResourceInfo[]>();
  /** The spec that what is served was made from. */
  readonly #specs = new Map<string, unknown>();
  /** Definitions whose objects a webhook converts, with the way to forget that. */
  readonly #converting = new Map<string, () => void>();
  /** Definitions on their way out, by the resource whose objects they wait for. */
  readonly #leaving = new Map<ResourceKey, string>();
  readonly #stop: () => void;

  constructor(context: CustomResourcesContext) {
    this.#context = context;
    for (const object of context.store.table(DEFINITIONS).objects.values())
      this.#defined(object as CustomResourceDefinition);
    this.#stop = context.store.subscribe((event) => this.#heard(event));
  }

  stop(): void {
    this.#stop();
  }

  #heard(event: StoreEvent): void {
    if (event.resource === DEFINITIONS) {
      const definition = event.object as CustomResourceDefinition;
      if (event.type === 'DELETED') {
        this.#withdraw(definition.metadata.name ?? '');
        this.#judgeAgain(definition.spec.group);
      } else this.#defined(definition);
    } else if (event.type === 'DELETED') {
      const name = this.#leaving.get(event.resource);
      if (name !== undefined && this.#context.store.table(event.resource).objects.size === 0)
        this.#context.clock.defer(() => this.#finish(name));
    }
  }

  #defined(definition: CustomResourceDefinition): void {
    const name = definition.metadata.name ?? '';
    if (definition.metadata.deletionTimestamp !== undefined) {
      const key = keyOf(definition);
      if (!this.#leaving.has(key)) {
        this.#leaving.set(key, name);
        this.#context.clock.defer(() => this.#finish(name));
      }
    }
    const clash = this.#clash(definition);
    if (isUntrusted(definition)) this.#withdraw(name);
    else if (!clash && !jsonEqual(this.#specs.get(name), definition.spec)) {
      const { webhooks } = this.#context;
      const resources = resourcesOf(definition, webhooks);
      this.#withdraw(name);
      if (webhooks && resources[0]?.converter?.isRemote) this.#converting.set(name, webhooks.addConverter());
      for (const resource of resources) this.#context.registry.add(resource);
      this.#served.set(name, resources);
      this.#specs.set(name, definition.spec);
    }
    this.#judge(definition, clash);
  }

  /** Names have become free: the definitions of the group that were refused for theirs get another chance. */
  #judgeAgain(group: string): void {
    for (const object of this.#context.store.table(DEFINITIONS).objects.values()) {
      const definition = object as CustomResourceDefinition;
      const refused = definition.spec.group === group && !this.#served.has(definition.metadata.name ?? '');
      if (refused) this.#defined(definition);
    }
  }

  /** The name another definition (or a built-in kind) already has in this group. */
  #clash({ spec, metadata }: CustomResourceDefinition): string | undefined {
    const own = new Set(this.#served.get(metadata.name ?? ''));
    for (const resource of this.#context.registry.all()) {
      if (resource.group !== spec.group || own.has(resource)) continue;
      if (resource.resource === spec.names.plural) return `"${spec.names.plural}" is already in use`;
      if (resource.kind === spec.names.kind) return `"${spec.names.kind}" is already in use`;
    }
    return undefined;
  }

  #judge(definition: CustomResourceDefinition, clash: string | undefined): void {
    const { status, spec, metadata } = definition;
    const now = formatTime(this.#context.clock.now());
    const previous = status?.conditions ?? [];
    const condition = (
      type: string,
      value: string,
      reason: string,
      message: string,
    ): CustomResourceDefinitionCondition => {
      const same = previous.find((one) => one.type === type && one.status === value);
      return { lastTransitionTime: same?.lastTransitionTime ?? now, message, reason, status: value, type };
    };
    const accepted = clash
      ? [
          condition('NamesAccepted', 'False', 'PluralConflict', clash),
          condition('Established', 'False', 'NotAccepted', 'not all names are accepted'),
        ]
      : [
          condition('NamesAccepted', 'True', 'NoConflicts', 'no conflicts found'),
          isUntrusted(definition)
            ? condition(
                'Established',
                'False',
                'InvalidCABundle',
                'The conversion webhook CABundle is invalid',
              )
            : condition(
                'Established',
                'True',
                'InitialNamesAccepted',
                'the initial names have been accepted',
              ),
        ];
    const approval = approvalCondition(definition);
    const approved = approval
      ? [condition(approval.type, approval.status, approval.reason, approval.message)]
      : [];
    const terminating = metadata.deletionTimestamp
      ? [
          condition(
            'Terminating',
            'True',
            'InstanceDeletionInProgress',
            'CustomResource deletion is in progress',
          ),
        ]
      : [];
    const storage = spec.versions.find((version) => version.storage)?.name;
    const storedVersions = status?.storedVersions ?? [];
    const wanted = {
      ...status,
      acceptedNames: clash ? (status?.acceptedNames ?? { kind: '', plural: '' }) : spec.names,
      conditions: [...accepted, ...approved, ...terminating],
      storedVersions:
        storage && !storedVersions.includes(storage) ? [...storedVersions, storage] : storedVersions,
    };
    if (jsonEqual(wanted, status)) return;
    this.#update({ ...definition, status: wanted }, 'status');
  }

  /** Deletes the objects of a definition that is leaving, and lets it go when none is left. */
  #finish(name: string): void {
    const { store, operations } = this.#context;
    const definition = store.get(DEFINITIONS, `/${name}`) as CustomResourceDefinition | undefined;
    const served = this.#served.get(name);
    if (!definition?.metadata.deletionTimestamp) return;
    const key = keyOf(definition);
    const [shown] = served ?? [];
    const resource = shown && asStored(shown);
    for (const object of resource ? [...store.table(key).objects.values()] : []) {
      if (object.metadata.deletionTimestamp !== undefined || !resource) continue;
      try {
        operations.delete(resource, object.metadata.namespace, object.metadata.name ?? '', REQUESTER);
      } catch (error) {
        if (!isApiError(error, 'NotFound')) throw error;
      }
    }
    if (resource && store.table(key).objects.size > 0) return;
    this.#leaving.delete(key);
    const current = store.get(DEFINITIONS, `/${name}`) as CustomResourceDefinition | undefined;
    if (!current) return;
    const finalizers = (current.metadata.finalizers ?? []).filter((one) => one !== CLEANUP_FINALIZER);
    this.#update({ ...current, metadata: { ...current.metadata, finalizers } });
  }

  #withdraw(name: string): void {
    for (const resource of this.#served.get(name) ?? []) this.#context.registry.remove(resource);
    this.#converting.get(name)?.();
    this.#converting.delete(name);
    this.#served.delete(name);
    this.#specs.delete(name);
  }

  #update(definition: CustomResourceDefinition, subresource?: string): void {
    const { registry, operations } = this.#context;
    const resource = registry.findKind('apiextensions.k8s.io/v1', 'CustomResourceDefinition');
    if (resource)
      operations.update(resource, definition, REQUESTER, subresource === undefined ? {} : { subresource });
  }
}

/** The resource as its objects are stored: what is deleted with its definition needs no conversion, and the webhook may be gone. */
function asStored(resource: ResourceInfo): ResourceInfo {
  const { converter: _, ...stored } = resource;
  return stored;
}

function keyOf({ spec }: CustomResourceDefinition): ResourceKey {
  return resourceKey({ group: spec.group, resource: spec.names.plural });
}

/** The certificates its conversion webhook is to be trusted by can't be used: it is not served until they can (establishing_controller.go). */
function isUntrusted({ spec, status }: CustomResourceDefinition): boolean {
  const wasServed = (status?.conditions ?? []).some(
    ({ type, status: is }) => type === 'Established' && is === 'True',
  );
  return !wasServed && caBundleProblem(spec.conversion?.webhook?.clientConfig?.caBundle) !== undefined;
}
