import type { Store } from '../../store/store.js';
import { objectName } from '../../store/stored-object.js';
import type {
  PersistentVolume,
  PersistentVolumeClaim,
  Pod,
  ResourceSlice,
  VolumeAttachment,
} from '../../types/index.js';
import { claimOfVolume, podReferences, secretsOfPersistentVolume } from './pod-references.js';

const BY_NODE = 'node';
const MIRROR = 'kubernetes.io/config.mirror';

/** The kinds of which a node may see what belongs to its pods. */
export type RelatedKind =
  | 'configmaps'
  | 'persistentvolumeclaims'
  | 'persistentvolumes'
  | 'pods'
  | 'resourceclaims'
  | 'resourceslices'
  | 'secrets'
  | 'serviceaccounts'
  | 'volumeattachments';

/**
 * What is related to a node: its pods, and what they need (plugin/pkg/auth/authorizer/node). A question costs the node's own
 * pods, not the cluster's.
 */
export class NodeRelations {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
    store
      .table('/pods')
      .index(BY_NODE, (pod) => ((pod as Pod).spec?.nodeName ? [(pod as Pod).spec?.nodeName ?? ''] : []));
  }

  /** Whether an object has to do with a node. */
  relates(node: string, kind: RelatedKind, namespace: string, name: string): boolean {
    switch (kind) {
      case 'pods':
        return this.#podsOf(node, namespace).some((pod) => pod.metadata.name === name);
      case 'serviceaccounts':
        return this.#ownPods(node, namespace).some((pod) => pod.spec?.serviceAccountName === name);
      case 'configmaps':
        return this.#ownPods(node, namespace).some((pod) => podReferences(pod).configMaps.has(name));
      case 'secrets':
        return (
          this.#ownPods(node, namespace).some((pod) => podReferences(pod).secrets.has(name)) ||
          this.#volumesOf(node).some((volume) =>
            secretsOfPersistentVolume(volume).includes(`${namespace}/${name}`),
          )
        );
      case 'persistentvolumeclaims':
        return this.#ownPods(node, namespace).some((pod) => claimsOf(pod).includes(name));
      case 'persistentvolumes':
        return this.#volumesOf(node).some((volume) => volume.metadata.name === name);
      case 'resourceclaims':
        return this.#ownPods(node, namespace).some((pod) => resourceClaimsOf(pod).includes(name));
      case 'resourceslices':
        return this.#find<ResourceSlice>('resource.k8s.io/resourceslices', name)?.spec.nodeName === node;
      case 'volumeattachments':
        return this.#find<VolumeAttachment>('storage.k8s.io/volumeattachments', name)?.spec.nodeName === node;
      default:
        return kind satisfies never;
    }
  }

  #find<T>(
    table: 'resource.k8s.io/resourceslices' | 'storage.k8s.io/volumeattachments',
    name: string,
  ): T | undefined {
    return this.#store.get(table, objectName(undefined, name)) as T | undefined;
  }

  #podsOf(node: string, namespace?: string): Pod[] {
    const pods = this.#store.table('/pods').by(BY_NODE, node) as Pod[];
    return namespace === undefined ? pods : pods.filter(({ metadata }) => metadata.namespace === namespace);
  }

  /** A pod that stands for one of the node's own gives it no rights. */
  #ownPods(node: string, namespace?: string): Pod[] {
    return this.#podsOf(node, namespace).filter(({ metadata }) => !(MIRROR in (metadata.annotations ?? {})));
  }

  #volumesOf(node: string): PersistentVolume[] {
    return this.#ownPods(node).flatMap((pod) => {
      const { namespace } = pod.metadata;
      return claimsOf(pod).flatMap((name) => {
        const claim = this.#store.get('/persistentvolumeclaims', objectName(namespace, name)) as
          PersistentVolumeClaim | undefined;
        const { volumeName } = claim?.spec ?? {};
        const volume = volumeName && this.#store.get('/persistentvolumes', objectName(undefined, volumeName));
        if (!volume) return [];
        const { claimRef } = (volume as PersistentVolume).spec ?? {};
        return claimRef?.namespace === namespace && claimRef?.name === name
          ? [volume as PersistentVolume]
          : [];
      });
    });
  }
}

function claimsOf(pod: Pod): string[] {
  return (pod.spec?.volumes ?? []).flatMap((volume) => claimOfVolume(pod, volume) ?? []);
}

function resourceClaimsOf({ spec, status }: Pod): string[] {
  return [
    ...(spec?.resourceClaims ?? []).flatMap(({ name, resourceClaimName }) => {
      if (resourceClaimName) return [resourceClaimName];
      const made = status?.resourceClaimStatuses?.find((one) => one.name === name);
      return made?.resourceClaimName ?? [];
    }),
    ...(status?.extendedResourceClaimStatus ? [status.extendedResourceClaimStatus.resourceClaimName] : []),
  ];
}
