import { isDeepStrictEqual } from 'node:util';
import type { ObjectMeta } from '@lotse/manifests';
import type { Clock } from '../clock.js';
import type { Random } from '../random.js';
import { resourceKey, type ResourceInfo } from '../registry/resource.js';
import type { Store } from '../store/store.js';
import { objectName, type StoredObject } from '../store/stored-object.js';
import { formatTime } from '../time.js';
import type { DeletionOptions, WriteOptions } from '../clients/client.js';
import { alreadyExists, ApiError, conflict, invalid, notFound } from './api-error.js';

/** Longest part of generateName that is kept; five random characters follow (apiserver names/generate.go). */
const GENERATED_BASE_LENGTH = 58;

/** Who asks, as far as the write path cares. */
export interface Requester {
  readonly user: string;
}

/** What runs between defaulting and validation. It may return a changed object or throw an ApiError. */
export interface Admission {
  admit(request: AdmissionRequest): StoredObject;
}

/** One write on its way to the store. */
export interface AdmissionRequest {
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE';
  readonly resource: ResourceInfo;
  readonly subresource: string | undefined;
  readonly object: StoredObject;
  readonly old: StoredObject | undefined;
  readonly requester: Requester;
  readonly dryRun: boolean;
}

/**
 * Create, update and delete for every kind: default, prepare, admit, validate, store. What differs between kinds is in
 * their strategies; what differs between requests is in the options.
 */
export class Operations {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #admission: Admission;

  constructor(store: Store, clock: Clock, random: Random, admission: Admission) {
    this.#store = store;
    this.#clock = clock;
    this.#random = random;
    this.#admission = admission;
  }

  get(resource: ResourceInfo, namespace: string | undefined, name: string): StoredObject {
    const found = this.#store.get(resourceKey(resource), objectName(namespace, name));
    if (!found) throw notFound(resource, name);
    return found;
  }

  create(
    resource: ResourceInfo,
    given: StoredObject,
    requester: Requester,
    options: WriteOptions = {},
  ): StoredObject {
    const nowMs = this.#clock.now();
    const { strategy } = resource;
    let object = this.#withIdentity(resource, given);
    if (hasStatus(resource)) object = withoutStatus(object);
    object = strategy.defaults?.(object) ?? object;
    object = strategy.prepareForCreate?.(object, { nowMs }) ?? object;
    object = this.#admission.admit({
      operation: 'CREATE',
      resource,
      subresource: undefined,
      object,
      old: undefined,
      requester,
      dryRun: options.dryRun ?? false,
    });
    const name = object.metadata.name ?? '';
    this.#refuse(resource, name, strategy.validate?.(object));
    const existing = this.#store.get(resourceKey(resource), objectName(object.metadata.namespace, name));
    if (existing) throw alreadyExists(resource, name);
    return options.dryRun ? object : this.#store.commit(resourceKey(resource), object);
  }

  /** Replaces an object (or, with `subresource: 'status'`, its status). */
  update(
    resource: ResourceInfo,
    given: StoredObject,
    requester: Requester,
    options: WriteOptions = {},
  ): StoredObject {
    const name = given.metadata.name ?? '';
    const old = this.get(resource, given.metadata.namespace, name);
    this.#refuseStale(resource, given.metadata, old);
    const { strategy } = resource;
    const statusOnly = options.subresource === 'status';
    let object = statusOnly
      ? withStatusOf(given, old)
      : hasStatus(resource)
        ? withStatusFrom(given, old)
        : given;
    object = { ...object, metadata: keptMetadata(object.metadata, old.metadata) };
    if (!statusOnly) {
      object = strategy.defaults?.(object) ?? object;
      object = strategy.prepareForUpdate?.(object, old, { nowMs: this.#clock.now() }) ?? object;
    }
    if (!statusOnly && specChanged(object, old)) {
      object = {
        ...object,
        metadata: { ...object.metadata, generation: (old.metadata.generation ?? 0) + 1 },
      };
    }
    object = this.#admission.admit({
      operation: 'UPDATE',
      resource,
      subresource: options.subresource,
      object,
      old,
      requester,
      dryRun: options.dryRun ?? false,
    });
    if (!statusOnly) {
      this.#refuse(resource, name, strategy.validate?.(object));
      this.#refuse(resource, name, strategy.validateUpdate?.(object, old));
    }
    if (
      isDeepStrictEqual(
        { ...object, metadata: { ...object.metadata, resourceVersion: old.metadata.resourceVersion } },
        old,
      )
    )
      return old;
    if (options.dryRun) return object;
    if (object.metadata.deletionTimestamp && isFreeToVanish(object)) return this.#vanish(resource, object);
    return this.#store.commit(resourceKey(resource), object);
  }

  delete(
    resource: ResourceInfo,
    namespace: string | undefined,
    name: string,
    requester: Requester,
    options: DeletionOptions = {},
  ): StoredObject {
    const old = this.get(resource, namespace, name);
    const { uid, resourceVersion } = options.preconditions ?? {};
    if (uid !== undefined && uid !== old.metadata.uid) {
      throw conflict(
        resource,
        name,
        `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${old.metadata.uid}`,
      );
    }
    if (resourceVersion !== undefined && resourceVersion !== old.metadata.resourceVersion) {
      throw conflict(
        resource,
        name,
        `Precondition failed: ResourceVersion in precondition: ${resourceVersion}, ResourceVersion in object meta: ${old.metadata.resourceVersion}`,
      );
    }
    this.#admission.admit({
      operation: 'DELETE',
      resource,
      subresource: undefined,
      object: old,
      old,
      requester,
      dryRun: options.dryRun ?? false,
    });
    const object = this.#markedForDeletion(resource, old, options);
    if (options.dryRun) return object;
    if (isFreeToVanish(object)) return this.#vanish(resource, object);
    return object === old ? old : this.#store.commit(resourceKey(resource), object);
  }

  #withIdentity(resource: ResourceInfo, given: StoredObject): StoredObject {
    const { resourceVersion, ...metadata } = given.metadata;
    if (resourceVersion)
      throw new ApiError(400, 'BadRequest', 'resourceVersion should not be set on objects to be created');
    const name =
      metadata.name ??
      (metadata.generateName
        ? `${metadata.generateName.slice(0, GENERATED_BASE_LENGTH)}${this.#random.suffix(5)}`
        : undefined);
    if (!name) {
      throw invalid(resource, '', [
        {
          reason: 'FieldValueRequired',
          field: 'metadata.name',
          message: 'Required value: name or generateName is required',
        },
      ]);
    }
    const { selfLink: _, deletionTimestamp: __, deletionGracePeriodSeconds: ___, ...kept } = metadata;
    return {
      ...given,
      metadata: {
        ...kept,
        name,
        uid: this.#random.uuid(),
        creationTimestamp: formatTime(this.#clock.now()),
        generation: 1,
      },
    };
  }

  #markedForDeletion(resource: ResourceInfo, old: StoredObject, options: DeletionOptions): StoredObject {
    const policy = options.propagationPolicy ?? resource.strategy.defaultPropagation ?? 'Background';
    let finalizers = (old.metadata.finalizers ?? []).filter(
      (finalizer) => finalizer !== 'orphan' && finalizer !== 'foregroundDeletion',
    );
    if (policy === 'Orphan') finalizers = [...finalizers, 'orphan'];
    if (policy === 'Foreground') finalizers = [...finalizers, 'foregroundDeletion'];
    const kept =
      old.metadata.deletionTimestamp && options.propagationPolicy === undefined
        ? (old.metadata.finalizers ?? [])
        : finalizers;
    const grace = resource.strategy.gracePeriodSeconds?.(old, options.gracePeriodSeconds) ?? 0;
    const before = old.metadata.deletionGracePeriodSeconds;
    if (
      old.metadata.deletionTimestamp &&
      before !== undefined &&
      grace >= before &&
      isDeepStrictEqual(kept, old.metadata.finalizers ?? [])
    )
      return old;
    const { finalizers: _, ...metadata } = old.metadata;
    return {
      ...old,
      metadata: {
        ...metadata,
        ...(kept.length > 0 && { finalizers: kept }),
        generation: (old.metadata.generation ?? 0) + (old.metadata.deletionTimestamp ? 0 : 1),
        deletionTimestamp:
          before !== undefined && grace >= before
            ? (old.metadata.deletionTimestamp ?? '')
            : formatTime(this.#clock.now() + grace * 1000),
        deletionGracePeriodSeconds: before !== undefined ? Math.min(before, grace) : grace,
      },
    };
  }

  #vanish(resource: ResourceInfo, object: StoredObject): StoredObject {
    const name = objectName(object.metadata.namespace, object.metadata.name ?? '');
    return this.#store.remove(resourceKey(resource), name) ?? object;
  }

  #refuseStale(resource: ResourceInfo, given: ObjectMeta, old: StoredObject): void {
    const name = given.name ?? '';
    if (given.uid && given.uid !== old.metadata.uid) {
      throw conflict(
        resource,
        name,
        `Precondition failed: UID in precondition: ${given.uid}, UID in object meta: ${old.metadata.uid}`,
      );
    }
    if (given.resourceVersion && given.resourceVersion !== old.metadata.resourceVersion) {
      throw conflict(
        resource,
        name,
        'the object has been modified; please apply your changes to the latest version and try again',
      );
    }
  }

  #refuse(
    resource: ResourceInfo,
    name: string,
    errors: readonly Parameters<typeof invalid>[2][number][] | undefined,
  ): void {
    if (errors && errors.length > 0) throw invalid(resource, name, errors);
  }
}

const hasStatus = (resource: ResourceInfo): boolean =>
  resource.subresources.some(({ name }) => name === 'status');

type WithStatus = StoredObject & { status?: unknown };

function withoutStatus(object: StoredObject): StoredObject {
  const { status: _, ...rest } = object as WithStatus;
  return rest;
}

function withStatusFrom(object: StoredObject, old: StoredObject): StoredObject {
  const { status } = old as WithStatus;
  return status === undefined ? withoutStatus(object) : ({ ...object, status } as StoredObject);
}

function withStatusOf(given: StoredObject, old: StoredObject): StoredObject {
  const { status } = given as WithStatus;
  return (status === undefined ? withoutStatus(old) : { ...old, status }) as StoredObject;
}

/** Metadata a client may set, over what it may not. */
function keptMetadata(given: ObjectMeta, old: ObjectMeta): ObjectMeta {
  const { deletionTimestamp: _, deletionGracePeriodSeconds: __, selfLink: ___, ...free } = given;
  return {
    ...free,
    ...(old.uid !== undefined && { uid: old.uid }),
    ...(old.creationTimestamp !== undefined && { creationTimestamp: old.creationTimestamp }),
    ...(old.generation !== undefined && { generation: old.generation }),
    ...(old.resourceVersion !== undefined && { resourceVersion: old.resourceVersion }),
    ...(old.deletionTimestamp !== undefined && { deletionTimestamp: old.deletionTimestamp }),
    ...(old.deletionGracePeriodSeconds !== undefined && {
      deletionGracePeriodSeconds: old.deletionGracePeriodSeconds,
    }),
  };
}

/** Generation counts changes of everything but metadata and status. */
function specChanged(object: StoredObject, old: StoredObject): boolean {
  const { metadata: _, status: __, ...now } = object as WithStatus;
  const { metadata: ___, status: ____, ...before } = old as WithStatus;
  return !isDeepStrictEqual(now, before);
}

function isFreeToVanish(object: StoredObject): boolean {
  return (
    (object.metadata.finalizers ?? []).length === 0 && (object.metadata.deletionGracePeriodSeconds ?? 0) === 0
  );
}
