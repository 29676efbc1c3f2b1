import type { FieldError } from '../../api/api-error.js';
import type {
  PersistentVolume,
  PersistentVolumeSpec,
  PersistentVolumeStatus,
  Volume,
} from '../../types/index.js';
import {
  forbiddenField,
  IMMUTABLE,
  invalidEach,
  invalidValue,
  notSupported,
  required,
} from '../field-errors.js';
import { defaultSource } from '../defaults/volume-sources.js';
import { fill, fillUnset, within } from '../fill.js';
import { formatTime, parseTime } from '../../time.js';
import { jsonEqual } from '../json-equal.js';
import { dnsLabelProblems, dnsSubdomainProblems } from '../names.js';
import { withToldStatus } from '../object-parts.js';
import type { Strategy } from '../resource.js';
import { validateNodeSelector } from '../validation/affinity.js';
import { validateAccessModes, validateStorage, VOLUME_MODES } from '../validation/claim-spec.js';
import { noBacksteps, noneOrOneOf } from '../validation/paths.js';
import type { Sent } from '../validation/sent.js';
import { extraSource, SOURCE_CHECKS, validateDriverName } from '../validation/volume-sources.js';

/** Where the bytes may be, in the order several of them are looked at. */
const SOURCES = [
  'hostPath gcePersistentDisk awsElasticBlockStore glusterfs flocker nfs rbd quobyte cephfs iscsi cinder fc',
  'flexVolume azureFile vsphereVolume photonPersistentDisk portworxVolume azureDisk scaleIO local storageos csi',
].flatMap((line) => line.split(' ') as (keyof PersistentVolumeSpec)[]);
const RECLAIM_POLICIES = ['Delete', 'Recycle', 'Retain'];
const SECRETS = [
  'controllerPublishSecretRef',
  'controllerExpandSecretRef',
  'nodePublishSecretRef',
  'nodeExpandSecretRef',
] as const;

/** v1 PersistentVolume. */
export const persistentVolumeStrategy: Strategy<PersistentVolume> = {
  generation: false,
  defaults: (volume) =>
    within(volume, 'spec', (spec) =>
      defaultSource(
        fillUnset(fill(spec, { persistentVolumeReclaimPolicy: 'Retain' }), { volumeMode: 'Filesystem' }),
      ),
    ),
  prepareForCreate: (volume, { nowMs }) => ({
    ...volume,
    status: { phase: 'Pending', lastPhaseTransitionTime: formatTime(nowMs) },
  }),
  validate: ({ spec }) => validateSpec(spec ?? {}),
  validateUpdate({ spec = {} }, { spec: old = {} }) {
    if (spec === old) return [];
    // Kubernetes looks at the whole a second time when it looks at what has changed.
    const errors = validateSpec(spec);
    if (!jsonEqual(sourceOf(spec, old), sourceOf(old, old)))
      errors.push(
        forbiddenField(
          'spec.persistentvolumesource',
          'spec.persistentvolumesource is immutable after creation',
        ),
      );
    if (spec.volumeMode !== old.volumeMode)
      errors.push(invalidValue('volumeMode', spec.volumeMode, IMMUTABLE));
    if (old.nodeAffinity && !jsonEqual(knownLabels(spec.nodeAffinity), knownLabels(old.nodeAffinity)))
      errors.push(
        invalidValue(
          'nodeAffinity',
          spec.nodeAffinity,
          `${IMMUTABLE}, except for updating from beta label to GA`,
        ),
      );
    if (old.volumeAttributesClassName !== undefined && spec.volumeAttributesClassName === undefined)
      errors.push(
        forbiddenField('spec.volumeAttributesClassName', 'update from non-nil value to nil is forbidden'),
      );
    return errors;
  },
  writes: {
    status: {
      merge: (given, old, { nowMs }) =>
        withToldStatus(given, old, withPhase(given.status, old.status, nowMs)),
    },
  },
};

/** Labels of nodes that once had other names. */
const RENAMED: Readonly<Record<string, string>> = {
  'beta.kubernetes.io/arch': 'kubernetes.io/arch',
  'beta.kubernetes.io/os': 'kubernetes.io/os',
  'failure-domain.beta.kubernetes.io/region': 'topology.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone': 'topology.kubernetes.io/zone',
  'beta.kubernetes.io/instance-type': 'node.kubernetes.io/instance-type',
};

/** Where a volume can be reached from, in the names labels have now. */
function knownLabels(affinity: PersistentVolumeSpec['nodeAffinity']): unknown {
  return affinity?.required?.nodeSelectorTerms?.map((term) => ({
    ...term,
    matchExpressions: term.matchExpressions?.map((one) => ({ ...one, key: RENAMED[one.key] ?? one.key })),
  }));
}

/** The phase, and since when it is that: whoever tells a new one need not tell the time (persistentvolume/strategy.go). */
function withPhase(
  status: PersistentVolumeStatus | undefined,
  old: PersistentVolumeStatus | undefined,
  nowMs: number,
): PersistentVolumeStatus {
  const phase = status?.phase || 'Pending';
  const [since, before] = [status?.lastPhaseTransitionTime, old?.lastPhaseTransitionTime];
  const isNew = phase !== old?.phase && (!since || parseTime(since) === parseTime(before));
  const time = isNew ? formatTime(nowMs) : since || (phase === old?.phase ? before : undefined);
  return { ...status, phase, ...(time && { lastPhaseTransitionTime: time }) };
}

/** The part of a spec that says where the bytes are; the secret for growing may be given later. */
function sourceOf(spec: PersistentVolumeSpec, old: PersistentVolumeSpec): unknown {
  const source = Object.fromEntries(SOURCES.map((kind) => [kind, spec[kind] as unknown]));
  if (spec.csi && old.csi?.controllerExpandSecretRef === undefined) {
    const { controllerExpandSecretRef: _, ...csi } = spec.csi;
    source['csi'] = csi;
  }
  return source;
}

function validateSpec(spec: PersistentVolumeSpec): FieldError[] {
  const { accessModes = [], capacity, persistentVolumeReclaimPolicy: reclaim, nodeAffinity } = spec;
  const errors: FieldError[] = accessModes.length === 0 ? [required('spec.accessModes')] : [];
  errors.push(...validateAccessModes(accessModes, 'spec.accessModes'));
  const amounts = Object.entries(capacity ?? {});
  if (amounts.length === 0) errors.push(required('spec.capacity'));
  if (capacity?.['storage'] === undefined || amounts.length > 1)
    errors.push(notSupported('spec.capacity', capacity, ['storage']));
  for (const [name, amount] of amounts) errors.push(...validateStorage(amount, `spec.capacity[${name}]`));
  if (reclaim) errors.push(...noneOrOneOf(reclaim, 'spec.persistentVolumeReclaimPolicy', RECLAIM_POLICIES));
  if (nodeAffinity) {
    const at = 'spec.nodeAffinity.required';
    errors.push(
      ...(nodeAffinity.required
        ? validateNodeSelector(nodeAffinity.required, at)
        : [required(at, 'must specify required node constraints')]),
    );
  }
  errors.push(...validateSources(spec));
  if (reclaim === 'Recycle' && /^\/+$/.test(spec.hostPath?.path ?? ''))
    errors.push(
      forbiddenField(
        'spec.persistentVolumeReclaimPolicy',
        "may not be 'recycle' for a hostPath mount of '/'",
      ),
    );
  const { storageClassName, volumeAttributesClassName } = spec;
  if (storageClassName)
    errors.push(
      ...invalidEach('spec.storageClassName', storageClassName, dnsSubdomainProblems(storageClassName)),
    );
  errors.push(...noneOrOneOf(spec.volumeMode, 'spec.volumeMode', VOLUME_MODES));
  if (volumeAttributesClassName === undefined) return errors;
  const at = 'spec.volumeAttributesClassName';
  errors.push(
    ...(volumeAttributesClassName === ''
      ? [required(at, 'an empty string is disallowed')]
      : invalidEach(at, volumeAttributesClassName, dnsSubdomainProblems(volumeAttributesClassName))),
  );
  if (!spec.csi)
    errors.push(required('spec.csi', 'has to be specified when using volumeAttributesClassName'));
  return errors;
}

function validateSources(spec: PersistentVolumeSpec): FieldError[] {
  const [first, ...others] = SOURCES.filter((kind) => spec[kind] !== undefined);
  if (first === undefined) return [required('spec', 'must specify a volume type')];
  const at = `spec.${first}`;
  // A driver of one's own may stand beside another source.
  const errors = others
    .filter((extra) => extra !== 'flexVolume')
    .map((extra) => extraSource(`spec.${extra === 'cephfs' ? 'cephFS' : extra}`));
  if (spec.local && first === 'local') {
    const { path } = spec.local as Sent<typeof spec.local>;
    errors.push(...(path ? noBacksteps(path, `${at}.path`) : [required(`${at}.path`)]));
    if (!spec.nodeAffinity) errors.push(required('spec.nodeAffinity', 'Local volume requires node affinity'));
    return errors;
  }
  if (spec.csi && first === 'csi') return [...validateCsi(spec.csi, at), ...errors];
  const check = SOURCE_CHECKS[first as keyof Volume] as
    ((source: object, field: string) => FieldError[]) | undefined;
  return [...(check?.(spec[first] as object, at) ?? []), ...errors];
}

function validateCsi(csi: NonNullable<PersistentVolumeSpec['csi']>, field: string): FieldError[] {
  return [
    ...validateDriverName(csi.driver, `${field}.driver`),
    ...(csi.volumeHandle ? [] : [required(`${field}.volumeHandle`)]),
    ...SECRETS.flatMap((key) => {
      const secret = csi[key];
      if (!secret) return [];
      const { name, namespace } = secret;
      return [
        ...(name
          ? invalidEach(`${field}.${key}.name`, name, dnsSubdomainProblems(name))
          : [required(`${field}.${key}.name`)]),
        ...(namespace
          ? invalidEach(`${field}.${key}.namespace`, namespace, dnsLabelProblems(namespace))
          : [required(`${field}.${key}.namespace`)]),
      ];
    }),
  ];
}
