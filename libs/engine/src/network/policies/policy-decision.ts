import { cidrProblem } from '../../registry/cidr-problem.js';
import { matchesSelector } from '../../selectors/label-selector.js';
import type {
  IPBlock,
  LabelSelector,
  NetworkPolicy,
  NetworkPolicyPeer,
  NetworkPolicyPort,
} from '../../types/index.js';
import { contains, parseCidr } from '../addresses.js';
import { parseIpv4 } from '../../registry/ipv4.js';

type Labels = Readonly<Record<string, string>>;

/** One end of a connection: a pod, or an address that is none. */
export interface PolicyEnd {
  readonly ip: string;
  /** Undefined for nodes, for pods on their network, and for the world outside. */
  readonly pod?: {
    readonly namespace: string;
    readonly namespaceLabels: Labels;
    readonly labels: Labels;
    /** The number of a named port; undefined when it has none of that name and protocol. */
    readonly portNamed: (name: string, protocol: string) => number | undefined;
  };
}

/** A connection that somebody wants to make, at the address and port it ends at: services are resolved. */
export interface Connection {
  readonly from: PolicyEnd;
  readonly to: PolicyEnd;
  readonly port: number;
  readonly protocol: string;
}

export type PolicyDirection = 'Ingress' | 'Egress';

interface Rule {
  readonly peers: readonly NetworkPolicyPeer[] | undefined;
  readonly ports: readonly NetworkPolicyPort[] | undefined;
}

/**
 * Whether the policies of a pod's namespace let a connection leave it (`Egress`) or arrive at it (`Ingress`)
 * (networking/v1 types.go). A pod that no policy selects for that direction is open; one that is selected takes what any rule
 * of any such policy allows, and nothing else.
 */
export function isAllowed(
  direction: PolicyDirection,
  policies: readonly NetworkPolicy[],
  connection: Connection,
): boolean {
  const [own, peer] =
    direction === 'Ingress' ? [connection.to, connection.from] : [connection.from, connection.to];
  const { pod } = own;
  // What is no pod has no policies, and a pod can't be kept from itself.
  if (!pod || own.ip === peer.ip) return true;
  let isSelected = false;
  for (const { spec } of policies) {
    if (!matchesSelector(spec?.podSelector, pod.labels)) continue;
    if (!(spec?.policyTypes ?? ['Ingress']).includes(direction)) continue;
    isSelected = true;
    const rules: readonly Rule[] =
      direction === 'Ingress'
        ? (spec?.ingress ?? []).map(({ from, ports }) => ({ peers: from, ports }))
        : (spec?.egress ?? []).map(({ to, ports }) => ({ peers: to, ports }));
    if (rules.some((rule) => allows(rule, pod.namespace, peer, connection))) return true;
  }
  return !isSelected;
}

/** Rules without peers allow all of them, rules without ports every port. */
function allows({ peers, ports }: Rule, namespace: string, peer: PolicyEnd, connection: Connection): boolean {
  return (
    (!peers?.length || peers.some((each) => isPeer(each, namespace, peer))) &&
    (!ports?.length || ports.some((each) => isPort(each, connection)))
  );
}

function isPeer(
  { ipBlock, namespaceSelector, podSelector }: NetworkPolicyPeer,
  namespace: string,
  { ip, pod }: PolicyEnd,
): boolean {
  if (ipBlock) return isInBlock(ipBlock, ip);
  if (!pod) return false;
  const inNamespace = namespaceSelector
    ? matchesSelector(namespaceSelector, pod.namespaceLabels)
    : pod.namespace === namespace;
  return inNamespace && matchesSelector(podSelector ?? EVERYTHING, pod.labels);
}

const EVERYTHING: LabelSelector = {};

function isInBlock({ cidr, except }: IPBlock, ip: string): boolean {
  return isIn(cidr, ip) && !except?.some((each) => isIn(each, ip));
}

function isIn(cidr: string, ip: string): boolean {
  const address = parseIpv4(ip);
  // Ranges of IPv6 hold nothing here, and what is no range holds nothing anywhere.
  const isRange = !cidr.includes(':') && cidrProblem(cidr) === undefined;
  return address !== undefined && isRange && contains(parseCidr(cidr), address);
}

function isPort(
  { port: wanted, endPort, protocol = 'TCP' }: NetworkPolicyPort,
  { to, port, protocol: used }: Connection,
): boolean {
  if (protocol !== used) return false;
  if (wanted === undefined) return true;
  if (typeof wanted === 'string') return to.pod?.portNamed(wanted, protocol) === port;
  return endPort === undefined ? port === wanted : port >= wanted && port <= endPort;
}
