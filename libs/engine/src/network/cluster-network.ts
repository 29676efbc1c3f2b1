import { parseCidr, subnet, type Cidr } from './addresses.js';
import { formatIpv4 } from '../registry/ipv4.js';

/** Addresses of one node in blocks of this size: 254 pods (kube-controller-manager's --node-cidr-mask-size). */
const NODE_BITS = 24;

/** The address ranges of a cluster. */
export interface ClusterNetwork {
  /** Pods; each node gets a /24 of it. */
  readonly podCidr: string;
  /** ClusterIPs of services. */
  readonly serviceCidr: string;
  /** External addresses of services of type LoadBalancer. */
  readonly loadBalancerCidr: string;
  /** Nodes' own addresses. */
  readonly nodeCidr: string;
  /** Domain of cluster DNS. */
  readonly domain: string;
}

/** Ranges as kubeadm and kind choose them; nothing listens there. */
export const VIRTUAL_NETWORK: ClusterNetwork = {
  podCidr: '10.244.0.0/16',
  serviceCidr: '10.96.0.0/16',
  loadBalancerCidr: '172.19.0.0/16',
  nodeCidr: '172.18.0.0/16',
  domain: 'cluster.local',
};

/** Ranges inside loopback, where every process may listen: for clusters whose services can be reached. */
export const LOOPBACK_NETWORK: ClusterNetwork = {
  podCidr: '127.128.0.0/9',
  serviceCidr: '127.96.0.0/16',
  loadBalancerCidr: '127.97.0.0/16',
  nodeCidr: '127.18.0.0/16',
  domain: 'cluster.local',
};

/** The network with a pod range that is large enough for `nodes` nodes. */
export function networkFor(network: ClusterNetwork, nodes: number): ClusterNetwork {
  const range = parseCidr(network.podCidr);
  if (subnet(range, NODE_BITS, nodes - 1) || nodes === 0) return network;
  // A default that is too small makes way for the largest private range, which the service range is not part of.
  if (network.podCidr === VIRTUAL_NETWORK.podCidr) return { ...network, podCidr: '10.128.0.0/9' };
  throw new RangeError(`${network.podCidr} has no room for ${nodes} nodes with a /${NODE_BITS} each`);
}

/** The pod range of the `index`-th node. */
export function nodePodCidr(network: ClusterNetwork, index: number): Cidr | undefined {
  return subnet(parseCidr(network.podCidr), NODE_BITS, index);
}

/** Where the API server listens in the cluster's network, as kubeadm sets it up. */
export const API_PORT = 6443;

/** The address of the control plane, before those of the nodes. */
export function controlPlaneAddress(network: Pick<ClusterNetwork, 'nodeCidr'>): string {
  return formatIpv4(parseCidr(network.nodeCidr).base + 1);
}

/** The address of the `index`-th node. */
export function nodeAddress(network: ClusterNetwork, index: number): string {
  return formatIpv4(parseCidr(network.nodeCidr).base + 2 + index);
}
