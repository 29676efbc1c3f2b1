import type { PersistentVolume } from '../../types/index.js';
import { matchesNodeSelector } from '../../selectors/node-selector.js';
import type { ClusterView, Rejection, SchedulerPlugin } from '../plugin.js';
import type { PodInfo } from '../pod-info.js';

const NAME = 'VolumeBinding';
const CONFLICT: Rejection = {
  plugin: NAME,
  reasons: ["node(s) didn't match PersistentVolume's node affinity"],
  unresolvable: true,
};

const refused = (reason: string): Rejection => ({ plugin: NAME, reasons: [reason], unresolvable: true });

/** The claims a pod uses, by name; ephemeral volumes have claims named after the pod. */
function claimNames({ pod }: PodInfo): string[] {
  return (pod.spec?.volumes ?? []).flatMap(({ name, persistentVolumeClaim, ephemeral }) => {
    if (persistentVolumeClaim) return [persistentVolumeClaim.claimName];
    return ephemeral ? [`${pod.metadata.name ?? ''}-${name}`] : [];
  });
}

/** The volumes behind a pod's claims, or why the pod can't be placed anywhere yet. */
function boundVolumes(pod: PodInfo, view: ClusterView): PersistentVolume[] | Rejection {
  const volumes: PersistentVolume[] = [];
  for (const name of claimNames(pod)) {
    const claim = view.claim(pod.namespace, name);
    if (!claim) return refused(`persistentvolumeclaim "${name}" not found`);
    if (claim.metadata.deletionTimestamp) return refused(`persistentvolumeclaim "${name}" is being deleted`);
    const { volumeName, storageClassName } = claim.spec ?? {};
    if (claim.status?.phase === 'Lost')
      return refused(
        `persistentvolumeclaim "${name}" bound to non-existent persistentvolume "${volumeName ?? ''}"`,
      );
    if (volumeName) {
      const volume = view.volume(volumeName);
      if (volume) volumes.push(volume);
      continue;
    }
    // A claim that waits for its first consumer is bound when the pod is there: the kubelet waits for that.
    if (
      !storageClassName ||
      view.storageClass(storageClassName)?.volumeBindingMode !== 'WaitForFirstConsumer'
    )
      return refused('pod has unbound immediate PersistentVolumeClaims');
  }
  return volumes;
}

/** Waits for the pod's claims to be bound and keeps it on nodes that can reach their volumes. */
export const volumeBinding: SchedulerPlugin = {
  name: NAME,
  weight: 0,
  filter: (pod, view) => {
    if (
      !pod.pod.spec?.volumes?.some(
        ({ persistentVolumeClaim, ephemeral }) => persistentVolumeClaim ?? ephemeral,
      )
    )
      return undefined;
    const volumes = boundVolumes(pod, view);
    if (!Array.isArray(volumes)) return volumes;
    const required = volumes.flatMap(({ spec }) => spec?.nodeAffinity?.required ?? []);
    if (required.length === 0) return undefined;
    return {
      check: ({ node }) =>
        required.every((selector) => matchesNodeSelector(selector, node)) ? undefined : CONFLICT,
    };
  },
  wakes: (event) =>
    event.type === 'NodeAdded' ||
    (event.type === 'NodeChanged' && event.node.metadata.labels !== event.previous.metadata.labels) ||
    (event.type === 'OtherChanged' &&
      (event.resource === 'persistentvolumeclaims' || event.resource === 'persistentvolumes')),
};
