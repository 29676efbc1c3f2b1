import type { Operations, Requester } from '../api/operations.js';
import { ApiError } from '../api/api-error.js';
import { resourceKey, type ResourceInfo } from '../registry/resource.js';
import type { Registry } from '../registry/registry.js';
import type { Store } from '../store/store.js';
import { objectName, type StoredObject } from '../store/stored-object.js';
import type { ApplyOptions, Client, DeletionOptions, Lister, PatchKind, WriteOptions } from './client.js';
import { Pods, type ResourceType } from './resource-type.js';

/** The client of everything that lives in the engine's process. */
export class LocalClient implements Client {
  readonly #store: Store;
  readonly #registry: Registry;
  readonly #operations: Operations;
  readonly #requester: Requester;

  constructor(store: Store, registry: Registry, operations: Operations, requester: Requester) {
    this.#store = store;
    this.#registry = registry;
    this.#operations = operations;
    this.#requester = requester;
  }

  as(user: string): Client {
    return new LocalClient(this.#store, this.#registry, this.#operations, { user });
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
    return this.#operations.get(this.#info(type), namespace, name) as T;
  }

  create<T extends StoredObject>(type: ResourceType<T>, object: T, options?: WriteOptions): T {
    return this.#operations.create(this.#info(type), object, this.#requester, options) as T;
  }

  update<T extends StoredObject>(type: ResourceType<T>, object: T, options?: WriteOptions): T {
    return this.#operations.update(this.#info(type), object, this.#requester, options) as T;
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
    return this.#operations.patch(
      this.#info(type),
      namespace,
      name,
      kind,
      patch,
      this.#requester,
      options,
    ) as T;
  }

  apply<T extends StoredObject>(type: ResourceType<T>, object: T, options: ApplyOptions): T {
    return this.#operations.apply(this.#info(type), object, this.#requester, options) as T;
  }

  delete<T extends StoredObject>(
    type: ResourceType<T>,
    namespace: string | undefined,
    name: string,
    options?: DeletionOptions,
  ): T {
    return this.#operations.delete(this.#info(type), namespace, name, this.#requester, options) as T;
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

  #info<T extends StoredObject>(type: ResourceType<T>): ResourceInfo {
    const info = this.#registry.find(type.group, type.version, type.resource);
    if (!info) throw new ApiError(404, 'NotFound', 'the server could not find the requested resource');
    return info;
  }
}
