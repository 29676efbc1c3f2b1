import type { Operations } from '../api/operations.js';
import type { Requester } from '../api/requester.js';
import { ApiError } from '../api/api-error.js';
import { resourceKey, type ResourceInfo } from '../registry/resource.js';
import type { Registry } from '../registry/registry.js';
import type { Store } from '../store/store.js';
import type { Webhooks } from '../admission/webhooks/webhooks.js';
import { objectName, type StoredObject } from '../store/stored-object.js';
import type { ApplyOptions, Client, DeletionOptions, Lister, PatchKind, WriteOptions } from './client.js';
import { Pods, type ResourceType } from './resource-type.js';

/** What a client in process works on. */
export interface LocalClientParts {
  readonly store: Store;
  readonly registry: Registry;
  readonly operations: Operations;
  readonly webhooks?: Webhooks;
}

/**
 * The client of everything that lives in the engine's process. A write that webhooks have a say in throws AdmissionPending
 * until they have answered; trying the same write again carries on where it stopped.
 */
export class LocalClient implements Client {
  readonly #parts: LocalClientParts;
  readonly #store: Store;
  readonly #registry: Registry;
  readonly #operations: Operations;
  readonly #requester: Requester;

  constructor(parts: LocalClientParts, requester: Requester) {
    this.#parts = parts;
    this.#store = parts.store;
    this.#registry = parts.registry;
    this.#operations = parts.operations;
    this.#requester = requester;
  }

  as(user: string): Client {
    return new LocalClient(this.#parts, { user });
  }

  lister<T extends StoredObject>(type: ResourceType<T>): Lister<T> {
    const key = resourceKey(type);
    const table = this.#store.table(key);
    return {
      get: (namespace, name) => table.objects.get(objectName(namespace, name)) as T | undefined,
      list: (namespace) =>
        (namespace === undefined ? [...table.objects.values()] : table.by('namespace', namespace)) as T[],
      index: (indexName, keysOf) => table.index(indexName, (object) => keysOf(object as T)),
      by: (indexName, indexKey) => table.by(indexName, indexKey) as T[],
      watch: (handler) =>
        this.#store.subscribe((event) => {
          if (event.resource === key) handler(event.type, event.object as T, event.previous as T | undefined);
        }),
    };
  }

  get<T extends StoredObject>(type: ResourceType<T>, namespace: string | undefined, name: string): T {
    const info = this.#info(type);
    const { webhooks } = this.#parts;
    const read = (): StoredObject => this.#operations.get(info, namespace, name);
    if (!webhooks || !info.converter?.isRemote) return read() as T;
    return webhooks.local(
      () => JSON.stringify([this.#requester, 'get', type, namespace, name]),
      read,
      true,
    ) as T;
  }

  create<T extends StoredObject>(type: ResourceType<T>, object: T, options?: WriteOptions): T {
    return this.#write(type, ['create', type, object, options], () =>
      this.#operations.create(this.#info(type), object, this.#requester, options),
    );
  }

  update<T extends StoredObject>(type: ResourceType<T>, object: T, options?: WriteOptions): T {
    return this.#write(type, ['update', type, object, options], () =>
      this.#operations.update(this.#info(type), object, this.#requester, options),
    );
  }

  updateStatus<T extends StoredObject>(type: ResourceType<T>, object: T): T {
    return this.update(type, object, { subresource: 'status' });
  }

  patch<T extends StoredObject>(
    type: ResourceType<T>,
    namespace: string | undefined,
    name: string,
    kind: PatchKind,
    patch: unknown,
    options?: WriteOptions,
  ): T {
    return this.#write(type, ['patch', type, namespace, name, kind, patch, options], () =>
      this.#operations.patch(this.#info(type), namespace, name, kind, patch, this.#requester, options),
    );
  }

  apply<T extends StoredObject>(type: ResourceType<T>, object: T, options: ApplyOptions): T {
    return this.#write(type, ['apply', type, object, options], () =>
      this.#operations.apply(this.#info(type), object, this.#requester, options),
    );
  }

  delete<T extends StoredObject>(
    type: ResourceType<T>,
    namespace: string | undefined,
    name: string,
    options?: DeletionOptions,
  ): T {
    return this.#write(type, ['delete', type, namespace, name, options], () =>
      this.#operations.delete(this.#info(type), namespace, name, this.#requester, options),
    );
  }

  bind(namespace: string, podName: string, nodeName: string): void {
    const pod = this.get(Pods, namespace, podName);
    if (pod.spec?.nodeName)
      throw new ApiError(
        409,
        'Conflict',
        `pod ${podName} is already assigned to node "${pod.spec.nodeName}"`,
      );
    this.#operations.update(
      this.#info(Pods),
      { ...pod, spec: { ...pod.spec, containers: pod.spec?.containers ?? [], nodeName } } as StoredObject,
      this.#requester,
      { subresource: 'binding' },
    );
  }

  #write<T extends StoredObject>(
    type: ResourceType<T>,
    what: readonly unknown[],
    action: () => StoredObject,
  ): T {
    const { webhooks } = this.#parts;
    if (!webhooks) return action() as T;
    const isConverted = this.#info(type).converter?.isRemote ?? false;
    return webhooks.local(() => JSON.stringify([this.#requester, ...what]), action, isConverted) as T;
  }

  #info<T extends StoredObject>(type: ResourceType<T>): ResourceInfo {
    const info = this.#registry.find(type.group, type.version, type.resource);
    if (!info) throw new ApiError(404, 'NotFound', 'the server could not find the requested resource');
    return info;
  }
}
