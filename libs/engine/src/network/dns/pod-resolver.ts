import type { Pod } from '../../types/index.js';

/** Dots from which on a name is asked for as it is, before it is searched for (kubelet's, and the resolver's own). */
const CLUSTER_DOTS = 5;
const USUAL_DOTS = 1;

/** How a pod finds addresses: what its `/etc/resolv.conf` says. */
export interface PodResolver {
  readonly servers: readonly string[];
  readonly searches: readonly string[];
  /** By name, as they are written: `ndots:5`. */
  readonly options: ReadonlyMap<string, string>;
}

/** What a pod's `dnsPolicy` and `dnsConfig` come to (kubelet/network/dns). The node asks the cluster's DNS, too. */
export function podResolver(pod: Pod, domain: string, clusterServer: string): PodResolver {
  const { dnsPolicy = 'ClusterFirst', dnsConfig, hostNetwork } = pod.spec ?? {};
  const isCluster = dnsPolicy === 'ClusterFirstWithHostNet' || (dnsPolicy === 'ClusterFirst' && !hostNetwork);
  const searches = new Set([
    ...(isCluster ? clusterSearches(pod.metadata.namespace ?? '', domain) : []),
    ...(dnsConfig?.searches ?? []),
  ]);
  const servers = new Set([
    ...(dnsPolicy === 'None' ? [] : [clusterServer]),
    ...(dnsConfig?.nameservers ?? []),
  ]);
  const options = new Map<string, string>(isCluster ? [['ndots', `ndots:${CLUSTER_DOTS}`]] : []);
  for (const { name = '', value } of dnsConfig?.options ?? [])
    options.set(name, value === undefined ? name : `${name}:${value}`);
  return { servers: [...servers], searches: [...searches], options };
}

/** Where names of a namespace are searched for. */
export const clusterSearches = (namespace: string, domain: string): readonly string[] => [
  `${namespace}.svc.${domain}`,
  `svc.${domain}`,
  domain,
];

/** The whole names a short one may stand for, in the order in which they are asked for. */
export function candidatesFor(
  name: string,
  { searches, options }: Pick<PodResolver, 'searches' | 'options'>,
): readonly string[] {
  if (name.endsWith('.')) return [name.slice(0, -1)];
  const asked = Number(/^ndots:(\d{1,2})$/.exec(options.get('ndots') ?? '')?.[1] ?? USUAL_DOTS);
  const searched = searches.map((domain) => `${name}.${domain.replace(/\.$/, '')}`);
  return name.split('.').length - 1 >= asked ? [name, ...searched] : [...searched, name];
}
