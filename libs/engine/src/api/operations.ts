import type { Clock } from '../clock.js';
import { SeededRandom, type Random } from '../random.js';
import type { Admission, PartRequest } from '../admission/admission-request.js';
import type { Webhooks } from '../admission/webhooks/webhooks.js';
import { ManagedFields, type FieldsWrite } from '../apply/managed-fields.js';
import { checkPreconditions, markedForDeletion } from '../registry/deletion.js';
import { invalidValue } from '../registry/field-errors.js';
import { fieldTypeOf } from '../registry/field-type.js';
import { dnsSubdomainProblems } from '../registry/names.js';
import {
  annotationsChanged,
  hasStatus,
  isFreeToVanish,
  keptMetadata,
  updatedMetadata,
  specChanged,
  withEmptyStatus,
  withoutStatus,
  withStatusFrom,
  withStatusWritten,
} from '../registry/object-parts.js';
import { withEachOwnerOnce } from '../registry/owner-references.js';
import type { ResourceInfo, StrategyContext } from '../registry/resource.js';
import { StoreServiceAddresses } from '../registry/service-addresses.js';
import { validateRequired } from '../registry/validation/required.js';
import {
  validateMetadata,
  validateMetadataUpdate,
  validateQualifiedFinalizers,
} from '../registry/validation/metadata.js';
import { warningsAbout, warningsAboutStatus } from '../registry/warnings/index.js';
import type { Store } from '../store/store.js';
import type { StoredObject } from '../store/stored-object.js';
import { formatTime } from '../time.js';
import type { ApplyOptions, DeletionOptions, PatchKind, WriteOptions } from '../clients/client.js';
import { alreadyExists, badRequest, conflict, invalid, notFound, type FieldError } from './api-error.js';
import { decodeGiven, withoutZeros } from './decode-given.js';
import { patchObject } from './apply-patch.js';
import { checkPatchedIdentity } from './patched-identity.js';
import { withNewIdentity } from './new-identity.js';
import { namesRevision, refuseStale } from './refuse-stale.js';
import type { Requester } from './requester.js';
import { VersionedObjects } from './versioned-objects.js';

/**
 * Create, update, patch, apply and delete for every kind: decode, default, prepare, admit, validate, store. What differs
 * between kinds is in their strategies; what differs between requests is in the options. Objects go in and out in the
 * version of the resource they are asked for.
 */
export class Operations {
  readonly #objects: VersionedObjects;
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
    this.#objects = new VersionedObjects(store);
    this.#clock = clock;
    this.#random = webhooks?.steady(random) ?? random;
    this.#admission = admission;
    this.#addresses = addresses;
  }

  get(resource: ResourceInfo, namespace: string | undefined, name: string): StoredObject {
    const found = this.#objects.find(resource, namespace, name);
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
    const once = withEachOwnerOnce(decodeGiven(resource, given, requester), options.onWarning, 'asked');
    let object = this.#asNew(resource, once, options);
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
    const old = this.#objects.find(resource, given.metadata.namespace, name);
    if (!old) {
      if (resource.strategy.allowCreateOnUpdate && options.subresource === undefined)
        return this.create(resource, given, requester, options);
      throw notFound(resource, name);
    }
    if (!namesRevision(given.metadata) && resource.strategy.allowUnconditionalUpdate === false)
      throw invalid({ ...resource, kind: resource.resource }, name, [
        invalidValue('metadata.resourceVersion', 0, 'must be specified for an update'),
      ]);
    refuseStale(resource, given, old);
    const once = withEachOwnerOnce(decodeGiven(resource, given, requester), options.onWarning, 'asked');
    return this.#replace(resource, once, old, requester, options);
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
    checkPatchedIdentity(resource, patched, old);
    refuseStale(resource, patched, old);
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
      (options.dryRun || requester.component) &&
      settled?.resource === resource &&
      settled.manager === options.fieldManager &&
      settled.subresource === options.subresource &&
      this.#objects.find(resource, given.metadata.namespace, given.metadata.name ?? '') === settled.live
    )
      return settled.live;
    const decoded = decodeGiven(resource, given, {}, undefined, 'kept');
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
    const old = this.#objects.find(resource, decoded.metadata.namespace, name);
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
      let created = this.#asNew(resource, withoutZeros(resource, object), options);
      if (hasStatus(resource)) created = withoutStatus(created);
      created = resource.strategy.defaults?.(created) ?? created;
      return this.#finishCreate(resource, created, requester, options);
    }
    checkPatchedIdentity(resource, decoded, old);
    refuseStale(resource, decoded, old);
    const { object, changed } = this.#fields.applied(old, decoded, write, options.force ?? false);
    const wanted = changed ? withoutZeros(resource, object) : object;
    // What changes nothing is put before admission, too, unless a part of the engine keeps what it wrote as it is.
    const isAsked = changed || !requester.component;
    const result = isAsked ? this.#replace(resource, wanted, old, requester, options, true) : old;
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
    if (isFreeToVanish(resource, object)) {
      const removed = this.#objects.remove(resource, object);
      // What ends with grace is shown with the end it was given, even when that was at once.
      return resource.strategy.gracePeriodSeconds ? object : removed;
    }
    return object === old ? old : this.#objects.commit(resource, object);
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
    object = withEachOwnerOnce(object, options.onWarning, 'admitted');
    if (object !== given) object = strategy.defaults?.(object) ?? object;
    object = withEmptyStatus(resource, strategy.prepareForCreate?.(object, this.#context(options)) ?? object);
    const name = object.metadata.name ?? '';
    const asked = judgedAs(resource, options);
    this.#refuse(resource, name, [
      ...validateMetadata(object.metadata, resource.namespaced, (text) => nameProblems(asked, text)),
      ...validateQualifiedFinalizers(resource, object.metadata),
      ...(asked.strategy.validate?.(object) ?? validateRequired(object, fieldTypeOf(resource))),
    ]);
    if (options.onWarning) warningsAbout(resource, object).forEach(options.onWarning);
    this.#admission.validate?.({ ...request, object });
    const taken = this.#objects.stored(resource, object.metadata.namespace, name);
    if (taken) throw alreadyExists(resource, name, taken.metadata.deletionTimestamp !== undefined);
    return options.dryRun ? object : this.#objects.commit(resource, object);
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
      object = { ...object, metadata: updatedMetadata(object.metadata, old.metadata) };
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
    object = withEachOwnerOnce(object, options.onWarning, 'admitted');
    if (subresource === undefined)
      object = strategy.prepareForUpdate?.(object, old, this.#context()) ?? object;
    if (
      strategy.generation !== false &&
      subresource !== 'status' &&
      subresource !== 'binding' &&
      (specChanged(object, old, ownStatus) ||
        (strategy.annotationsCount === true && annotationsChanged(object, old)))
    ) {
      object = {
        ...object,
        metadata: { ...object.metadata, generation: (old.metadata.generation ?? 0) + 1 },
      };
    }
    if (subresource === undefined) {
      const rules = judgedAs(resource, options).strategy;
      this.#refuse(resource, name, [
        ...validateMetadata(object.metadata, resource.namespaced, (text) => nameProblems(resource, text)),
        ...validateQualifiedFinalizers(resource, object.metadata),
        ...validateMetadataUpdate(object.metadata, old.metadata),
        ...(rules.validatesUpdateAlone
          ? []
          : (rules.validate?.(object) ?? validateRequired(object, fieldTypeOf(resource)))),
        ...(rules.validateUpdate?.(object, old) ?? []),
      ]);
    } else {
      this.#refuse(resource, name, [
        ...(subresource === 'status'
          ? validateMetadata(object.metadata, resource.namespaced, (text) => nameProblems(resource, text))
          : []),
        ...validateMetadataUpdate(object.metadata, old.metadata),
        ...(strategy.writes?.[subresource]?.validate?.(object, old) ?? []),
        ...(subresource === 'status' ? (strategy.validateStatus?.(object, old) ?? []) : []),
      ]);
    }
    const warned =
      subresource === undefined ? warningsAbout : subresource === 'status' ? warningsAboutStatus : undefined;
    if (options.onWarning) warned?.(resource, object, old).forEach(options.onWarning);
    this.#admission.validate?.({ ...request, object });
    if (this.#objects.isStored(resource, object, old)) return old;
    if (options.dryRun) return object;
    if (object.metadata.deletionTimestamp && isFreeToVanish(resource, object)) {
      this.#objects.remove(resource, object);
      return object;
    }
    return this.#objects.commit(resource, object);
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
    const whole = subresource === 'status' ? withEmptyStatus(resource, merged) : merged;
    return { ...whole, metadata: keptMetadata(whole.metadata, old.metadata) };
  }

  #asNew(resource: ResourceInfo, given: StoredObject, options: WriteOptions): StoredObject {
    return withNewIdentity(resource, given, {
      random: options.dryRun ? this.#rehearsal : this.#random,
      nowMs: this.#clock.now(),
      isTaken: (name) => this.#objects.stored(resource, given.metadata.namespace, name) !== undefined,
      isRehearsal: options.dryRun ?? false,
    });
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

  #context({ onWarning }: WriteOptions = {}): StrategyContext {
    return { nowMs: this.#clock.now(), addresses: this.#addresses, warn: onWarning };
  }

  #refuse(resource: ResourceInfo, name: string, errors: readonly FieldError[]): void {
    if (errors.length > 0) throw invalid(resource, name, errors);
  }
}

/** Events of the newer version have stricter rules than the older ones they are stored as. */
function judgedAs(resource: ResourceInfo, { requested }: WriteOptions): ResourceInfo {
  return requested && !requested.custom ? requested : resource;
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
