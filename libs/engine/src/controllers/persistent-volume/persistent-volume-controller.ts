import {
  PersistentVolumeClaims,
  PersistentVolumes,
  Pods,
  StorageClasses,
} from '../../clients/resource-type.js';
import type { PersistentVolume, PersistentVolumeClaim, StorageClass } from '../../types/index.js';
import { claimKeys } from '../../clients/claim-keys.js';
import { WorkQueue } from '../../clients/work-queue.js';
import { isApiError } from '../../api/api-error.js';
import type { Controller, ControllerContext } from '../controller.js';
import { keyOf, splitKey } from '../shared/keyed-controller.js';
import { growVolume } from './grow-volume.js';
import { classOf, findVolume, isReservedFor } from './match.js';

const NAME = 'persistentvolume-controller';
/** Indexes: claims without a volume and free volumes by class, other volumes by the claim they are reserved for. */
const WAITING = 'waiting';
const FREE = 'free';
const RESERVED = 'reserved';
/** Claims by the volume they name. */
const NAMING = 'naming';
const BIND_COMPLETED = 'pv.kubernetes.io/bind-completed';
const BOUND_BY_CONTROLLER = 'pv.kubernetes.io/bound-by-controller';
/** Who is to make a volume: external provisioners look for their own name here, old ones at the second place. */
const PROVISIONER = [
  'volume.kubernetes.io/storage-provisioner',
  'volume.beta.kubernetes.io/storage-provisioner',
];
/** Of classes whose volumes people make. */
const NO_PROVISIONER = 'kubernetes.io/no-provisioner';
const PROVISIONED_BY = 'pv.kubernetes.io/provisioned-by';
/** Storage of this provisioner is made by the engine itself; others are left to whoever serves them. */
export const SIMULATED_PROVISIONER = 'lotse.dev/simulated';

/** Binds claims to volumes, makes volumes for classes the engine serves, and reclaims them (pkg/controller/volume/persistentvolume). */
export const persistentVolumeController: Controller = {
  name: NAME,
  start(context) {
    const { client } = context;
    const claims = client.lister(PersistentVolumeClaims);
    const volumes = client.lister(PersistentVolumes);
    const pods = client.lister(Pods);
    pods.index('claim', claimKeys);
    const claimQueue = new WorkQueue(
      context.clock,
      (key) => {
        const { namespace, name } = splitKey(key);
        const claim = claims.get(namespace, name);
        if (claim) syncClaim(context, claim);
      },
      (key, error) => isApiError(error, 'Conflict') || context.onError(NAME, key, error),
    );
    const volumeQueue = new WorkQueue(
      context.clock,
      (name) => {
        const volume = volumes.get(undefined, name);
        if (volume) syncVolume(context, volume);
      },
      (key, error) => isApiError(error, 'Conflict') || context.onError(NAME, key, error),
    );
    claims.index(WAITING, (claim) => (claim.spec?.volumeName ? [] : [classOf(claim)]));
    claims.index(NAMING, ({ spec }) => (spec?.volumeName ? [spec.volumeName] : []));
    volumes.index(FREE, (volume) => (volume.spec?.claimRef ? [] : [classOf(volume)]));
    volumes.index(RESERVED, ({ spec }) =>
      spec?.claimRef ? [`${spec.claimRef.namespace ?? ''}/${spec.claimRef.name ?? ''}`] : [],
    );
    const addWaiting = (className: string): void => {
      for (const claim of claims.by(WAITING, className)) claimQueue.add(keyOf(claim));
    };
    const stops = [
      claims.watch((_, claim) => {
        claimQueue.add(keyOf(claim));
        if (claim.spec?.volumeName) volumeQueue.add(claim.spec.volumeName);
      }),
      volumes.watch((type, volume) => {
        volumeQueue.add(volume.metadata.name ?? '');
        const reference = volume.spec?.claimRef;
        if (reference) claimQueue.add(`${reference.namespace}/${reference.name}`);
        else if (type !== 'DELETED') addWaiting(classOf(volume));
        for (const claim of claims.by(NAMING, volume.metadata.name ?? '')) claimQueue.add(keyOf(claim));
      }),
      client.lister(StorageClasses).watch((_, { metadata }) => addWaiting(metadata.name ?? '')),
      // A claim of a class that waits for its first consumer is provisioned when a pod that uses it is placed.
      pods.watch((_, pod) => {
        for (const { persistentVolumeClaim } of pod.spec?.volumes ?? [])
          if (persistentVolumeClaim)
            claimQueue.add(`${pod.metadata.namespace}/${persistentVolumeClaim.claimName}`);
      }),
    ];
    for (const claim of claims.list()) claimQueue.add(keyOf(claim));
    for (const volume of volumes.list()) volumeQueue.add(volume.metadata.name ?? '');
    return () => {
      for (const stop of stops) stop();
      claimQueue.stop();
      volumeQueue.stop();
    };
  },
};

function syncClaim(context: ControllerContext, claim: PersistentVolumeClaim): void {
  const { client, events } = context;
  if (claim.metadata.deletionTimestamp) {
    releaseClaim(context, claim);
    return;
  }
  if (claim.spec?.volumeName) {
    const volume = client.lister(PersistentVolumes).get(undefined, claim.spec.volumeName);
    if (!volume) {
      if (claim.status?.phase !== 'Bound') return;
      client.updateStatus(PersistentVolumeClaims, { ...claim, status: { phase: 'Lost' } });
      const told = 'Bound claim has lost its PersistentVolume. Data on the volume is lost!';
      events.event(claim, 'Warning', 'ClaimLost', told);
      return;
    }
    if (volume.spec?.claimRef && !isReservedFor(volume, claim)) return;
    bind(context, claim, volume);
    if (volume.metadata.annotations?.[PROVISIONED_BY] === SIMULATED_PROVISIONER)
      growVolume(context, claim, volume);
    return;
  }
  const storageClass = client.lister(StorageClasses).get(undefined, classOf(claim));
  const isWaiting =
    storageClass?.volumeBindingMode === 'WaitForFirstConsumer' && !hasConsumer(context, claim);
  const volumes = client.lister(PersistentVolumes);
  const volume = isWaiting
    ? undefined
    : findVolume(claim, [...volumes.by(RESERVED, keyOf(claim)), ...volumes.by(FREE, classOf(claim))]);
  if (volume) bind(context, claim, volume);
  else if (isWaiting)
    events.event(
      claim,
      'Normal',
      'WaitForFirstConsumer',
      'waiting for first consumer to be created before binding',
    );
  else if (storageClass?.provisioner === SIMULATED_PROVISIONER) provision(context, claim, storageClass);
  else if (storageClass && storageClass.provisioner !== NO_PROVISIONER)
    events.event(
      leftTo(context, claim, storageClass.provisioner),
      'Normal',
      'ExternalProvisioning',
      `Waiting for a volume to be created either by the external provisioner '${storageClass.provisioner}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.`,
    );
  else if (classOf(claim))
    events.event(
      claim,
      'Warning',
      'ProvisioningFailed',
      `storageclass.storage.k8s.io "${classOf(claim)}" not found`,
    );
  else
    events.event(
      claim,
      'Normal',
      'FailedBinding',
      'no persistent volumes available for this claim and no storage class is set',
    );
}

/** The claim with the name of who is to make its volume. */
function leftTo(
  { client }: ControllerContext,
  claim: PersistentVolumeClaim,
  provisioner: string,
): PersistentVolumeClaim {
  const { annotations } = claim.metadata;
  if (PROVISIONER.every((key) => annotations?.[key] === provisioner)) return claim;
  const named = Object.fromEntries(PROVISIONER.map((key) => [key, provisioner]));
  const metadata = { ...claim.metadata, annotations: { ...annotations, ...named } };
  return client.update(PersistentVolumeClaims, { ...claim, metadata });
}

function hasConsumer({ client }: ControllerContext, claim: PersistentVolumeClaim): boolean {
  return client.lister(Pods).by('claim', keyOf(claim)).length > 0;
}

function bind({ client }: ControllerContext, claim: PersistentVolumeClaim, volume: PersistentVolume): void {
  let current = volume;
  if (volume.spec?.claimRef?.uid !== claim.metadata.uid) {
    const claimRef = {
      kind: 'PersistentVolumeClaim',
      apiVersion: 'v1',
      namespace: claim.metadata.namespace ?? '',
      name: claim.metadata.name ?? '',
      uid: claim.metadata.uid ?? '',
      resourceVersion: claim.metadata.resourceVersion ?? '',
    };
    const annotations = volume.spec?.claimRef
      ? volume.metadata.annotations
      : { ...volume.metadata.annotations, [BOUND_BY_CONTROLLER]: 'yes' };
    current = client.update(PersistentVolumes, {
      ...volume,
      metadata: { ...volume.metadata, ...(annotations && { annotations }) },
      spec: { ...volume.spec, claimRef },
    });
  }
  if (current.status?.phase !== 'Bound')
    client.updateStatus(PersistentVolumes, { ...current, status: { ...current.status, phase: 'Bound' } });
  let bound = claim;
  if (
    claim.spec?.volumeName !== volume.metadata.name ||
    claim.metadata.annotations?.[BIND_COMPLETED] !== 'yes'
  ) {
    const byController = claim.spec?.volumeName ? {} : { [BOUND_BY_CONTROLLER]: 'yes' };
    bound = client.update(PersistentVolumeClaims, {
      ...claim,
      metadata: {
        ...claim.metadata,
        annotations: { ...claim.metadata.annotations, [BIND_COMPLETED]: 'yes', ...byController },
      },
      spec: { ...claim.spec, volumeName: volume.metadata.name ?? '' },
    });
  }
  if (bound.status?.phase !== 'Bound') {
    const { accessModes, capacity } = current.spec ?? {};
    client.updateStatus(PersistentVolumeClaims, {
      ...bound,
      status: {
        ...bound.status,
        phase: 'Bound',
        ...(accessModes && { accessModes }),
        ...(capacity && { capacity }),
      },
    });
  }
}

function provision(
  { client, events }: ControllerContext,
  claim: PersistentVolumeClaim,
  storageClass: StorageClass,
): void {
  const name = `pvc-${claim.metadata.uid}`;
  if (client.lister(PersistentVolumes).get(undefined, name)) return;
  const storage = claim.spec?.resources?.requests?.['storage'];
  client.create(PersistentVolumes, {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: {
      name,
      annotations: { [PROVISIONED_BY]: storageClass.provisioner },
      finalizers: ['kubernetes.io/pv-protection'],
    },
    spec: {
      ...(storage !== undefined && { capacity: { storage } }),
      accessModes: claim.spec?.accessModes ?? [],
      persistentVolumeReclaimPolicy: storageClass.reclaimPolicy ?? 'Delete',
      storageClassName: classOf(claim),
      volumeMode: claim.spec?.volumeMode ?? 'Filesystem',
      hostPath: { path: `/var/lib/lotse/volumes/${name}` },
      claimRef: {
        kind: 'PersistentVolumeClaim',
        apiVersion: 'v1',
        namespace: claim.metadata.namespace ?? '',
        name: claim.metadata.name ?? '',
        uid: claim.metadata.uid ?? '',
      },
    },
  });
  events.event(claim, 'Normal', 'ProvisioningSucceeded', `Successfully provisioned volume ${name}`);
}

/** A claim on its way out is held by its finalizer while a pod on a node names it, also one that has ended. */
function releaseClaim({ client }: ControllerContext, claim: PersistentVolumeClaim): void {
  const finalizers = claim.metadata.finalizers ?? [];
  if (!finalizers.includes('kubernetes.io/pvc-protection')) return;
  const isUsed = client
    .lister(Pods)
    .by('claim', keyOf(claim))
    .some((pod) => pod.spec?.nodeName);
  if (isUsed) return;
  const { finalizers: _, ...metadata } = claim.metadata;
  const left = finalizers.filter((finalizer) => finalizer !== 'kubernetes.io/pvc-protection');
  client.update(PersistentVolumeClaims, {
    ...claim,
    metadata: { ...metadata, ...(left.length > 0 && { finalizers: left }) },
  });
}

function syncVolume({ client, events }: ControllerContext, volume: PersistentVolume): void {
  const reference = volume.spec?.claimRef;
  const claim =
    reference && client.lister(PersistentVolumeClaims).get(reference.namespace, reference.name ?? '');
  const isClaimed = claim && (!reference.uid || claim.metadata.uid === reference.uid);
  if (volume.metadata.deletionTimestamp) {
    const finalizers = volume.metadata.finalizers ?? [];
    if (isClaimed || !finalizers.includes('kubernetes.io/pv-protection')) return;
    const { finalizers: _, ...metadata } = volume.metadata;
    const left = finalizers.filter((finalizer) => finalizer !== 'kubernetes.io/pv-protection');
    client.update(PersistentVolumes, {
      ...volume,
      metadata: { ...metadata, ...(left.length > 0 && { finalizers: left }) },
    });
    return;
  }
  const phase = !reference
    ? 'Available'
    : isClaimed
      ? reference.uid
        ? 'Bound'
        : 'Available'
      : reference.uid
        ? 'Released'
        : 'Available';
  let current = volume;
  if (volume.status?.phase !== phase)
    current = client.updateStatus(PersistentVolumes, { ...volume, status: { ...volume.status, phase } });
  if (phase !== 'Released' || volume.spec?.persistentVolumeReclaimPolicy !== 'Delete') return;
  if (volume.metadata.annotations?.[PROVISIONED_BY] === SIMULATED_PROVISIONER)
    client.delete(PersistentVolumes, undefined, current.metadata.name ?? '');
  else
    events.event(
      volume,
      'Warning',
      'VolumeFailedDelete',
      'no deleter for this volume: its provisioner is not served here',
    );
}
