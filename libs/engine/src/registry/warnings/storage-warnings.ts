import type {
  CSIDriver,
  CSIStorageCapacity,
  PersistentVolume,
  PersistentVolumeClaim,
  PersistentVolumeClaimSpec,
  PersistentVolumeSpec,
  StorageClass,
} from '../../types/index.js';
import { jsonEqual } from '../json-equal.js';
import { canonicalQuantity, parseQuantity } from '../quantity.js';
import { oldLabelText, selectorTermWarnings } from './old-node-labels.js';

const NANO = 1_000_000_000n;
const CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class';
const OLD_CLASS = 'deprecated since v1.8; use "storageClassName" attribute instead';
const OLD_ANNOTATIONS: readonly (readonly [string, string])[] = [
  [CLASS_ANNOTATION, OLD_CLASS],
  ['volume.beta.kubernetes.io/mount-options', 'deprecated since v1.31; use "mountOptions" attribute instead'],
];
const OLD_SOURCES: readonly (readonly [keyof PersistentVolumeSpec, string, string])[] = [
  ['cephfs', 'cephfs', 'deprecated in v1.28, non-functional in v1.31+'],
  ['photonPersistentDisk', 'photonPersistentDisk', 'deprecated in v1.11, non-functional in v1.16+'],
  ['scaleIO', 'scaleIO', 'deprecated in v1.16, non-functional in v1.22+'],
  ['storageos', 'storageOS', 'deprecated in v1.22, non-functional in v1.25+'],
  ['glusterfs', 'glusterfs', 'deprecated in v1.25, non-functional in v1.26+'],
  ['rbd', 'rbd', 'deprecated in v1.28, non-functional in v1.31+'],
];

/** What is told about a volume (pkg/api/persistentvolume). */
export function volumeObjectWarnings({ metadata, spec = {} }: PersistentVolume): string[] {
  const { annotations = {} } = metadata;
  return [
    ...OLD_ANNOTATIONS.flatMap(([key, text]) =>
      key in annotations ? [`metadata.annotations[${key}]: ${text}`] : [],
    ),
    ...(spec.persistentVolumeReclaimPolicy === 'Recycle'
      ? [
          'spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.',
        ]
      : []),
    ...(spec.nodeAffinity?.required?.nodeSelectorTerms ?? []).flatMap((term, index) =>
      selectorTermWarnings(term, `spec.nodeAffinity.required.nodeSelectorTerms[${index}]`, false),
    ),
    ...OLD_SOURCES.flatMap(([key, shown, text]) => (spec[key] ? [`spec.${shown}: ${text}`] : [])),
  ];
}

/** What is told about a claim (pkg/api/persistentvolumeclaim). */
export function claimWarnings({ metadata, spec = {} }: PersistentVolumeClaim): string[] {
  const old = CLASS_ANNOTATION in (metadata.annotations ?? {});
  return [
    ...(old ? [`metadata.annotations[${CLASS_ANNOTATION}]: ${OLD_CLASS}`] : []),
    ...claimSpecWarnings(spec, 'spec'),
  ];
}

/** What is told about what a claim asks for: there is no part of a byte. */
export function claimSpecWarnings({ resources }: PersistentVolumeClaimSpec, field: string): string[] {
  return (['requests', 'limits'] as const).flatMap((part) => {
    const amount = resources?.[part]?.['storage'];
    const isWhole = amount === undefined || (parseQuantity(amount)?.nano ?? 0n) % NANO === 0n;
    return isWhole
      ? []
      : [
          `${field}.resources.${part}[storage]: fractional byte value ${JSON.stringify(canonicalQuantity(amount))} is invalid, must be an integer`,
        ];
  });
}

/** What is told about a storage class: topologies by labels that have other names now. */
export function storageClassWarnings({ allowedTopologies = [] }: StorageClass): string[] {
  return allowedTopologies.flatMap(({ matchLabelExpressions = [] }, index) =>
    matchLabelExpressions.flatMap(({ key }, place) => {
      const text = oldLabelText(key);
      return text ? [`allowedTopologies[${index}].matchLabelExpressions[${place}].key: ${text}`] : [];
    }),
  );
}

/** What is told about a capacity, in the same way. */
export function capacityWarnings({ nodeTopology }: CSIStorageCapacity): string[] {
  return [
    ...(nodeTopology?.matchExpressions ?? []).flatMap(({ key }, index) => {
      const text = oldLabelText(key);
      return text ? [`nodeTopology.matchExpressions[${index}].key: ${key} is ${text}`] : [];
    }),
    ...Object.keys(nodeTopology?.matchLabels ?? {}).flatMap((key) => {
      const text = oldLabelText(key);
      return text ? [`nodeTopology.matchLabels.${key}: ${text}`] : [];
    }),
  ];
}

/** What is told about a driver that gets tokens where they may be logged. */
export function driverWarnings({ spec }: Partial<CSIDriver>, old?: Partial<CSIDriver>): string[] {
  const requests = spec?.tokenRequests ?? [];
  const isAsked = requests.length > 0 && spec?.serviceAccountTokenInSecrets === undefined;
  return isAsked && !(old && jsonEqual(old.spec?.tokenRequests ?? [], requests))
    ? [
        'spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to prevent possible logging of tokens in volume attributes',
      ]
    : [];
}
