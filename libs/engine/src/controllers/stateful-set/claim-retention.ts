import type { OwnerReference } from '@lotse/manifests';
import { PersistentVolumeClaims } from '../../clients/resource-type.js';
import type { Client } from '../../clients/client.js';
import type { PersistentVolumeClaim, Pod, StatefulSet } from '../../types/index.js';
import { controllerReference } from '../shared/ownership.js';
import { claimsFor, ordinalOf } from './identity.js';

/**
 * Who a claim of a set's pod is to go with, as `persistentVolumeClaimRetentionPolicy` says: with the set, with the pod
 * that a scale-down takes away, or with nobody (stateful_set_utils.go: updateClaimOwnerRefForSetAndPod). Undefined where
 * nothing changes. References to others stay.
 */
export function retainedOwners(
  claim: PersistentVolumeClaim,
  set: StatefulSet,
  pod: Pod,
): OwnerReference[] | undefined {
  const { whenDeleted = 'Retain', whenScaled = 'Retain' } =
    set.spec?.persistentVolumeClaimRetentionPolicy ?? {};
  const start = set.spec?.ordinals?.start ?? 0;
  const ordinal = ordinalOf(set, pod) ?? -1;
  const isCondemned = ordinal < start || ordinal >= start + (set.spec?.replicas ?? 1);
  const owner = whenScaled === 'Delete' && isCondemned ? pod : whenDeleted === 'Delete' ? set : undefined;
  const before = claim.metadata.ownerReferences ?? [];
  const mine = new Set([set.metadata.uid, pod.metadata.uid]);
  const others = before.filter(({ uid }) => !mine.has(uid));
  // What another controller has taken is not ours to give away.
  if (others.some(({ controller }) => controller)) return undefined;
  const same = before.filter(({ uid }) => mine.has(uid));
  if (same.length === (owner ? 1 : 0) && same[0]?.uid === owner?.metadata.uid) return undefined;
  return owner ? [...others, controllerReference(owner)] : others;
}

/** Brings the claims of a pod in line with the set's retention policy. */
export function retainClaims(client: Client, set: StatefulSet, pod: Pod): void {
  const claims = client.lister(PersistentVolumeClaims);
  for (const { metadata } of claimsFor(set, pod.metadata.name ?? '')) {
    const claim = claims.get(set.metadata.namespace, metadata.name ?? '');
    const owners = claim && retainedOwners(claim, set, pod);
    if (!claim || !owners) continue;
    const { ownerReferences: _, ...rest } = claim.metadata;
    client.update(PersistentVolumeClaims, {
      ...claim,
      metadata: { ...rest, ...(owners.length > 0 && { ownerReferences: owners }) },
    });
  }
}
