import { contains, formatCidr, parseCidr } from '../network/addresses.js';
import { parseIpv4 } from '../registry/ipv4.js';
import { networkFor, nodeAddress, nodePodCidr, type ClusterNetwork } from '../network/cluster-network.js';
import type { Node } from '../types/index.js';
import type { NodePlace } from './node-object.js';

/** Places already given are looked past; this many tries find a free one or there is none. */
const MOST_TRIES = 20_000;

/**
 * Gives every node its address and its range of pod addresses. A node that exists keeps what it has, so that pods that run
 * keep their addresses; a new one gets the first that nobody has, whatever order nodes are named in.
 */
export class NodePlaces {
  readonly #network: ClusterNetwork;
  readonly #runtimeVersion: string;
  readonly #ranges = new Set<string>();
  readonly #addresses = new Set<string>();
  #nextRange = 0;
  #nextAddress = 0;

  constructor(network: ClusterNetwork, nodes: number, existing: Iterable<Node>, runtimeVersion: string) {
    this.#network = networkFor(network, nodes);
    this.#runtimeVersion = runtimeVersion;
    for (const node of existing) {
      if (node.spec?.podCIDR) this.#ranges.add(node.spec.podCIDR);
      const address = this.#ownAddress(node);
      if (address !== undefined) this.#addresses.add(address);
    }
  }

  /** The place of a node. Throws RangeError when the network has no room left. */
  of(name: string, existing: Node | undefined): NodePlace {
    return {
      podCidr: existing?.spec?.podCIDR ?? this.#freeRange(name),
      address: (existing && this.#ownAddress(existing)) ?? this.#freeAddress(),
      runtimeVersion: this.#runtimeVersion,
    };
  }

  #freeRange(name: string): string {
    for (let tried = 0; tried < MOST_TRIES; tried++) {
      const range = nodePodCidr(this.#network, this.#nextRange++);
      if (!range) break;
      const text = formatCidr(range);
      if (this.#ranges.has(text)) continue;
      this.#ranges.add(text);
      return text;
    }
    throw new RangeError(`no pod addresses left in ${this.#network.podCidr} for node ${name}`);
  }

  #freeAddress(): string {
    let address = nodeAddress(this.#network, this.#nextAddress++);
    while (this.#addresses.has(address)) address = nodeAddress(this.#network, this.#nextAddress++);
    this.#addresses.add(address);
    return address;
  }

  /** The address a node had, if it is one of this network. */
  #ownAddress(node: Node): string | undefined {
    const address = node.status?.addresses?.find(({ type }) => type === 'InternalIP')?.address;
    const value = address === undefined ? undefined : parseIpv4(address);
    return value !== undefined && contains(parseCidr(this.#network.nodeCidr), value) ? address : undefined;
  }
}
