import type { Container, PersistentVolume, Pod, Volume } from '../../types/index.js';

/** What a pod's node has to read for it. */
export interface PodReferences {
  readonly secrets: ReadonlySet<string>;
  readonly configMaps: ReadonlySet<string>;
}

/** The secrets and config maps a pod names, by its containers, its volumes and for its images (pkg/api/v1/pod). */
export function podReferences({ spec }: Pod): PodReferences {
  const secrets = new Set<string>();
  const configMaps = new Set<string>();
  const add = (set: Set<string>, name: string | undefined): void => {
    if (name) set.add(name);
  };
  for (const { name } of spec?.imagePullSecrets ?? []) add(secrets, name);
  for (const list of [spec?.initContainers, spec?.containers, spec?.ephemeralContainers])
    for (const { env = [], envFrom = [] } of (list ?? []) as readonly Container[]) {
      for (const { secretRef, configMapRef } of envFrom) {
        add(secrets, secretRef?.name);
        add(configMaps, configMapRef?.name);
      }
      for (const { valueFrom } of env) {
        add(secrets, valueFrom?.secretKeyRef?.name);
        add(configMaps, valueFrom?.configMapKeyRef?.name);
      }
    }
  for (const volume of spec?.volumes ?? []) {
    for (const name of secretsOfVolume(volume)) add(secrets, name);
    add(configMaps, volume.configMap?.name);
    for (const { secret, configMap } of volume.projected?.sources ?? []) {
      add(secrets, secret?.name);
      add(configMaps, configMap?.name);
    }
  }
  return { secrets, configMaps };
}

function secretsOfVolume(volume: Volume): (string | undefined)[] {
  return [
    volume.secret?.secretName,
    volume.azureFile?.secretName,
    volume.cephfs?.secretRef?.name,
    volume.cinder?.secretRef?.name,
    volume.flexVolume?.secretRef?.name,
    volume.rbd?.secretRef?.name,
    volume.scaleIO?.secretRef.name,
    volume.iscsi?.secretRef?.name,
    volume.storageos?.secretRef?.name,
    volume.csi?.nodePublishSecretRef?.name,
  ];
}

/** The claim a pod's volume stands for; one that is made for the pod has its name (ephemeral.VolumeClaimName). */
export function claimOfVolume(pod: Pod, volume: Volume): string | undefined {
  if (volume.persistentVolumeClaim) return volume.persistentVolumeClaim.claimName;
  return volume.ephemeral ? `${pod.metadata.name}-${volume.name}` : undefined;
}

/** The secrets that a node needs to mount a volume, as `namespace/name`; those of controllers are not among them. */
export function secretsOfPersistentVolume({ spec = {} }: PersistentVolume): string[] {
  const ofClaim = spec.claimRef?.namespace ?? '';
  const named = (namespace: string | undefined, name: string | undefined): string[] =>
    name ? [`${namespace || ofClaim}/${name}`] : [];
  const { azureFile, csi } = spec;
  return [
    ...named(azureFile?.secretNamespace, azureFile?.secretName),
    ...[
      spec.cephfs,
      spec.cinder,
      spec.flexVolume,
      spec.rbd,
      spec.scaleIO,
      spec.iscsi,
      spec.storageos,
    ].flatMap((source) => named(source?.secretRef?.namespace, source?.secretRef?.name)),
    ...[csi?.nodePublishSecretRef, csi?.nodeStageSecretRef, csi?.nodeExpandSecretRef].flatMap((ref) =>
      named(ref?.namespace, ref?.name),
    ),
  ];
}
