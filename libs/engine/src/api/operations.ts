import type { Clock } from '../clock.js';
import { SeededRandom, type Random } from '../random.js';
import type { Webhooks } from '../admission/webhooks/webhooks.js';
import { ManagedFields, type FieldsWrite } from '../apply/managed-fields.js';
import { checkPreconditions, markedForDeletion } from '../registry/deletion.js';
import { invalidValue } from '../registry/field-errors.js';
import { fieldTypeOf } from '../registry/field-type.js';
import { jsonEqual } from '../registry/json-equal.js';
import { dnsSubdomainProblems } from '../registry/names.js';
import {
  hasStatus,
  isFreeToVanish,
  keptMetadata,
  specChanged,
  withEmptyStatus,
  withoutStatus,
  withStatusFrom,
  withStatusWritten,
} from '../registry/object-parts.js';
import { resourceKey, type ResourceInfo, type StrategyContext } from '../registry/resource.js';
import { StoreServiceAddresses } from '../registry/service-addresses.js';
import { validateRequired } from '../registry/validation/required.js';
import { validateMetadata, validateMetadataUpdate } from '../registry/validation/metadata.js';
import type { Store } from '../store/store.js';
import { objectName, type StoredObject } from '../store/stored-object.js';
import { formatTime } from '../time.js';
import type { ApplyOptions, DeletionOptions, PatchKind, WriteOptions } from '../clients/client.js';
import { alreadyExists, badRequest, conflict, invalid, notFound, type FieldError } from './api-error.js';
import { decodeGiven } from './decode-given.js';
import { patchObject } from './apply-patch.js';
import { present, remember, shownAs } from './present.js';

/** Longest part of generateName that is kept; five random characters follow (apiserver names/generate.go). */
const GENERATED_BASE_LENGTH = 58;
/** How often a generated name that is taken is thrown again (apiserver's retries since 1.30). */
const GENERATE_ATTEMPTS = 8;

/** Who asks. */
export interface Requester {
  readonly user: string;
  readonly uid?: string;
  readonly groups?: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
  /**
   * A part of the engine itself. What it sends is taken as well-formed (no decoding), and its writes are not recorded in
   * managedFields unless it names a field manager: hot paths stay cheap, and those fields belong to nobody, so a
   * server-side apply never conflicts with them and never removes them.
   */
  readonly component?: boolean;
}

/** What runs between defaulting and storing. Both may throw an ApiError. */
export interface Admission {
  /** May answer a changed object. */
  admit(request: AdmissionRequest): StoredObject;
  /** Looks at the final object, after validation. */
  validate?(request: AdmissionRequest): void;
}

/** One write on its way to the store. */
export interface AdmissionRequest {
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';
  readonly resource: ResourceInfo;
  /** The version the client asked in, where it is not the one objects are handled in. */
  readonly requested?: ResourceInfo | undefined;
  readonly subresource: string | undefined;
  readonly object: StoredObject;
  readonly old: StoredObject | undefined;
  readonly requester: Requester;
  readonly dryRun: boolean;
  /** Who will own the changed fields; undefined where nobody is named. */
  readonly fieldManager?: string | undefined;
  /** Tells the client something that does not stop the write. */
  readonly warn?: ((text: string) => void) | undefined;
  /** Notes something about the request where people look afterwards. */
  readonly audit?: ((key: string, value: string) => void) | undefined;
}

/** What is asked of a part of an object that is no write to it: an eviction, a token, a connection. */
export type PartRequest = Pick<AdmissionRequest, 'resource' | 'subresource' | 'object' | 'requester'> & {
  readonly operation: 'CREATE' | 'CONNECT';
  readonly dryRun?: boolean;
  readonly warn?: AdmissionRequest['warn'];
  readonly audit?: AdmissionRequest['audit'];
};

/**
 * Create, update, patch, apply and delete for every kind: decode, default, prepare, admit, validate, store. What differs
 * between kinds is in their strategies; what differs between requests is in the options. Objects go in and out in the
 * version of the resource they are asked for.
 */
export class Operations {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #admission: Admission;
  readonly #addresses: StrategyContext['addresses'];
  readonly #fields = new ManagedFields();
  /** Configurations whose last apply changed nothing, and the object it left alone. */
  readonly #settled = new WeakMap<StoredObject, Settled>();
  /** Chance for dry runs, so that looking never changes what happens next. */
  readonly #rehearsal: Random;

  constructor(
    store: Store,
    clock: Clock,
    random: Random,
    admission: Admission,
    addresses: StrategyContext['addresses'] = new StoreServiceAddresses(store),
    webhooks?: Webhooks,
  ) {
    const rehearsal = new SeededRandom('dry run');
    this.#rehearsal = webhooks?.steady(rehearsal) ?? rehearsal;
    this.#store = store;
    this.#clock = clock;
    this.#random = webhooks?.steady(random) ?? random;
    this.#admission = admission;
    this.#addresses = addresses;
  }

  get(resource: ResourceInfo, namespace: string | undefined, name: string): StoredObject {
    const found = this.#find(resource, namespace, name);
    if (!found) throw notFound(resource, name);
    return found;
  }

  create(
    resource: ResourceInfo,
    given: StoredObject,
    requester: Requester,
    options: WriteOptions = {},
  ): StoredObject {
    const { strategy } = resource;
    let object = this.#withIdentity(resource, decodeGiven(resource, given, requester), options);
    if (hasStatus(resource) && !strategy.keepsStatusOnCreate) object = withoutStatus(object);
    object = strategy.defaults?.(object) ?? object;
    const write = this.#fieldsWrite(resource, requester, options);
    if (write) object = this.#fields.updated(undefined, object, write);
    return this.#finishCreate(resource, object, requester, options);
  }

  /** Replaces an object, or the part of it that `options.subresource` names. */
  update(
    resource: ResourceInfo,
    given: StoredObject,
    requester: Requester,
    options: WriteOptions = {},
  ): StoredObject {
    const name = given.metadata.name ?? '';
    const old = this.#find(resource, given.metadata.namespace, name);
    if (!old) {
      if (resource.strategy.allowCreateOnUpdate && options.subresource === undefined)
        return this.create(resource, given, requester, options);
      throw notFound(resource, name);
    }
    if (!namesRevision(given.metadata) && resource.strategy.allowUnconditionalUpdate === false)
      this.#refuse(resource, name, [
        invalidValue('metadata.resourceVersion', 0, 'must be specified for an update'),
      ]);
    this.#refuseStale(resource, given, old);
    return this.#replace(resource, decodeGiven(resource, given, requester), old, requester, options);
  }

  patch(
    resource: ResourceInfo,
    namespace: string | undefined,
    name: string,
    kind: PatchKind,
    patch: unknown,
    requester: Requester,
    options: WriteOptions = {},
  ): StoredObject {
    const old = this.get(resource, namespace, name);
    const patched = patchObject(resource, old, kind, patch);
    const { metadata } = patched;
    if (typeof metadata !== 'object' || metadata === null) throw badRequest('metadata must be an object');
    if (metadata.name !== name)
      throw badRequest(
        `the name of the object (${metadata.name}) does not match the name on the URL (${name})`,
      );
    if ((metadata.namespace ?? '') !== (old.metadata.namespace ?? ''))
      throw badRequest(
        `the namespace of the object (${metadata.namespace}) does not match the namespace on the request (${namespace})`,
      );
    this.#refuseStale(resource, patched, old);
    return this.#replace(resource, decodeGiven(resource, patched), old, requester, options);
  }

  /**
   * Server-side apply: creates the object or merges the fields it names into it. `given` must not be changed afterwards:
   * that applying it again to the same live object changes nothing is remembered by identity, so comparing what has not
   * changed costs a look-up.
   */
  apply(
    resource: ResourceInfo,
    given: StoredObject,
    requester: Requester,
    options: ApplyOptions,
  ): StoredObject {
    const settled = this.#settled.get(given);
    if (
      settled?.resource === resource &&
      settled.manager === options.fieldManager &&
      settled.subresource === options.subresource &&
      this.#find(resource, given.metadata.namespace, given.metadata.name ?? '') === settled.live
    )
      return settled.live;
    const decoded = decodeGiven(resource, given);
    const name = decoded.metadata.name ?? '';
    if (!options.fieldManager) {
      throw invalid({ group: 'meta.k8s.io', resource: 'patchoptions', kind: 'PatchOptions' }, '', [
        {
          reason: 'FieldValueRequired',
          field: 'fieldManager',
          message: 'Required value: is required for apply patch',
        },
      ]);
    }
    if (decoded.metadata.managedFields !== undefined) throw badRequest('metadata.managedFields must be nil');
    const old = this.#find(resource, decoded.metadata.namespace, name);
    const write: FieldsWrite = {
      resource,
      manager: options.fieldManager,
      subresource: options.subresource,
      time: formatTime(this.#clock.now()),
    };
    if (!old) {
      if (options.subresource !== undefined) throw notFound(resource, name);
      if (decoded.metadata.uid)
        throw conflict(
          resource,
          name,
          `uid mismatch: the provided object specified uid ${decoded.metadata.uid}, and no existing object was found`,
        );
      const { object } = this.#fields.applied(undefined, decoded, write, options.force ?? false);
      let created = this.#withIdentity(resource, object, options);
      if (hasStatus(resource)) created = withoutStatus(created);
      created = resource.strategy.defaults?.(created) ?? created;
      return this.#finishCreate(resource, created, requester, options);
    }
    this.#refuseStale(resource, decoded, old);
    const { object, changed } = this.#fields.applied(old, decoded, write, options.force ?? false);
    const result = changed ? this.#replace(resource, object, old, requester, options, true) : old;
    if (result === old) {
      const { fieldManager: manager, subresource } = options;
      this.#settled.set(given, { resource, manager, subresource, live: old });
    }
    return result;
  }

  delete(
    resource: ResourceInfo,
    namespace: string | undefined,
    name: string,
    requester: Requester,
    options: DeletionOptions = {},
  ): StoredObject {
    const old = this.get(resource, namespace, name);
    checkPreconditions(resource, old, options);
    if (!options.isAdmitted) this.admitDelete(resource, old, requester, options);
    const object = markedForDeletion(resource, old, options, this.#clock.now());
    if (options.dryRun) return object;
    if (isFreeToVanish(resource, object)) return this.#vanish(resource, object);
    return object === old ? old : this.#commit(resource, object);
  }

  /** Asks admission whether an object may be deleted; throws its refusal. `delete` does so by itself. */
  admitDelete(
    resource: ResourceInfo,
    old: StoredObject,
    requester: Requester,
    { dryRun = false, requested, onWarning, onAudit }: DeletionOptions = {},
  ): void {
    const subject = { resource, requested, subresource: undefined, object: old, old, requester };
    const told = { warn: onWarning, audit: onAudit };
    const request = { operation: 'DELETE', ...subject, dryRun, ...told } as const;
    this.#admission.admit(request);
    this.#admission.validate?.(request);
  }

  /** Asks admission about what is wanted of a part of an object; answers what became of the wish, or throws the refusal. */
  admitPart({ dryRun = false, ...asked }: PartRequest): StoredObject {
    const request = { ...asked, old: undefined, dryRun };
    const object = this.#admission.admit(request);
    this.#admission.validate?.({ ...request, object });
    return object;
  }

  #finishCreate(
    resource: ResourceInfo,
    given: StoredObject,
    requester: Requester,
    options: WriteOptions,
  ): StoredObject {
    const { strategy } = resource;
    const request = {
      operation: 'CREATE',
      resource,
      requested: options.requested,
      subresource: undefined,
      old: undefined,
      requester,
      dryRun: options.dryRun ?? false,
      warn: options.onWarning,
      audit: options.onAudit,
      fieldManager: options.fieldManager,
    } as const;
    let object = this.#admission.admit({ ...request, object: given });
    if (object !== given) object = strategy.defaults?.(object) ?? object;
    object = withEmptyStatus(resource, strategy.prepareForCreate?.(object, this.#context()) ?? object);
    const name = object.metadata.name ?? '';
    this.#refuse(resource, name, [
      ...validateMetadata(object.metadata, resource.namespaced, (text) => nameProblems(resource, text)),
      ...(strategy.validate?.(object) ?? validateRequired(object, fieldTypeOf(resource))),
    ]);
    this.#admission.validate?.({ ...request, object });
    if (this.#stored(resource, object.metadata.namespace, name)) throw alreadyExists(resource, name);
    return options.dryRun ? object : this.#commit(resource, object);
  }

  #replace(
    resource: ResourceInfo,
    given: StoredObject,
    old: StoredObject,
    requester: Requester,
    options: WriteOptions,
    fieldsKnown = false,
  ): StoredObject {
    const { strategy } = resource;
    // A scale is written as the object it scales, and judged as what it is.
    const subresource = options.subresource === 'scale' ? undefined : options.subresource;
    const name = old.metadata.name ?? '';
    const ownStatus = hasStatus(resource);
    const write = fieldsKnown ? undefined : this.#fieldsWrite(resource, requester, options);
    let object: StoredObject;
    if (subresource === undefined) {
      object = ownStatus ? withStatusFrom(given, old) : given;
      object = { ...object, metadata: keptMetadata(object.metadata, old.metadata) };
      object = strategy.defaults?.(object) ?? object;
    } else {
      object = this.#partReplaced(resource, given, old, subresource);
    }
    object = write
      ? this.#fields.updated(old, object, write)
      : fieldsKnown
        ? withManagedFields(object, given)
        : withManagedFields(object, old);
    const request = {
      operation: 'UPDATE',
      resource,
      requested: options.requested,
      subresource: options.subresource,
      old,
      requester,
      dryRun: options.dryRun ?? false,
      warn: options.onWarning,
      audit: options.onAudit,
      fieldManager: options.fieldManager,
    } as const;
    object = this.#admission.admit({ ...request, object });
    if (subresource === undefined)
      object = strategy.prepareForUpdate?.(object, old, this.#context()) ?? object;
    if (
      strategy.generation !== false &&
      subresource !== 'status' &&
      subresource !== 'binding' &&
      specChanged(object, old, ownStatus)
    ) {
      object = {
        ...object,
        metadata: { ...object.metadata, generation: (old.metadata.generation ?? 0) + 1 },
      };
    }
    if (subresource === undefined) {
      this.#refuse(resource, name, [
        ...validateMetadata(object.metadata, resource.namespaced, (text) => nameProblems(resource, text)),
        ...validateMetadataUpdate(object.metadata, old.metadata),
        ...(strategy.validatesUpdateAlone
          ? []
          : (strategy.validate?.(object) ?? validateRequired(object, fieldTypeOf(resource)))),
        ...(strategy.validateUpdate?.(object, old) ?? []),
      ]);
    } else {
      this.#refuse(resource, name, [
        ...(subresource === 'status'
          ? validateMetadata(object.metadata, resource.namespaced, (text) => nameProblems(resource, text))
          : []),
        ...(strategy.writes?.[subresource]?.validate?.(object, old) ?? []),
      ]);
    }
    this.#admission.validate?.({ ...request, object });
    if (this.#isStored(resource, object, old)) return old;
    if (options.dryRun) return object;
    if (object.metadata.deletionTimestamp && isFreeToVanish(resource, object))
      return this.#vanish(resource, object);
    return this.#commit(resource, object);
  }

  /** True when writing the object would change nothing: neither itself nor the version it is stored in. */
  #isStored(resource: ResourceInfo, object: StoredObject, old: StoredObject): boolean {
    const { namespace, name = '' } = old.metadata;
    const stored = this.#stored(resource, namespace, name) ?? old;
    if (resource.converter && stored.apiVersion !== resource.converter.storage) return false;
    const before = stored.apiVersion === object.apiVersion ? stored : old;
    return jsonEqual(withoutFieldTimes(object), withoutFieldTimes(before));
  }

  /** Writes an object in the version its kind is stored in, and answers it as it was given. */
  #commit(resource: ResourceInfo, object: StoredObject): StoredObject {
    const key = resourceKey(resource);
    const { converter } = resource;
    if (!converter || converter.storage === object.apiVersion) return this.#store.commit(key, object);
    const [stored = object] = converter.convert([object], converter.storage);
    // What readers will be shown is asked for first: a write can't be taken back.
    const [shown = object] = shownAs([stored], resource);
    const written = this.#store.commit(key, stored);
    const { resourceVersion } = written.metadata;
    const metadata = { ...shown.metadata, ...(resourceVersion !== undefined && { resourceVersion }) };
    remember(written, resource, { ...shown, metadata });
    return present(written, resource);
  }

  #partReplaced(
    resource: ResourceInfo,
    given: StoredObject,
    old: StoredObject,
    subresource: string,
  ): StoredObject {
    const write = resource.strategy.writes?.[subresource];
    const merged = write
      ? write.merge(given, old, this.#context())
      : subresource === 'status'
        ? withStatusWritten(resource, given, old)
        : given;
    return { ...merged, metadata: keptMetadata(merged.metadata, old.metadata) };
  }

  #withIdentity(resource: ResourceInfo, given: StoredObject, options: WriteOptions): StoredObject {
    const { resourceVersion: _____, ...metadata } = given.metadata;
    if (namesRevision(given.metadata))
      throw badRequest('resourceVersion should not be set on objects to be created');
    const random = options.dryRun ? this.#rehearsal : this.#random;
    let { name } = metadata;
    if (!name && metadata.generateName) {
      const base = metadata.generateName.slice(0, GENERATED_BASE_LENGTH);
      for (let attempt = 0; attempt < GENERATE_ATTEMPTS; attempt++) {
        name = `${base}${random.suffix(5)}`;
        if (!this.#stored(resource, metadata.namespace, name)) break;
      }
    }
    if (!name) {
      throw invalid(resource, '', [
        {
          reason: 'FieldValueRequired',
          field: 'metadata.name',
          message: 'Required value: name or generateName is required',
        },
      ]);
    }
    const {
      selfLink: _,
      deletionTimestamp: __,
      deletionGracePeriodSeconds: ___,
      generation: ____,
      namespace,
      ...kept
    } = metadata;
    return {
      ...given,
      metadata: {
        ...kept,
        name,
        ...(namespace && { namespace }),
        uid: random.uuid(),
        creationTimestamp: formatTime(this.#clock.now()),
        ...(resource.strategy.generation !== false && { generation: 1 }),
      },
    };
  }

  /** How this write is recorded in managedFields; undefined when it is not. */
  #fieldsWrite(resource: ResourceInfo, requester: Requester, options: WriteOptions): FieldsWrite | undefined {
    const track = options.trackFields ?? (!requester.component || options.fieldManager !== undefined);
    if (!track) return undefined;
    return {
      resource,
      manager: options.fieldManager ?? requester.user,
      subresource: options.subresource,
      time: formatTime(this.#clock.now()),
    };
  }

  #find(resource: ResourceInfo, namespace: string | undefined, name: string): StoredObject | undefined {
    const found = this.#stored(resource, namespace, name);
    return found && resource.converter ? present(found, resource) : found;
  }

  /** The object in the version it is stored in. */
  #stored(resource: ResourceInfo, namespace: string | undefined, name: string): StoredObject | undefined {
    return this.#store.get(resourceKey(resource), objectName(namespace, name));
  }

  #context(): StrategyContext {
    return { nowMs: this.#clock.now(), addresses: this.#addresses };
  }

  #vanish(resource: ResourceInfo, object: StoredObject): StoredObject {
    const name = objectName(object.metadata.namespace, object.metadata.name ?? '');
    const removed = this.#store.remove(resourceKey(resource), name) ?? object;
    if (removed.apiVersion === object.apiVersion) return removed;
    const { resourceVersion } = removed.metadata;
    return {
      ...object,
      metadata: { ...object.metadata, ...(resourceVersion !== undefined && { resourceVersion }) },
    };
  }

  #refuseStale(resource: ResourceInfo, given: StoredObject, old: StoredObject): void {
    const { name = '', uid, resourceVersion } = given.metadata;
    if (uid && uid !== old.metadata.uid) {
      throw conflict(
        resource,
        name,
        `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${old.metadata.uid}`,
      );
    }
    if (namesRevision(given.metadata) && resourceVersion !== old.metadata.resourceVersion) {
      throw conflict(
        resource,
        name,
        'the object has been modified; please apply your changes to the latest version and try again',
      );
    }
  }

  #refuse(resource: ResourceInfo, name: string, errors: readonly FieldError[]): void {
    if (errors.length > 0) throw invalid(resource, name, errors);
  }
}

/** True when a writer says which revision it has seen; 0 says that it does not care. */
function namesRevision({ resourceVersion }: StoredObject['metadata']): boolean {
  return resourceVersion !== undefined && resourceVersion !== '' && resourceVersion !== '0';
}

/** What is wrong with a name of this kind. */
function nameProblems({ strategy }: ResourceInfo, name: string): string[] {
  return strategy.nameProblems?.(name) ?? dnsSubdomainProblems(name);
}

interface Settled {
  readonly resource: ResourceInfo;
  readonly manager: string;
  readonly subresource: string | undefined;
  readonly live: StoredObject;
}

/** The object with the managedFields of another. */
function withManagedFields(object: StoredObject, from: StoredObject): StoredObject {
  const { managedFields } = from.metadata;
  if (object.metadata.managedFields === managedFields) return object;
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata: managedFields ? { ...metadata, managedFields } : metadata };
}

/** Who changed what when is no change by itself: a write that only moves those times is none. */
function withoutFieldTimes(object: StoredObject): StoredObject {
  const { managedFields } = object.metadata;
  if (!managedFields) return object;
  return {
    ...object,
    metadata: { ...object.metadata, managedFields: managedFields.map((entry) => ({ ...entry, time: '' })) },
  };
}
