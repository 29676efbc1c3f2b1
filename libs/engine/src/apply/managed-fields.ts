import type { ManagedFieldsEntry, ObjectMeta } from '@lotse/manifests';
import { untypedPatch } from './untyped-patch.js';
import { fieldTypeOf, type FieldType } from '../registry/field-type.js';
import { hasStatus, withoutStatus } from '../registry/object-parts.js';
import type { ResourceInfo } from '../registry/resource.js';
import type { StoredObject } from '../store/stored-object.js';
import { changesBetween } from './changes-between.js';
import { compareFields } from './compare-fields.js';
import { listProblem } from './check-elements.js';
import { applyConflict } from './conflicts.js';
import { FieldSet, FieldSetBuilder } from './field-set.js';
import { fieldsOf } from './fields-of.js';
import { KUBECTL, lastAppliedFields, withLastApplied } from './last-applied.js';
import { formatManagers, managerKey, parseManagers, type Manager, type Managers } from './manager-entry.js';
import { mergeFields } from './merge-fields.js';
import { removeFields, withParents } from './remove-fields.js';

/** Who writes, for the record. */
export interface FieldsWrite {
  readonly resource: ResourceInfo;
  readonly manager: string;
  readonly subresource: string | undefined;
  readonly time: string;
}

/** The owner of everything an object had before anyone applied it. */
const BEFORE_FIRST_APPLY = 'before-first-apply';

/** Fields nobody owns: identity and bookkeeping (managedfields/internal/stripmeta.go). */
const UNOWNED = fieldSet(['f:apiVersion', 'f:kind', 'f:metadata'], {
  'f:metadata': [
    'f:name',
    'f:namespace',
    'f:creationTimestamp',
    'f:selfLink',
    'f:uid',
    'f:clusterName',
    'f:generation',
    'f:managedFields',
    'f:resourceVersion',
  ],
});

function fieldSet(members: readonly string[], below: Record<string, readonly string[]>): FieldSet {
  const builder = new FieldSetBuilder();
  for (const member of members) builder.add(member);
  for (const [element, list] of Object.entries(below))
    for (const member of list) builder.child(element).add(member);
  return builder.build();
}

/** What the configuration of a status may say of the metadata: as much as another write of it. */
function metadataOfStatus(metadata: ObjectMeta, { custom, strategy }: ResourceInfo): ObjectMeta {
  const { name, namespace, labels, annotations, finalizers, ownerReferences } = metadata;
  const keeps = custom ? 'metadata' : strategy.statusKeeps;
  return {
    ...(name !== undefined && { name }),
    ...(namespace !== undefined && { namespace }),
    ...(keeps !== 'metadata' && {
      ...(labels && keeps !== 'labels' && { labels }),
      ...(annotations && { annotations }),
      ...(finalizers && { finalizers }),
      ...(ownerReferences && keeps !== 'owners' && { ownerReferences }),
    }),
  };
}

/** Keeps managedFields: who owns which fields, and what an apply may change. The rules are structured-merge-diff's. */
export class ManagedFields {
  /** Field sets of applied configurations: an unchanged one is applied again and again. */
  readonly #configurations = new WeakMap<StoredObject, FieldSet>();

  /** The object with managedFields after an ordinary write (create, update, patch): the writer owns what it changed. */
  updated(old: StoredObject | undefined, object: StoredObject, write: FieldsWrite): StoredObject {
    const given = object.metadata.managedFields;
    const managers = this.#managersOf(old, write.subresource === undefined ? given : undefined);
    // What an object has that nobody is on record for is recorded when somebody applies it, not before (skipnonapplied.go).
    if (old && managers.size === 0) return withEntries(object, managers, undefined);
    const before = old ? bare(old) : { apiVersion: object.apiVersion, kind: object.kind };
    const changes = changesBetween(before, bare(object), write.resource);
    const { touched, removed } = changes.own;
    const me = this.#identity(write, 'Update', object.apiVersion);
    const key = managerKey(me);
    const next = new Map<string, Manager>();
    for (const [other, manager] of managers) {
      const seen = changes.seenBy(manager);
      if (other !== key && seen)
        keep(next, other, manager, manager.set.difference(seen.touched).difference(seen.removed));
    }
    const mine = managers.get(key);
    const set = (mine?.set ?? FieldSet.EMPTY).difference(removed).union(touched).difference(UNOWNED);
    if (mine && mine.set.equals(set)) next.set(key, mine);
    else if (!set.isEmpty) next.set(key, { ...me, set });
    return withEntries(object, next, given ?? old?.metadata.managedFields);
  }

  /**
   * Applies a configuration. Throws 409 for fields of others unless forced. `changed` is false when neither the object nor
   * an owner changes; the object is then the old one.
   */
  applied(
    old: StoredObject | undefined,
    configuration: StoredObject,
    write: FieldsWrite,
    force: boolean,
  ): { object: StoredObject; changed: boolean } {
    const { resource } = write;
    const type = fieldTypeOf(resource);
    const applied = this.#appliedPart(configuration, write);
    const me = this.#identity(write, 'Apply', configuration.apiVersion);
    const key = managerKey(me);
    const set = this.#fieldsOfConfiguration(configuration, applied, resource);
    if (!old) {
      const next = new Map(set.isEmpty ? [] : [[key, { ...me, set }]]);
      return { object: withEntries(applied, next, undefined), changed: true };
    }
    const live = bare(old);
    const managers = this.#managersOf(old, undefined);
    const last = managers.get(key);
    const merged = mergeFields(live, applied, type) as StoredObject;
    if (managers.size === 0) {
      // Who says nothing about an object that nobody owns leaves it as it is.
      if (merged === live && set.isEmpty) return { object: old, changed: false };
      this.#ownEverything(managers, live, write, type);
    }
    // Who comes to own what is there already has written nothing, and so at no time.
    const mine = merged === live ? { ...me, time: last?.time } : me;
    const isAsBefore = last?.set.equals(set) === true && (merged === live || last.time !== undefined);
    managers.set(key, last && isAsBefore ? last : { ...mine, set });
    if (merged === live && managers.get(key) === last) return { object: old, changed: false };
    const dropped =
      last && managers.get(key) !== last
        ? droppedFields(merged, managers, last.set, fieldsOf(applied, type), type)
        : FieldSet.EMPTY;
    const compared = removeFields(merged, dropped, type, null);
    const isKubectl = write.manager === KUBECTL;
    const next = this.#takenOver(live, compared, managers, key, {
      force,
      resource,
      allowed: () => (isKubectl ? lastAppliedFields(live, type) : FieldSet.EMPTY),
    });
    const result = removeFields(merged, dropped, type) as StoredObject;
    const object = isKubectl ? withLastApplied(result, configuration) : result;
    return { object: withEntries(object, next, undefined), changed: true };
  }

  #takenOver(
    live: StoredObject,
    merged: unknown,
    managers: Managers,
    key: string,
    request: { force: boolean; resource: ResourceInfo; allowed: () => FieldSet },
  ): Map<string, Manager> {
    const changes = changesBetween(live, merged as StoredObject, request.resource);
    const conflicts: { manager: Manager; fields: FieldSet }[] = [];
    const next = new Map<string, Manager>();
    for (const [other, manager] of managers) {
      if (other === key) {
        keep(next, other, manager, manager.set);
        continue;
      }
      const seen = changes.seenBy(manager);
      if (!seen) continue;
      const fields = manager.set.intersection(seen.touched);
      if (!fields.isEmpty) conflicts.push({ manager, fields });
      keep(next, other, manager, manager.set.difference(fields).difference(seen.removed));
    }
    if (conflicts.length === 0 || request.force) return next;
    const allowed = request.allowed();
    const left = conflicts.flatMap(({ manager, fields }) => {
      const rest = fields.difference(allowed);
      return rest.isEmpty ? [] : [{ manager, fields: rest }];
    });
    if (left.length > 0) throw applyConflict(left);
    return next;
  }

  /** What of a configuration counts at this endpoint. */
  #appliedPart(configuration: StoredObject, { resource, subresource }: FieldsWrite): StoredObject {
    if (subresource === undefined) return hasStatus(resource) ? withoutStatus(configuration) : configuration;
    if (subresource !== 'status') return configuration;
    const { apiVersion, kind, metadata } = configuration;
    const { status } = configuration as { status?: unknown };
    return {
      apiVersion,
      kind,
      metadata: metadataOfStatus(metadata, resource),
      ...(status !== undefined && { status }),
    };
  }

  #fieldsOfConfiguration(
    configuration: StoredObject,
    applied: StoredObject,
    resource: ResourceInfo,
  ): FieldSet {
    const known = applied === configuration ? this.#configurations.get(configuration) : undefined;
    if (known) return known;
    const type = fieldTypeOf(resource);
    const problem = listProblem(applied, type);
    if (problem !== undefined) throw untypedPatch(resource, applied, problem);
    const set = fieldsOf(applied, type).difference(UNOWNED);
    if (applied === configuration) this.#configurations.set(configuration, set);
    return set;
  }

  #ownEverything(
    managers: Map<string, Manager>,
    live: StoredObject,
    write: FieldsWrite,
    type: FieldType,
  ): void {
    // Status is not written here, so nobody owns it by what was written before.
    const own = hasStatus(write.resource) ? withoutStatus(live) : live;
    const all = compareFields({ apiVersion: live.apiVersion, kind: live.kind }, own, type).added.difference(
      UNOWNED,
    );
    if (all.isEmpty) return;
    const manager: Manager = {
      ...this.#identity(write, 'Update', live.apiVersion),
      manager: BEFORE_FIRST_APPLY,
      subresource: '',
      set: all,
    };
    managers.set(managerKey(manager), manager);
  }

  /** The owners an update starts from: those the client sends back when they can be read, else the stored ones. */
  #managersOf(
    old: StoredObject | undefined,
    given: readonly ManagedFieldsEntry[] | undefined,
  ): Map<string, Manager> {
    // One empty entry asks for a fresh start.
    if (given?.length === 1 && given[0] && Object.keys(given[0]).length === 0) return new Map();
    const fromClient = given && given.length > 0 ? parseManagers(given) : undefined;
    return fromClient ?? parseManagers(old?.metadata.managedFields) ?? new Map<string, Manager>();
  }

  #identity(write: FieldsWrite, operation: 'Apply' | 'Update', apiVersion: string): Manager {
    return {
      manager: write.manager,
      operation,
      apiVersion,
      subresource: write.subresource ?? '',
      time: write.time,
      set: FieldSet.EMPTY,
      entry: undefined,
    };
  }
}

/** Keeps an owner with what is left to it; one that owns nothing any more is forgotten. */
function keep(next: Map<string, Manager>, key: string, manager: Manager, set: FieldSet): void {
  if (set.isEmpty) return;
  next.set(
    key,
    set === manager.set || set.equals(manager.set) ? manager : { ...manager, set, entry: undefined },
  );
}

/**
 * What the applier owned and no longer names, as far as nobody else owns it. What hangs below a removed item goes
 * with it; what the applier never owned stays (merge/update.go: prune).
 */
function droppedFields(
  merged: StoredObject,
  managers: Managers,
  last: FieldSet,
  named: FieldSet,
  type: FieldType,
): FieldSet {
  const before = withParents(last, type);
  // What the configuration names it keeps, even what nobody can own, such as the name of the object.
  let owned = named;
  for (const { set } of managers.values()) owned = owned.union(set);
  if (before.difference(withParents(owned, type)).isEmpty) return FieldSet.EMPTY;
  const all = withParents(fieldsOf(merged, type), type);
  const setOf = (value: unknown): FieldSet => withParents(fieldsOf(value, type), type);
  const first = setOf(removeFields(merged, before, type, null));
  const second = setOf(
    removeFields(merged, all.difference(first.union(withParents(owned, type))), type, null),
  );
  return all.difference(second).intersection(before);
}

/** The object without managedFields: what is compared and merged. */
const withoutEntries = new WeakMap<StoredObject, StoredObject>();

function bare(object: StoredObject): StoredObject {
  if (object.metadata.managedFields === undefined) return object;
  let plain = withoutEntries.get(object);
  if (!plain) {
    const { managedFields: _, ...metadata } = object.metadata;
    plain = { ...object, metadata };
    withoutEntries.set(object, plain);
  }
  return plain;
}

function withEntries(
  object: StoredObject,
  managers: Managers,
  before: readonly ManagedFieldsEntry[] | undefined,
): StoredObject {
  const { managedFields: _, ...metadata } = object.metadata;
  const entries = formatManagers(managers);
  if (entries.length === 0) return { ...object, metadata };
  const same = before?.length === entries.length && before.every((entry, index) => entry === entries[index]);
  return {
    ...object,
    metadata: { ...metadata, managedFields: same ? (before as ManagedFieldsEntry[]) : entries },
  };
}
