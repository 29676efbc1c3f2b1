import type { Pod } from '../types/index.js';
import type { ConfigSources } from './container-config.js';

/** Where the cluster's DNS is when no service says so. */
const USUAL_DNS = '10.96.0.10';
/** More names in front of it than dots make a name relative (kubelet's ndots). */
const CLUSTER_OPTIONS = 'ndots:5';
/** The longest host name Linux takes. */
const LONGEST_HOSTNAME = 63;

/** What a pod is called on the network. */
export function hostnameOf(pod: Pod, nodeName: string, domain: string): string {
  const { hostnameOverride, hostname, hostNetwork, setHostnameAsFQDN, subdomain } = pod.spec ?? {};
  if (hostnameOverride) return hostnameOverride;
  if (hostNetwork) return nodeName;
  const short = (hostname ?? pod.metadata.name ?? '').slice(0, LONGEST_HOSTNAME).replace(/[-.]+$/, '');
  return setHostnameAsFQDN && subdomain
    ? `${short}.${subdomain}.${pod.metadata.namespace ?? ''}.svc.${domain}`
    : short;
}

/** The files by which the kubelet tells a container of the network, by absolute path. */
export function networkFiles(
  pod: Pod,
  place: { readonly podIp: string; readonly nodeName: string; readonly domain: string },
  sources: Pick<ConfigSources, 'services'>,
): Record<string, string> {
  return {
    '/etc/hostname': `${hostnameOf(pod, place.nodeName, place.domain)}\n`,
    '/etc/hosts': hosts(pod, place),
    '/etc/resolv.conf': resolver(pod, place.domain, sources),
  };
}

function hosts(
  pod: Pod,
  { podIp, nodeName, domain }: { readonly podIp: string; readonly nodeName: string; readonly domain: string },
): string {
  const { hostNetwork, hostnameOverride, hostname, subdomain, hostAliases = [] } = pod.spec ?? {};
  const short = hostnameOverride ?? hostname ?? pod.metadata.name ?? '';
  const full = `${short}.${subdomain ?? ''}.${pod.metadata.namespace ?? ''}.svc.${domain}`;
  const own = hostNetwork
    ? `${podIp}\t${nodeName}`
    : `${podIp}\t${subdomain && !hostnameOverride ? `${full}\t${short}` : short}`;
  const lines = [
    hostNetwork ? '# Kubernetes-managed hosts file (host network).' : '# Kubernetes-managed hosts file.',
    '127.0.0.1\tlocalhost',
    '::1\tlocalhost ip6-localhost ip6-loopback',
    'fe00::0\tip6-localnet',
    'fe00::0\tip6-mcastprefix',
    'fe00::1\tip6-allnodes',
    'fe00::2\tip6-allrouters',
    own,
  ];
  if (hostAliases.length > 0) lines.push('', '# Entries added by HostAliases.');
  for (const { ip, hostnames = [] } of hostAliases) lines.push(`${ip}\t${hostnames.join('\t')}`);
  return `${lines.join('\n')}\n`;
}

function resolver(pod: Pod, domain: string, { services }: Pick<ConfigSources, 'services'>): string {
  const { dnsPolicy = 'ClusterFirst', dnsConfig, hostNetwork } = pod.spec ?? {};
  const cluster = dnsPolicy === 'ClusterFirstWithHostNet' || (dnsPolicy === 'ClusterFirst' && !hostNetwork);
  const server = services.get('kube-system', 'kube-dns')?.spec?.clusterIP ?? USUAL_DNS;
  const namespace = pod.metadata.namespace ?? '';
  const searches = new Set([
    ...(cluster ? [`${namespace}.svc.${domain}`, `svc.${domain}`, domain] : []),
    ...(dnsConfig?.searches ?? []),
  ]);
  const servers = new Set([...(dnsPolicy === 'None' ? [] : [server]), ...(dnsConfig?.nameservers ?? [])]);
  const options = new Map<string, string>(cluster ? [['ndots', CLUSTER_OPTIONS]] : []);
  for (const { name = '', value } of dnsConfig?.options ?? [])
    options.set(name, value === undefined ? name : `${name}:${value}`);
  const lines = [
    ...(searches.size > 0 ? [`search ${[...searches].join(' ')}`] : []),
    ...[...servers].map((address) => `nameserver ${address}`),
    ...(options.size > 0 ? [`options ${[...options.values()].join(' ')}`] : []),
  ];
  return `${lines.join('\n')}\n`;
}
