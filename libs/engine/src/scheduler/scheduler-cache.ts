import { claimKeys } from '../clients/claim-keys.js';
import type { Client } from '../clients/client.js';
import { indexBySelector } from '../clients/selector-index.js';
import {
  Namespaces,
  PersistentVolumeClaims,
  PersistentVolumes,
  Pods,
  ReplicaSets,
  ReplicationControllers,
  Services,
  StatefulSets,
  StorageClasses,
} from '../clients/resource-type.js';
import type {
  LabelSelector,
  Node,
  PersistentVolume,
  PersistentVolumeClaim,
  Pod,
  Service,
  StorageClass,
} from '../types/index.js';
import { NodeInfo } from './node-info.js';
import { PodCounts } from './pod-counts.js';
import { podInfo, type NamespaceLabels, type PodInfo } from './pod-info.js';
import type { ClusterView } from './plugin.js';

/** The nodes and what runs on them, maintained change by change from the watch; what plugins look at. */
export class SchedulerCache implements ClusterView {
  readonly #byName = new Map<string, NodeInfo>();
  readonly #placed = new Map<string, NodeInfo>();
  readonly #images = new Map<string, { nodes: number; sizeBytes: number }>();
  readonly #client: Client;
  readonly #servicesOf: (namespace: string | undefined, labels: Pod['metadata']['labels']) => Service[];
  readonly nodesWithAffinity = new Set<NodeInfo>();
  readonly nodesWithRequiredAntiAffinity = new Set<NodeInfo>();
  readonly counts = new PodCounts(() => this.#byName.values());
  readonly namespaceLabels: NamespaceLabels;
  #nodes: NodeInfo[] = [];

  constructor(client: Client) {
    this.#client = client;
    client.lister(Pods).index('claim', claimKeys);
    this.#servicesOf = indexBySelector(client.lister(Services), ({ spec }) =>
      spec?.selector && Object.keys(spec.selector).length > 0 ? { matchLabels: spec.selector } : undefined,
    );
    const namespaces = client.lister(Namespaces);
    this.namespaceLabels = (namespace) => namespaces.get(undefined, namespace)?.metadata.labels;
  }

  get nodes(): readonly NodeInfo[] {
    return this.#nodes;
  }

  node(name: string): NodeInfo | undefined {
    return this.#byName.get(name);
  }

  imageSpread(image: string): { readonly nodes: number; readonly sizeBytes: number } | undefined {
    return this.#images.get(image);
  }

  claimUsers(namespace: string, name: string): readonly Pod[] {
    return this.#client
      .lister(Pods)
      .by('claim', `${namespace}/${name}`)
      .filter(
        ({ spec, status }) => spec?.nodeName && status?.phase !== 'Succeeded' && status?.phase !== 'Failed',
      );
  }

  claim(namespace: string, name: string): PersistentVolumeClaim | undefined {
    return this.#client.lister(PersistentVolumeClaims).get(namespace, name);
  }

  volume(name: string): PersistentVolume | undefined {
    return this.#client.lister(PersistentVolumes).get(undefined, name);
  }

  storageClass(name: string): StorageClass | undefined {
    return this.#client.lister(StorageClasses).get(undefined, name);
  }

  defaultSelector(pod: Pod): LabelSelector | undefined {
    const { namespace, labels, ownerReferences } = pod.metadata;
    const matchLabels: Record<string, string> = {};
    let found = false;
    for (const service of this.#servicesOf(namespace, labels)) {
      Object.assign(matchLabels, service.spec?.selector);
      found = true;
    }
    const owner = ownerReferences?.find(({ controller }) => controller);
    const ownerSelector = owner && this.#ownerSelector(owner.kind, namespace, owner.name);
    if (!found && !ownerSelector) return undefined;
    Object.assign(matchLabels, ownerSelector?.matchLabels);
    return {
      matchLabels,
      ...(ownerSelector?.matchExpressions && { matchExpressions: ownerSelector.matchExpressions }),
    };
  }

  #ownerSelector(kind: string, namespace: string | undefined, name: string): LabelSelector | undefined {
    switch (kind) {
      case 'ReplicaSet':
        return this.#client.lister(ReplicaSets).get(namespace, name)?.spec?.selector;
      case 'StatefulSet':
        return this.#client.lister(StatefulSets).get(namespace, name)?.spec?.selector;
      case 'ReplicationController': {
        const selector = this.#client.lister(ReplicationControllers).get(namespace, name)?.spec?.selector;
        return selector && { matchLabels: selector };
      }
      default:
        return undefined;
    }
  }

  setNode(node: Node): void {
    const name = node.metadata.name ?? '';
    const known = this.#byName.get(name);
    if (known) {
      if (known.node.status?.images !== node.status?.images) {
        this.#countImages(known.node, -1);
        this.#countImages(node, 1);
      }
      known.setNode(node);
      return;
    }
    const info = new NodeInfo(node);
    this.#byName.set(name, info);
    this.#nodes.push(info);
    this.#countImages(node, 1);
  }

  removeNode(name: string): void {
    const info = this.#byName.get(name);
    if (!info) return;
    this.#byName.delete(name);
    this.#nodes = this.#nodes.filter((other) => other !== info);
    this.#countImages(info.node, -1);
    this.counts.nodeGone(info);
    for (const pod of info.pods.values()) this.#placed.delete(pod.key);
    this.nodesWithAffinity.delete(info);
    this.nodesWithRequiredAntiAffinity.delete(info);
  }

  /** Notes a pod that is assigned to a node, or its change there. `known` saves deriving what the caller has. */
  setPod(pod: Pod, known?: PodInfo): void {
    const { namespace = '', name = '' } = pod.metadata;
    const node = this.#byName.get(pod.spec?.nodeName ?? '');
    const key = `${namespace}/${name}`;
    const before = this.#placed.get(key);
    const old = before?.pods.get(key);
    if (old && before && old.pod.metadata.uid !== pod.metadata.uid) this.removePod(pod);
    if (!node) return;
    if (old && before === node) {
      const recount =
        old.pod.metadata.labels !== pod.metadata.labels ||
        old.terminating !== (pod.metadata.deletionTimestamp !== undefined);
      if (recount) this.counts.podChanged(old, node, -1);
      const info = podInfo(pod, old);
      if (recount) this.counts.podChanged(info, node, 1);
      if (info === old) return;
      node.replace(old, info);
    } else {
      const info = podInfo(pod, known);
      node.add(info);
      this.#placed.set(key, node);
      this.counts.podChanged(info, node, 1);
    }
    this.#noteAffinity(node);
  }

  removePod(pod: Pod): void {
    const key = `${pod.metadata.namespace ?? ''}/${pod.metadata.name ?? ''}`;
    const node = this.#placed.get(key);
    const info = node?.remove(key);
    if (!node || !info) return;
    this.#placed.delete(key);
    this.counts.podChanged(info, node, -1);
    this.#noteAffinity(node);
  }

  #noteAffinity(node: NodeInfo): void {
    if (node.withAffinity.size > 0) this.nodesWithAffinity.add(node);
    else this.nodesWithAffinity.delete(node);
    if (node.withRequiredAntiAffinity.size > 0) this.nodesWithRequiredAntiAffinity.add(node);
    else this.nodesWithRequiredAntiAffinity.delete(node);
  }

  #countImages(node: Node, sign: 1 | -1): void {
    for (const { names, sizeBytes = 0 } of node.status?.images ?? []) {
      for (const name of names ?? []) {
        const nodes = (this.#images.get(name)?.nodes ?? 0) + sign;
        if (nodes > 0) this.#images.set(name, { nodes, sizeBytes });
        else this.#images.delete(name);
      }
    }
  }
}
