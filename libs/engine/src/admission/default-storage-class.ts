import type { PersistentVolumeClaim, StorageClass } from '../types/index.js';
import type { AdmissionPlugin } from './plugin.js';

const IS_DEFAULT = 'storageclass.kubernetes.io/is-default-class';
const OLD_CLASS = 'volume.beta.kubernetes.io/storage-class';

/** A claim that names no class gets the default one: the newest where there are several. */
export const defaultStorageClass: AdmissionPlugin = {
  name: 'DefaultStorageClass',
  admit({ operation, resource, object }, { store }) {
    if (operation !== 'CREATE' || resource.group !== '' || resource.resource !== 'persistentvolumeclaims')
      return object;
    const claim = object as PersistentVolumeClaim;
    if (
      !claim.spec ||
      claim.spec.storageClassName !== undefined ||
      claim.metadata.annotations?.[OLD_CLASS] !== undefined
    )
      return object;
    let newest: StorageClass | undefined;
    for (const found of store.table('storage.k8s.io/storageclasses').objects.values()) {
      const one = found as StorageClass;
      if (one.metadata.annotations?.[IS_DEFAULT] !== 'true') continue;
      if (!newest || age(one) > age(newest)) newest = one;
    }
    const { name } = newest?.metadata ?? {};
    return name === undefined
      ? object
      : ({ ...claim, spec: { ...claim.spec, storageClassName: name } } as typeof object);
  },
};

const age = ({ metadata }: StorageClass): string =>
  `${metadata.creationTimestamp ?? ''}/${metadata.name ?? ''}`;
