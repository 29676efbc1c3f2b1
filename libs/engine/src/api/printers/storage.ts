import type {
  CSIDriver,
  CSINode,
  PersistentVolume,
  PersistentVolumeClaim,
  StorageClass,
  VolumeAttachment,
  VolumeAttributesClass,
} from '../../types/index.js';
import { age } from './age.js';
import { formatAccessModes, UNSET } from './format.js';
import { columns, printer } from './printer.js';

const DEFAULT_CLASS = [
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
];

export const persistentVolumePrinter = printer<PersistentVolume>({
  columns: columns(
    'Name',
    'Capacity',
    'Access Modes',
    'Reclaim Policy',
    'Status',
    'Claim',
    'StorageClass',
    'VolumeAttributesClass',
    'Reason',
    'Age',
    'VolumeMode+',
  ),
  cells: ({ metadata, spec, status }, { nowMs }) => [
    metadata.name ?? '',
    spec?.capacity?.['storage'] ?? '0',
    formatAccessModes(spec?.accessModes),
    spec?.persistentVolumeReclaimPolicy ?? '',
    metadata.deletionTimestamp ? 'Terminating' : (status?.phase ?? ''),
    spec?.claimRef ? `${spec.claimRef.namespace ?? ''}/${spec.claimRef.name ?? ''}` : '',
    spec?.storageClassName ?? '',
    spec?.volumeAttributesClassName ?? UNSET,
    status?.reason ?? '',
    age(metadata.creationTimestamp, nowMs),
    spec?.volumeMode ?? UNSET,
  ],
});

export const persistentVolumeClaimPrinter = printer<PersistentVolumeClaim>({
  columns: columns(
    'Name',
    'Status',
    'Volume',
    'Capacity',
    'Access Modes',
    'StorageClass',
    'VolumeAttributesClass',
    'Age',
    'VolumeMode+',
  ),
  cells({ metadata, spec, status }, { nowMs }) {
    const bound = Boolean(spec?.volumeName);
    return [
      metadata.name ?? '',
      metadata.deletionTimestamp ? 'Terminating' : (status?.phase ?? ''),
      spec?.volumeName ?? '',
      bound ? (status?.capacity?.['storage'] ?? '0') : '',
      bound ? formatAccessModes(status?.accessModes) : '',
      spec?.storageClassName ?? '',
      spec?.volumeAttributesClassName ?? UNSET,
      age(metadata.creationTimestamp, nowMs),
      spec?.volumeMode ?? UNSET,
    ];
  },
});

export const storageClassPrinter = printer<StorageClass>({
  columns: columns(
    'Name',
    'Provisioner',
    'ReclaimPolicy',
    'VolumeBindingMode',
    'AllowVolumeExpansion',
    'Age',
  ),
  cells({ metadata, provisioner, reclaimPolicy, volumeBindingMode, allowVolumeExpansion }, { nowMs }) {
    const isDefault = DEFAULT_CLASS.some((name) => metadata.annotations?.[name] === 'true');
    return [
      `${metadata.name ?? ''}${isDefault ? ' (default)' : ''}`,
      provisioner ?? '',
      reclaimPolicy ?? 'Delete',
      volumeBindingMode ?? 'Immediate',
      allowVolumeExpansion ?? false,
      age(metadata.creationTimestamp, nowMs),
    ];
  },
});

export const volumeAttributesClassPrinter = printer<VolumeAttributesClass>({
  columns: columns('Name', 'DriverName', 'Age'),
  cells: ({ metadata, driverName }, { nowMs }) => [
    metadata.name ?? '',
    driverName ?? '',
    age(metadata.creationTimestamp, nowMs),
  ],
});

export const volumeAttachmentPrinter = printer<VolumeAttachment>({
  columns: columns('Name', 'Attacher', 'PV', 'Node', 'Attached', 'Age'),
  cells: ({ metadata, spec, status }, { nowMs }) => [
    metadata.name ?? '',
    spec?.attacher ?? '',
    spec?.source?.persistentVolumeName ?? '',
    spec?.nodeName ?? '',
    status?.attached ?? false,
    age(metadata.creationTimestamp, nowMs),
  ],
});

export const csiNodePrinter = printer<CSINode>({
  columns: columns('Name', '#Drivers', 'Age'),
  cells: ({ metadata, spec }, { nowMs }) => [
    metadata.name ?? '',
    spec?.drivers?.length ?? 0,
    age(metadata.creationTimestamp, nowMs),
  ],
});

export const csiDriverPrinter = printer<CSIDriver>({
  columns: columns(
    'Name',
    'AttachRequired',
    'PodInfoOnMount',
    'StorageCapacity',
    'TokenRequests',
    'RequiresRepublish',
    'Modes',
    'Age',
  ),
  cells: ({ metadata, spec }, { nowMs }) => [
    metadata.name ?? '',
    spec?.attachRequired ?? true,
    spec?.podInfoOnMount ?? false,
    spec?.storageCapacity ?? false,
    (spec?.tokenRequests ?? []).map(({ audience }) => audience || '<unset>').join(',') || UNSET,
    spec?.requiresRepublish ?? false,
    (spec?.volumeLifecycleModes ?? []).join(',') || '<none>',
    age(metadata.creationTimestamp, nowMs),
  ],
});
