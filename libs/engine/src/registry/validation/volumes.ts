import type { Volume } from '../../types/index.js';
import type { FieldError } from '../../api/api-error.js';
import { duplicate, forbiddenField, invalidEach, invalidValue, required } from '../field-errors.js';
import { dnsLabelProblems, dnsSubdomainProblems } from '../names.js';
import { parseQuantity } from '../quantity.js';
import { validateClaimSpec } from './claim-spec.js';
import { fileMode, oneOf } from './paths.js';
import { validateDownwardFile, validateItems, validateProjected } from './projections.js';
import { validateTemplateMetadata } from './template-metadata.js';
import { extraSource, SOURCE_CHECKS, validateDriverName } from './volume-sources.js';

/** The order in which several sources of one volume are looked at: the first counts. */
const ORDER = [
  'emptyDir hostPath gitRepo gcePersistentDisk awsElasticBlockStore secret nfs iscsi glusterfs flocker',
  'persistentVolumeClaim rbd cinder cephfs quobyte downwardAPI fc flexVolume configMap azureFile vsphereVolume',
  'photonPersistentDisk portworxVolume azureDisk storageos projected scaleIO csi ephemeral image',
].flatMap((line) => line.split(' ') as (keyof Volume)[]);
/** What Kubernetes calls some of them when there is another. */
const MISSPELT: Readonly<Partial<Record<keyof Volume, string>>> = {
  cephfs: 'cephFS',
  downwardAPI: 'downwarAPI',
};
const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'];

/** The volumes of a pod, sound ones by name, and what is wrong with the others (ValidateVolumes). */
export function validateVolumes(
  volumes: readonly Volume[],
  field: string,
  pod: { readonly name?: string | undefined; readonly isPod: boolean },
): { readonly sound: ReadonlyMap<string, Volume>; readonly errors: readonly FieldError[] } {
  const sound = new Map<string, Volume>();
  const errors: FieldError[] = [];
  const created = new Set(
    volumes.flatMap(({ name, ephemeral }) => (ephemeral && pod.name ? [`${pod.name}-${name}`] : [])),
  );
  for (const [index, volume] of volumes.entries()) {
    const at = `${field}[${index}]`;
    const { name = '', persistentVolumeClaim } = volume as Partial<Volume>;
    const found = validateSources(volume, at, pod);
    found.push(
      ...(name ? invalidEach(`${at}.name`, name, dnsLabelProblems(name)) : [required(`${at}.name`)]),
    );
    if (sound.has(name)) found.push(duplicate(`${at}.name`, name));
    if (found.length === 0) sound.set(name, volume);
    errors.push(...found);
    const claim = persistentVolumeClaim?.claimName;
    if (claim !== undefined && created.has(claim))
      errors.push(
        invalidValue(
          `${at}.persistentVolumeClaim.claimName`,
          claim,
          'must not reference a PVC that gets created for an ephemeral volume',
        ),
      );
  }
  return { sound, errors };
}

function validateSources(
  volume: Volume,
  field: string,
  pod: { readonly name?: string | undefined; readonly isPod: boolean },
): FieldError[] {
  const [first, ...others] = ORDER.filter((kind) => volume[kind] !== undefined && volume[kind] !== null);
  if (first === undefined) return [required(field, 'must specify a volume type')];
  const errors = validateSource(volume, first, `${field}.${first}`, pod.isPod);
  if (first === 'ephemeral' && pod.name && volume.name) {
    const claim = `${pod.name}-${volume.name}`;
    for (const problem of dnsSubdomainProblems(claim))
      errors.push(
        invalidValue(`${field}.name`, volume.name, `PVC name ${JSON.stringify(claim)}: ${problem}`),
      );
  }
  return [...errors, ...others.map((extra) => extraSource(`${field}.${MISSPELT[extra] ?? extra}`))];
}

function validateSource(volume: Volume, kind: keyof Volume, field: string, isPod: boolean): FieldError[] {
  const {
    emptyDir,
    secret,
    configMap,
    persistentVolumeClaim,
    downwardAPI,
    projected,
    csi,
    ephemeral,
    image,
  } = volume;
  if (emptyDir && kind === 'emptyDir')
    return (parseQuantity(emptyDir.sizeLimit ?? '0')?.nano ?? 0n) < 0n
      ? [forbiddenField(`${field}.sizeLimit`, 'SizeLimit field must be a valid resource quantity')]
      : [];
  if (secret && kind === 'secret')
    return [
      ...(secret.secretName ? [] : [required(`${field}.secretName`)]),
      ...fileMode(secret.defaultMode, `${field}.defaultMode`),
      ...validateItems(secret.items, `${field}.items`),
    ];
  if (configMap && kind === 'configMap')
    return [
      ...(configMap.name ? [] : [required(`${field}.name`)]),
      ...fileMode(configMap.defaultMode, `${field}.defaultMode`),
      ...validateItems(configMap.items, `${field}.items`),
    ];
  if (persistentVolumeClaim && kind === 'persistentVolumeClaim')
    return persistentVolumeClaim.claimName ? [] : [required(`${field}.claimName`)];
  if (downwardAPI && kind === 'downwardAPI')
    return [
      ...fileMode(downwardAPI.defaultMode, `${field}.defaultMode`),
      ...(downwardAPI.items ?? []).flatMap((file) => validateDownwardFile(file, field)),
    ];
  if (projected && kind === 'projected') return validateProjected(projected, field);
  if (csi && kind === 'csi') return validateCsi(csi, field);
  if (ephemeral && kind === 'ephemeral') return validateEphemeral(ephemeral, field);
  if (image && kind === 'image')
    return [
      ...(isPod && !image.reference ? [required(`${field}.reference`)] : []),
      ...oneOf(image.pullPolicy, `${field}.pullPolicy`, PULL_POLICIES),
    ];
  const check = SOURCE_CHECKS[kind] as ((source: object, field: string) => FieldError[]) | undefined;
  return check?.(volume[kind] as object, field) ?? [];
}

function validateCsi(csi: NonNullable<Volume['csi']>, field: string): FieldError[] {
  const secret = csi.nodePublishSecretRef;
  return [
    ...validateDriverName(csi.driver, `${field}.driver`),
    ...(!secret
      ? []
      : secret.name
        ? invalidEach(`${field}.name`, secret.name, dnsSubdomainProblems(secret.name))
        : [required(`${field}.nodePublishSecretRef.name`)]),
  ];
}

function validateEphemeral(
  { volumeClaimTemplate: template }: NonNullable<Volume['ephemeral']>,
  field: string,
): FieldError[] {
  const at = `${field}.volumeClaimTemplate`;
  if (!template) return [required(at)];
  return [
    ...validateTemplateMetadata(template.metadata, `${at}.metadata`),
    ...validateClaimSpec(template.spec ?? {}, `${at}.spec`),
  ];
}
