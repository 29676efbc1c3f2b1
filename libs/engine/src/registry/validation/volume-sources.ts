import type { Volume } from '../../types/index.js';
import type { FieldError } from '../../api/api-error.js';
import {
  forbiddenField,
  invalidEach,
  invalidValue,
  notSupported,
  required,
  tooLong,
} from '../field-errors.js';
import { dnsLabelProblems, dnsSubdomainProblems, LONGEST_LABEL } from '../names.js';
import { inRange } from './numbers.js';
import { descendingPath, noBacksteps, noneOrOneOf } from './paths.js';

/* Where the bytes of a volume are, in pods and in persistent volumes: one check for each kind of store. */

const HOST_PATH_TYPES = [
  '',
  'BlockDevice',
  'CharDevice',
  'Directory',
  'DirectoryOrCreate',
  'File',
  'FileOrCreate',
  'Socket',
];
const LARGEST_LUN = 255;
const INITIATORS: Readonly<Record<string, RegExp>> = {
  iqn: /iqn\.\d{4}-\d{2}\.([A-Za-z0-9-.]+)(:[^,;*&$|\s]+)$/,
  eui: /^eui.[A-Fa-f0-9]{16}$/,
  naa: /^naa.[A-Fa-f0-9]{32}$/,
};

type Sources = Required<Volume>;
type Check<K extends keyof Sources> = (source: Partial<Sources[K]>, field: string) => FieldError[];

const missing = (source: object, field: string, ...keys: readonly string[]): FieldError[] =>
  keys.flatMap((key) => {
    const value = (source as Record<string, unknown>)[key];
    const isEmpty = value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
    return isEmpty ? [required(`${field}.${key}`)] : [];
  });

/** The name of a driver that serves volumes. */
export function validateDriverName(driver: string | undefined, field: string): FieldError[] {
  if (!driver) return [required(field)];
  return [
    ...(driver.length > LONGEST_LABEL ? [tooLong(field, LONGEST_LABEL)] : []),
    ...invalidEach(field, driver, dnsSubdomainProblems(driver.toLowerCase())),
  ];
}

const hostPath: Check<'hostPath'> = (source, field) =>
  source.path
    ? [
        ...noBacksteps(source.path, `${field}.path`),
        ...noneOrOneOf(source.type, `${field}.type`, HOST_PATH_TYPES),
      ]
    : [required(`${field}.path`)];

const gitRepo: Check<'gitRepo'> = (source, field) => [
  ...missing(source, field, 'repository'),
  ...descendingPath(source.directory ?? '', `${field}.directory`),
];

const gcePersistentDisk: Check<'gcePersistentDisk'> = (source, field) => [
  ...missing(source, field, 'pdName'),
  ...partition(source.partition, field),
];

const awsElasticBlockStore: Check<'awsElasticBlockStore'> = (source, field) => [
  ...missing(source, field, 'volumeID'),
  ...partition(source.partition, field),
];

const nfs: Check<'nfs'> = (source, field) => [
  ...missing(source, field, 'server', 'path'),
  ...(source.path?.startsWith('/')
    ? []
    : [invalidValue(`${field}.path`, source.path ?? '', 'must be an absolute path')]),
];

const iscsi: Check<'iscsi'> = (source, field) => {
  const { iqn, initiatorName, lun = 0 } = source;
  const errors = missing(source, field, 'targetPortal', 'iqn');
  if (iqn) errors.push(...initiator(iqn, `${field}.iqn`));
  if (lun < 0 || lun > LARGEST_LUN) errors.push(...inRange(lun, `${field}.lun`, 0, LARGEST_LUN));
  if ((source.chapAuthDiscovery || source.chapAuthSession) && !source.secretRef)
    errors.push(required(`${field}.secretRef`));
  if (initiatorName !== undefined) errors.push(...initiator(initiatorName, `${field}.initiatorname`));
  return errors;
};

const rbd: Check<'rbd'> = (source, field) => missing(source, field, 'monitors', 'image');
const cinder: Check<'cinder'> = (source, field) => [
  ...missing(source, field, 'volumeID'),
  ...(source.secretRef && !source.secretRef.name ? [required(`${field}.secretRef.name`)] : []),
];
const cephfs: Check<'cephfs'> = (source, field) => missing(source, field, 'monitors');
const glusterfs: Check<'glusterfs'> = (source, field) => missing(source, field, 'endpoints', 'path');
const vsphereVolume: Check<'vsphereVolume'> = (source, field) => missing(source, field, 'volumePath');
const photonPersistentDisk: Check<'photonPersistentDisk'> = (source, field) => missing(source, field, 'pdID');
const portworxVolume: Check<'portworxVolume'> = (source, field) => missing(source, field, 'volumeID');
const azureFile: Check<'azureFile'> = (source, field) => missing(source, field, 'secretName', 'shareName');

const fc: Check<'fc'> = ({ targetWWNs = [], wwids = [], lun }, field) => {
  const errors: FieldError[] = [];
  const at = `${field}.targetWWNs`;
  if (targetWWNs.length === 0 && wwids.length === 0)
    errors.push(required(at, 'must specify either targetWWNs or wwids, but not both'));
  if (targetWWNs.length > 0 && wwids.length > 0)
    errors.push(invalidValue(at, targetWWNs, 'targetWWNs and wwids can not be specified simultaneously'));
  if (targetWWNs.length === 0) return errors;
  return lun === undefined
    ? [...errors, required(`${field}.lun`, 'lun is required if targetWWNs is specified')]
    : [...errors, ...inRange(lun, `${field}.lun`, 0, LARGEST_LUN)];
};

const flexVolume: Check<'flexVolume'> = (source, field) => [
  ...missing(source, field, 'driver'),
  ...Object.keys(source.options ?? {}).flatMap((key) =>
    /\.(kubernetes|k8s)\.io$/.test(`.${(key.split('/')[0] ?? '').toLowerCase()}`)
      ? [invalidValue(`${field}.options[${key}]`, key, 'kubernetes.io and k8s.io namespaces are reserved')]
      : [],
  ),
];

const azureDisk: Check<'azureDisk'> = (source, field) => {
  const { kind, diskURI = '' } = source;
  const isManaged = kind === 'Managed';
  const wanted = isManaged ? '/subscriptions/' : 'https://';
  const form = isManaged
    ? '/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}'
    : 'https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd';
  return [
    ...missing(source, field, 'diskName', 'diskURI'),
    ...noneOrOneOf(source.cachingMode, `${field}.cachingMode`, ['None', 'ReadOnly', 'ReadWrite']),
    ...noneOrOneOf(kind, `${field}.kind`, ['Dedicated', 'Managed', 'Shared']),
    ...(kind !== undefined && !diskURI.startsWith(wanted)
      ? [notSupported(`${field}.diskURI`, diskURI, [form])]
      : []),
  ];
};

const flocker: Check<'flocker'> = ({ datasetName = '', datasetUUID }, field) => {
  if (!datasetName && !datasetUUID)
    return [required(field, 'one of datasetName and datasetUUID is required')];
  const errors: FieldError[] = [];
  if (datasetName && datasetUUID)
    errors.push(
      invalidValue(field, 'resource', 'datasetName and datasetUUID can not be specified simultaneously'),
    );
  if (datasetName.includes('/'))
    errors.push(invalidValue(`${field}.datasetName`, datasetName, "must not contain '/'"));
  return errors;
};

const storageos: Check<'storageos'> = (source, field) => [
  ...missing(source, field, 'volumeName'),
  ...(['volumeName', 'volumeNamespace'] as const).flatMap((key) => {
    const name = source[key];
    return name ? invalidEach(`${field}.${key}`, name, dnsLabelProblems(name)) : [];
  }),
  ...(source.secretRef && !source.secretRef.name ? [required(`${field}.secretRef.name`)] : []),
];

const scaleIO: Check<'scaleIO'> = (source, field) =>
  missing(source, field, 'gateway', 'system', 'volumeName');

/** The checks by the name of the field; `gcePersistentDisk` is reported under the name it once had. */
export const SOURCE_CHECKS: { readonly [K in keyof Sources]?: Check<K> } = {
  hostPath,
  gitRepo,
  gcePersistentDisk: (source, field) =>
    gcePersistentDisk(source, field.replace(/gcePersistentDisk$/, 'persistentDisk')),
  awsElasticBlockStore,
  nfs,
  iscsi,
  glusterfs,
  flocker,
  rbd,
  cinder,
  cephfs,
  fc,
  flexVolume,
  azureFile,
  vsphereVolume,
  photonPersistentDisk,
  portworxVolume,
  azureDisk,
  storageos,
  scaleIO,
};

/** That a volume has one kind of store and no other. */
export function extraSource(field: string): FieldError {
  return forbiddenField(field, 'may not specify more than 1 volume type');
}

function partition(value: number | undefined, field: string): FieldError[] {
  const given = value ?? 0;
  return given < 0 || given > LARGEST_LUN
    ? [invalidValue(`${field}.partition`, given, 'must be between 1 and 255, inclusive')]
    : [];
}

function initiator(name: string, field: string): FieldError[] {
  const pattern = INITIATORS[name.slice(0, 3)];
  if (!pattern) return [invalidValue(field, name, 'must be valid format starting with iqn, eui, or naa')];
  return pattern.test(name) ? [] : [invalidValue(field, name, 'must be valid format')];
}
