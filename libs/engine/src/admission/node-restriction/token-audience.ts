import { claimOfVolume } from '../../auth/nodes/pod-references.js';
import type { Store } from '../../store/store.js';
import { objectName } from '../../store/stored-object.js';
import type { CSIDriver, PersistentVolume, PersistentVolumeClaim, Pod, Volume } from '../../types/index.js';

/** Whether a volume of a pod asks for a token of an audience, by itself or by its driver (NodeRestriction). */
export function referencesAudience(store: Store, pod: Pod, audience: string): boolean {
  return (pod.spec?.volumes ?? []).some((volume) => {
    const isProjected = (volume.projected?.sources ?? []).some(
      ({ serviceAccountToken: token }) => token && (token.audience ?? '') === audience,
    );
    if (isProjected) return true;
    const name = driverOf(store, pod, volume);
    const driver =
      name && (store.get('storage.k8s.io/csidrivers', objectName(undefined, name)) as CSIDriver | undefined);
    return Boolean(driver && driver.spec.tokenRequests?.some((request) => request.audience === audience));
  });
}

function driverOf(store: Store, pod: Pod, volume: Volume): string | undefined {
  if (volume.csi) return volume.csi.driver;
  const claimed = claimOfVolume(pod, volume);
  if (claimed === undefined) return undefined;
  const claim = store.get('/persistentvolumeclaims', objectName(pod.metadata.namespace, claimed)) as
    PersistentVolumeClaim | undefined;
  const bound = claim?.spec?.volumeName;
  const found = bound && store.get('/persistentvolumes', objectName(undefined, bound));
  return found ? (found as PersistentVolume).spec?.csi?.driver : undefined;
}
