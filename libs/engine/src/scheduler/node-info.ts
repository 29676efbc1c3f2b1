import type { ContainerPort, Node } from '../types/index.js';
import { wholeValue } from '../quantity.js';
import type { PodInfo } from './pod-info.js';
import { addResources, noResources, readResources, type Resources } from './resources.js';

/** A node with what runs on it, kept up to date pod by pod: nothing is ever counted again. */
export class NodeInfo {
  readonly name: string;
  readonly pods = new Map<string, PodInfo>();
  /** Pods with a required anti-affinity, and with any (anti-)affinity at all. */
  readonly withRequiredAntiAffinity = new Set<PodInfo>();
  readonly withAffinity = new Set<PodInfo>();
  readonly requested: Resources = noResources();
  readonly assumed: Resources = noResources();
  readonly #ports = new Map<string, number>();
  #node: Node;
  #allocatable: Resources;
  #allowedPods: number;
  #images: Map<string, number> | undefined;

  constructor(node: Node) {
    this.name = node.metadata.name ?? '';
    this.#node = node;
    this.#allocatable = readResources(node.status?.allocatable);
    this.#allowedPods = wholeValue(node.status?.allocatable?.['pods']);
  }

  get node(): Node {
    return this.#node;
  }

  get allocatable(): Resources {
    return this.#allocatable;
  }

  get allowedPods(): number {
    return this.#allowedPods;
  }

  /** Sizes of the images on this node by name, in bytes. */
  get images(): ReadonlyMap<string, number> {
    if (!this.#images) {
      this.#images = new Map();
      for (const { names, sizeBytes } of this.#node.status?.images ?? [])
        for (const name of names ?? []) this.#images.set(name, sizeBytes ?? 0);
    }
    return this.#images;
  }

  label(key: string): string | undefined {
    const labels = this.#node.metadata.labels;
    return labels && Object.hasOwn(labels, key) ? labels[key] : undefined;
  }

  setNode(node: Node): void {
    if (node.status?.images !== this.#node.status?.images) this.#images = undefined;
    if (node.status?.allocatable !== this.#node.status?.allocatable) {
      this.#allocatable = readResources(node.status?.allocatable);
      this.#allowedPods = wholeValue(node.status?.allocatable?.['pods']);
    }
    this.#node = node;
  }

  add(pod: PodInfo): void {
    this.pods.set(pod.key, pod);
    this.#count(pod, 1);
    if (pod.requiredAntiAffinity.length > 0) this.withRequiredAntiAffinity.add(pod);
    if (
      pod.requiredAffinity.length + pod.preferredAffinity.length + pod.preferredAntiAffinity.length > 0 ||
      pod.requiredAntiAffinity.length > 0
    )
      this.withAffinity.add(pod);
  }

  remove(key: string): PodInfo | undefined {
    const pod = this.pods.get(key);
    if (!pod) return undefined;
    this.pods.delete(key);
    this.#count(pod, -1);
    this.withRequiredAntiAffinity.delete(pod);
    this.withAffinity.delete(pod);
    return pod;
  }

  replace(before: PodInfo, pod: PodInfo): void {
    this.remove(before.key);
    this.add(pod);
  }

  /** Whether a host port is taken: the same port and protocol on the same address, or on any. */
  isPortTaken(port: ContainerPort): boolean {
    if (this.#ports.size === 0) return false;
    const protocol = port.protocol ?? 'TCP';
    const address = port.hostIP || '0.0.0.0';
    const suffix = `/${protocol}/${port.hostPort}`;
    if (address !== '0.0.0.0')
      return this.#ports.has(address + suffix) || this.#ports.has(`0.0.0.0${suffix}`);
    for (const taken of this.#ports.keys()) if (taken.endsWith(suffix)) return true;
    return false;
  }

  /** A copy to try something out on. */
  copy(): NodeInfo {
    const copy = new NodeInfo(this.#node);
    for (const pod of this.pods.values()) copy.add(pod);
    return copy;
  }

  #count(pod: PodInfo, sign: 1 | -1): void {
    addResources(this.requested, pod.requests, sign);
    addResources(this.assumed, pod.assumed, sign);
    for (const { hostIP, protocol = 'TCP', hostPort } of pod.hostPorts) {
      const key = `${hostIP || '0.0.0.0'}/${protocol}/${hostPort}`;
      const count = (this.#ports.get(key) ?? 0) + sign;
      if (count > 0) this.#ports.set(key, count);
      else this.#ports.delete(key);
    }
  }
}
