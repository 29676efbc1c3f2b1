import { groupVersionKind, isJsonObject, type KubeObject } from '@lotse/manifests';
import type { HealthStatus } from '../application/types.js';
import { fieldAt, listAt, numberAt, textAt } from '../health/read.js';
import { objectHealth } from '../health/health.js';

/** One object in the tree of an application. */
export interface TreeNode {
  group: string;
  version: string;
  kind: string;
  namespace: string;
  name: string;
  uid: string;
  parentRefs: { uid: string; kind: string; name: string; namespace: string; group: string }[];
  health?: HealthStatus;
  info: { name: string; value: string }[];
  images: string[];
  createdAt?: string;
  resourceVersion: string;
  networkingInfo?: {
    labels?: Record<string, string>;
    targetLabels?: Record<string, string>;
    ingress?: { hostname?: string; ip?: string }[];
  };
}

/** Deeper chains of owners than this are a circle. */
const MAX_DEPTH = 32;
/** More nodes than this are not drawn by anyone. */
const MAX_NODES = 20_000;

/** The tree below the direct objects of an application: what they own, and what those own. */
export function resourceTree(
  roots: readonly KubeObject[],
  ownedBy: (uid: string, object: KubeObject) => Iterable<KubeObject>,
): TreeNode[] {
  const nodes = new Map<string, TreeNode>();
  const visit = (object: KubeObject, parents: TreeNode['parentRefs'], depth: number): void => {
    const uid = object.metadata.uid ?? '';
    if (nodes.has(uid) || depth > MAX_DEPTH || nodes.size >= MAX_NODES) return;
    const node = treeNode(object, parents);
    nodes.set(uid, node);
    const self = { uid, kind: node.kind, name: node.name, namespace: node.namespace, group: node.group };
    for (const child of ownedBy(uid, object)) visit(child, [self], depth + 1);
  };
  for (const root of roots) visit(root, [], 0);
  return [...nodes.values()];
}

/** One node. */
export function treeNode(object: KubeObject, parentRefs: TreeNode['parentRefs']): TreeNode {
  const health = objectHealth(object);
  const created = object.metadata.creationTimestamp;
  const networking = networkingInfo(object);
  return {
    ...groupVersionKind(object),
    namespace: object.metadata.namespace ?? '',
    name: object.metadata.name ?? '',
    uid: object.metadata.uid ?? '',
    parentRefs,
    ...(health && { health }),
    info: nodeInfo(object),
    images: imagesOf(object),
    ...(created && { createdAt: created }),
    resourceVersion: object.metadata.resourceVersion ?? '',
    ...(networking && { networkingInfo: networking }),
  };
}

/** Images of a pod or of the pod template of a workload. */
export function imagesOf(object: KubeObject): string[] {
  const specs = [
    fieldAt(object, 'spec'),
    fieldAt(object, 'spec', 'template', 'spec'),
    fieldAt(object, 'spec', 'jobTemplate', 'spec', 'template', 'spec'),
  ];
  const images = specs
    .filter(isJsonObject)
    .flatMap((spec) =>
      [...listAt(spec, 'initContainers'), ...listAt(spec, 'containers')].map((container) =>
        textAt(container, 'image'),
      ),
    );
  return [...new Set(images.filter((image) => image !== ''))];
}

/** What a person wants to see of an object at a glance. */
function nodeInfo(object: KubeObject): TreeNode['info'] {
  switch (object.kind) {
    case 'Pod': {
      const statuses = listAt(object, 'status', 'containerStatuses');
      const ready = statuses.filter((status) => status['ready'] === true).length;
      const restarts = statuses.reduce((sum, status) => sum + numberAt(status, ['restartCount']), 0);
      const info = [
        { name: 'Status Reason', value: podReason(object) },
        { name: 'Node', value: textAt(object, 'spec', 'nodeName') },
        { name: 'Containers', value: `${ready}/${listAt(object, 'spec', 'containers').length}` },
      ];
      if (restarts > 0) info.push({ name: 'Restart Count', value: String(restarts) });
      return info.filter((line) => line.value !== '');
    }
    case 'ReplicaSet': {
      const revision = object.metadata.annotations?.['deployment.kubernetes.io/revision'];
      return revision ? [{ name: 'Revision', value: `Rev:${revision}` }] : [];
    }
    default:
      return [];
  }
}

/** Why a pod is as it is, in the words of `kubectl get pods`. */
function podReason(object: KubeObject): string {
  if (object.metadata.deletionTimestamp) return 'Terminating';
  for (const status of listAt(object, 'status', 'containerStatuses')) {
    const reason =
      textAt(status, 'state', 'waiting', 'reason') || textAt(status, 'state', 'terminated', 'reason');
    if (reason) return reason;
  }
  return textAt(object, 'status', 'reason') || textAt(object, 'status', 'phase');
}

function networkingInfo(object: KubeObject): TreeNode['networkingInfo'] {
  if (object.kind === 'Pod') return { labels: object.metadata.labels ?? {} };
  if (object.kind !== 'Service' && object.kind !== 'Ingress') return undefined;
  const selector = fieldAt(object, 'spec', 'selector');
  const ingress = listAt(object, 'status', 'loadBalancer', 'ingress') as { hostname?: string; ip?: string }[];
  return {
    ...(isJsonObject(selector) &&
      object.kind === 'Service' && { targetLabels: selector as Record<string, string> }),
    ...(ingress.length > 0 && { ingress }),
  };
}
