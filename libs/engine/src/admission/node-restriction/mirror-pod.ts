import { notFound } from '../../api/api-error.js';
import { podReferences } from '../../auth/nodes/pod-references.js';
import type { Node, Pod, Volume } from '../../types/index.js';

const MIRROR = 'kubernetes.io/config.mirror';
/** Volumes that need an object of the API, and how that is said. */
const ASKING: readonly (readonly [keyof Volume, string])[] = [
  ['configMap', 'configmaps (via configmap volumes)'],
  ['secret', 'secrets (via secret volumes)'],
  ['csi', 'csidrivers (via CSI volumes)'],
  ['glusterfs', 'endpoints (via glusterFS volumes)'],
  ['persistentVolumeClaim', 'persistentvolumeclaims'],
  ['ephemeral', 'persistentvolumeclaims (via ephemeral volumes)'],
  ['azureFile', 'secrets (via azureFile volumes)'],
];

/** Why a node may not create a pod: it may only show what it runs by itself, which needs nothing of the API. */
export function mirrorPodProblem(pod: Pod, nodeName: string, node: Node | undefined): string | undefined {
  const self = `node ${JSON.stringify(nodeName)}`;
  if (!(MIRROR in (pod.metadata.annotations ?? {})))
    return `pod does not have "${MIRROR}" annotation, ${self} can only create mirror pods`;
  if (pod.spec?.nodeName !== nodeName) return `${self} can only create pods with spec.nodeName set to itself`;
  const [owner, ...others] = pod.metadata.ownerReferences ?? [];
  if (others.length > 0) return `${self} can only create pods with a single owner reference set to itself`;
  if (owner?.apiVersion !== 'v1' || owner.kind !== 'Node' || owner.name !== nodeName)
    return `${self} can only create pods with an owner reference set to itself`;
  if (!owner.controller)
    return `${self} can only create pods with a controller owner reference set to itself`;
  if (owner.blockOwnerDeletion) return `${self} must not set blockOwnerDeletion on an owner reference`;
  if (!node) throw notFound({ group: '', resource: 'node', kind: 'Node' }, nodeName);
  if (owner.uid !== node.metadata.uid)
    return `node ${nodeName} UID mismatch: expected ${owner.uid} got ${node.metadata.uid}`;
  const wanted = apiReference(pod);
  return wanted === undefined ? undefined : `${self} can not create pods that reference ${wanted}`;
}

/** What of the API a pod needs (pkg/api/pod HasAPIObjectReference). */
function apiReference(pod: Pod): string | undefined {
  if (pod.spec?.serviceAccountName) return 'serviceaccounts';
  const { secrets, configMaps } = podReferences(pod);
  if (secrets.size > 0) return 'secrets';
  if (configMaps.size > 0) return 'configmaps';
  if ((pod.spec?.resourceClaims ?? []).length > 0) return 'resourceclaims';
  for (const volume of pod.spec?.volumes ?? []) {
    const asking = ASKING.find(([kind]) => volume[kind] !== undefined);
    if (asking) return asking[1];
    for (const source of volume.projected?.sources ?? []) {
      if (source.serviceAccountToken) return 'serviceaccounts (via projected volumes)';
      if (source.clusterTrustBundle) return 'clustertrustbundles';
      if (source.podCertificate) return 'podcertificates';
    }
  }
  return undefined;
}
