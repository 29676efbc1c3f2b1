import type { Lister } from '../clients/client.js';
import type { Node, Pod } from '../types/index.js';
import { AddressPool, parseCidr } from '../network/addresses.js';
import { bytesFromText, file, place as put, type DirectoryNode } from '../runtime/files/file-node.js';
import { imageRoot } from '../runtime/files/image-root.js';
import type { ImagePull } from '../runtime/container-runtime.js';
import type { NodePlace } from './node-object.js';
import { parseImageReference } from '../runtime/image-reference.js';
import type { NodeSpec } from './node-spec.js';

/** Images a node tells of (kubelet --node-status-max-images). */
const REPORTED_IMAGES = 50;

/** An image on a node. */
export interface LocalImage {
  readonly imageId: string;
  readonly name: string;
  readonly sizeBytes: number;
}

/** A pod on a node, as the node and its other pods see it. */
export interface NodePod {
  readonly pod: Pod;
  /** True when its containers will never run again: it takes none of the node any more. */
  readonly isFinished: boolean;
  /** The pod as far as its node has agreed to what it asks for. */
  readonly allocated: Pod;
  /** Does what is due. */
  sync(): void;
  /** Takes note of a new version of the pod. */
  update(pod: Pod): void;
  /** Writes the status again as it should be. */
  resync(): void;
  /** No more may happen. */
  stop(): void;
}

/** What one node holds beside its pods: addresses and images. */
export class NodeAgent {
  readonly spec: NodeSpec;
  readonly place: NodePlace;
  readonly workers = new Map<string, NodePod>();
  /** Pods that asked for more than there was room for. */
  readonly waitingForRoom = new Set<NodePod>();
  /** True while the node is told to be down: nothing on it moves and nothing is heard of it. */
  down = false;
  /** True when images came since they were last reported. */
  hasNews = false;
  /** The node's own files, which volumes of type hostPath show. */
  readonly hostFiles: DirectoryNode;
  /** When its status was written last. */
  reportedMs = 0;
  readonly #pool: AddressPool;
  readonly #images = new Map<string, LocalImage>();
  readonly #pulls = new Map<string, { readyMs: number; result: ImagePull }>();
  readonly #nodes: Lister<Node>;

  constructor(spec: NodeSpec, place: NodePlace, nodes: Lister<Node>) {
    this.spec = spec;
    this.place = place;
    this.#nodes = nodes;
    this.hostFiles = imageRoot({}, 0);
    const hosts = `127.0.0.1\tlocalhost\n${place.address}\t${spec.name}\n`;
    for (const [path, text] of [
      ['etc/hosts', hosts],
      ['etc/hostname', `${spec.name}\n`],
    ] as const)
      put(this.hostFiles, path, file(bytesFromText(text)));
    // The first address is the node's own end of the bridge.
    this.#pool = new AddressPool(parseCidr(place.podCidr), { reserved: 1 });
    for (const { names = [], sizeBytes = 0 } of this.node?.status?.images ?? []) {
      const [imageId = '', name] = names;
      if (name !== undefined) this.#images.set(name, { imageId, name, sizeBytes });
    }
  }

  get name(): string {
    return this.spec.name;
  }

  get node(): Node | undefined {
    return this.#nodes.get(undefined, this.spec.name);
  }

  /** An address for a pod; one it had before is given again when it is free. */
  takeAddress(pod: Pod): string | undefined {
    if (pod.spec?.hostNetwork) return this.place.address;
    const before = pod.status?.podIP;
    if (before && this.#pool.claim(before)) return before;
    return this.#pool.take();
  }

  releaseAddress(address: string): void {
    this.#pool.release(address);
  }

  /** Something took less of the node than before: those who wait for it look again. */
  roomChanged(): void {
    for (const worker of this.waitingForRoom) worker.sync();
  }

  image(name: string): LocalImage | undefined {
    return this.#images.get(fullName(name));
  }

  addImage(name: string, image: LocalImage): void {
    if (this.#images.has(fullName(name))) return;
    this.#images.set(fullName(name), image);
    this.hasNews = true;
  }

  /** Joins a pull that is under way or begins one; says when it is done. */
  pull(name: string, nowMs: number, begin: () => ImagePull): { readyMs: number; result: ImagePull } {
    const underWay = this.#pulls.get(name);
    if (underWay && underWay.readyMs > nowMs) return underWay;
    const result = begin();
    const pull = { readyMs: nowMs + result.ms, result };
    if (!('reason' in result)) this.#pulls.set(name, pull);
    return pull;
  }

  pulled(name: string): void {
    this.#pulls.delete(name);
  }

  /** The images as node status lists them, largest first. */
  reportedImages(): NonNullable<Node['status']>['images'] {
    this.hasNews = false;
    return [...this.#images.values()]
      .sort((a, b) => b.sizeBytes - a.sizeBytes)
      .slice(0, REPORTED_IMAGES)
      .map(({ imageId, name, sizeBytes }) => ({ names: [imageId, name], sizeBytes }));
  }
}

/** Full names of the images asked for; few, asked for again with every container. */
const REMEMBERED_NAMES = 4096;
const fullNames = new Map<string, string>();

/** `nginx` and `docker.io/library/nginx:latest` are the same image. */
function fullName(image: string): string {
  let name = fullNames.get(image);
  if (name === undefined) {
    const reference = parseImageReference(image);
    name = typeof reference === 'string' ? image : reference.name;
    if (fullNames.size >= REMEMBERED_NAMES) fullNames.clear();
    fullNames.set(image, name);
  }
  return name;
}
