import type { StoredObject } from '../store/stored-object.js';
import type { AdmissionPlugin } from './plugin.js';

const FINALIZERS: Readonly<Record<string, string>> = {
  persistentvolumeclaims: 'kubernetes.io/pvc-protection',
  persistentvolumes: 'kubernetes.io/pv-protection',
};

/** Claims and volumes stay while somebody uses them: a controller takes the finalizer away when nobody does. */
export const storageObjectInUseProtection: AdmissionPlugin = {
  name: 'StorageObjectInUseProtection',
  admit({ operation, resource, subresource, object }): StoredObject {
    const finalizer =
      resource.group === '' && subresource === undefined ? FINALIZERS[resource.resource] : undefined;
    const finalizers = object.metadata.finalizers ?? [];
    if (operation !== 'CREATE' || finalizer === undefined || finalizers.includes(finalizer)) return object;
    return { ...object, metadata: { ...object.metadata, finalizers: [...finalizers, finalizer] } };
  },
};
