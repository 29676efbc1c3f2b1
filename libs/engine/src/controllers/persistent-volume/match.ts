import { matchesSelector } from '../../selectors/label-selector.js';
import { quantityValue } from '../../quantity.js';
import type { PersistentVolume, PersistentVolumeClaim } from '../../types/index.js';

/** The class a claim or volume names; the older annotation counts too. */
export function classOf(object: PersistentVolume | PersistentVolumeClaim): string {
  return (
    object.metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] ??
    object.spec?.storageClassName ??
    ''
  );
}

/** Whether a volume was made for exactly this claim. */
export function isReservedFor(volume: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  const reference = volume.spec?.claimRef;
  return (
    reference?.name === claim.metadata.name &&
    reference?.namespace === claim.metadata.namespace &&
    (reference?.uid === undefined || reference.uid === '' || reference.uid === claim.metadata.uid)
  );
}

/**
 * The volume a claim gets: one reserved for it, else the smallest free one that is large enough and agrees in class,
 * access modes, volume mode and labels (persistentvolume/index.go). Volumes on their way out are left alone.
 */
export function findVolume(
  claim: PersistentVolumeClaim,
  volumes: Iterable<PersistentVolume>,
): PersistentVolume | undefined {
  const requested = claim.spec?.resources?.requests?.['storage'] ?? '0';
  let best: PersistentVolume | undefined;
  for (const volume of volumes) {
    if (volume.metadata.deletionTimestamp) continue;
    if (isReservedFor(volume, claim)) return volume;
    if (volume.spec?.claimRef || (volume.status?.phase !== undefined && volume.status.phase !== 'Available'))
      continue;
    if (!fits(claim, volume, requested)) continue;
    if (!best || quantityValue(capacity(volume)) < quantityValue(capacity(best))) best = volume;
  }
  return best;
}

const capacity = (volume: PersistentVolume): string => volume.spec?.capacity?.['storage'] ?? '0';

function fits(claim: PersistentVolumeClaim, volume: PersistentVolume, requested: string): boolean {
  const modes = claim.spec?.accessModes ?? [];
  return (
    quantityValue(capacity(volume)) >= quantityValue(requested) &&
    classOf(volume) === classOf(claim) &&
    (volume.spec?.volumeMode ?? 'Filesystem') === (claim.spec?.volumeMode ?? 'Filesystem') &&
    modes.every((mode) => volume.spec?.accessModes?.includes(mode)) &&
    (claim.spec?.selector === undefined || matchesSelector(claim.spec.selector, volume.metadata.labels))
  );
}
