import type { OwnerReference } from '@lotse/manifests';
import type { Client, Lister } from '../../clients/client.js';
import type { ResourceType } from '../../clients/resource-type.js';
import { pairKeys, telltalePair } from '../../clients/selector-index.js';
import { matchesSelector } from '../../selectors/label-selector.js';
import type { StoredObject } from '../../store/stored-object.js';
import type { LabelSelector } from '../../types/index.js';

/** The reference to the controller that manages an object, if any. */
export function controllerOf(object: StoredObject): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find((reference) => reference.controller);
}

/** A reference that makes `owner` the controller of what carries it. */
export function controllerReference(owner: StoredObject): OwnerReference {
  return {
    apiVersion: owner.apiVersion,
    kind: owner.kind,
    name: owner.metadata.name ?? '',
    uid: owner.metadata.uid ?? '',
    controller: true,
    blockOwnerDeletion: true,
  };
}

const BY_CONTROLLER = 'controllerUid';
const ORPHANS = 'orphans';

/** Files objects by the controller they belong to, and those without one by namespace and by each of their labels. */
export function indexByController<T extends StoredObject>(lister: Lister<T>): void {
  lister.index(BY_CONTROLLER, (object) => {
    const controller = controllerOf(object);
    return controller ? [controller.uid] : [];
  });
  lister.index(ORPHANS, (object) => {
    const { namespace, labels } = object.metadata;
    return controllerOf(object) ? [] : [`${namespace ?? ''}/`, ...pairKeys(namespace, labels)];
  });
}

/** Objects whose controller is `owner`. */
export function controlledBy<T extends StoredObject>(lister: Lister<T>, owner: StoredObject): readonly T[] {
  return lister.by(BY_CONTROLLER, owner.metadata.uid ?? '');
}

/**
 * The objects an owner controls, after adopting orphans that its selector matches and releasing objects that it does not
 * match any more (controller_ref_manager.go). An owner on its way out adopts nothing.
 */
export function claim<T extends StoredObject>(
  client: Client,
  type: ResourceType<T>,
  owner: StoredObject,
  selector: LabelSelector | undefined,
): T[] {
  const matches = (labels: Record<string, string> | undefined): boolean => matchesSelector(selector, labels);
  const lister = client.lister(type);
  const claimed: T[] = [];
  for (const object of controlledBy(lister, owner)) {
    if (matches(object.metadata.labels)) claimed.push(object);
    else if (!owner.metadata.deletionTimestamp) release(client, type, owner, object);
  }
  if (owner.metadata.deletionTimestamp) return claimed;
  const orphans = `${owner.metadata.namespace ?? ''}/${telltalePair(selector) ?? ''}`;
  for (const object of selector ? lister.by(ORPHANS, orphans) : []) {
    if (object.metadata.deletionTimestamp || !matches(object.metadata.labels)) continue;
    const ownerReferences = [...(object.metadata.ownerReferences ?? []), controllerReference(owner)];
    claimed.push(client.update(type, { ...object, metadata: { ...object.metadata, ownerReferences } }));
  }
  return claimed;
}

function release<T extends StoredObject>(
  client: Client,
  type: ResourceType<T>,
  owner: StoredObject,
  object: T,
): void {
  const { ownerReferences, ...metadata } = object.metadata;
  const left = (ownerReferences ?? []).filter(({ uid }) => uid !== owner.metadata.uid);
  client.update(type, {
    ...object,
    metadata: { ...metadata, ...(left.length > 0 && { ownerReferences: left }) },
  });
}
