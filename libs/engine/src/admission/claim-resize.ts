import { forbidden } from '../api/api-error.js';
import { compareQuantities } from '../registry/quantity.js';
import type { PersistentVolumeClaim, StorageClass } from '../types/index.js';
import type { AdmissionPlugin } from './plugin.js';

const requested = ({ spec }: PersistentVolumeClaim): string => spec?.resources?.requests?.['storage'] ?? '0';

/** A claim may grow only where its storage class says that volumes can. */
export const claimResize: AdmissionPlugin = {
  name: 'PersistentVolumeClaimResize',
  validate({ operation, resource, subresource, object, old }, { store }) {
    if (operation !== 'UPDATE' || subresource !== undefined || !old) return;
    if (resource.group !== '' || resource.resource !== 'persistentvolumeclaims') return;
    const claim = object as PersistentVolumeClaim;
    if (compareQuantities(requested(claim), requested(old as PersistentVolumeClaim)) <= 0) return;
    const name = claim.metadata.name ?? '';
    if (claim.status?.phase !== 'Bound')
      throw forbidden(resource, name, 'Only bound persistent volume claims can be expanded');
    const storage = store.get('storage.k8s.io/storageclasses', `/${claim.spec?.storageClassName ?? ''}`) as
      StorageClass | undefined;
    if (!storage?.allowVolumeExpansion)
      throw forbidden(
        resource,
        name,
        'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize',
      );
  },
};
