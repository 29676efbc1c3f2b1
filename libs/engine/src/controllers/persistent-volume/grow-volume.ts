import { PersistentVolumeClaims, PersistentVolumes } from '../../clients/resource-type.js';
import { compareQuantities } from '../../registry/quantity.js';
import type { PersistentVolume, PersistentVolumeClaim } from '../../types/index.js';
import type { ControllerContext } from '../controller.js';

/**
 * Gives a bound claim the size it asks for: first the volume grows, then the claim says so. Only for volumes the engine
 * makes itself; whether the class allows it was asked when the claim was written (admission/claim-resize.ts).
 */
export function growVolume(
  { client, events }: ControllerContext,
  claim: PersistentVolumeClaim,
  volume: PersistentVolume,
): void {
  const wanted = claim.spec?.resources?.requests?.['storage'];
  const has = claim.status?.capacity?.['storage'];
  if (claim.status?.phase !== 'Bound' || wanted === undefined || has === undefined) return;
  if (compareQuantities(wanted, has) <= 0) return;
  if (compareQuantities(wanted, volume.spec?.capacity?.['storage'] ?? '0') > 0)
    client.update(PersistentVolumes, {
      ...volume,
      spec: { ...volume.spec, capacity: { ...volume.spec?.capacity, storage: wanted } },
    });
  client.updateStatus(PersistentVolumeClaims, {
    ...claim,
    status: { ...claim.status, capacity: { ...claim.status.capacity, storage: wanted } },
  });
  events.event(
    claim,
    'Normal',
    'VolumeResizeSuccessful',
    `Resize volume succeeded: ${volume.metadata.name} has ${wanted}`,
  );
}
