import { podResolver } from '../network/dns/pod-resolver.js';
import type { Pod } from '../types/index.js';
import type { ConfigSources } from './config-sources.js';

/** Where the cluster's DNS is when no service says so. */
const USUAL_DNS = '10.96.0.10';
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
  const server = services.get('kube-system', 'kube-dns')?.spec?.clusterIP ?? USUAL_DNS;
  const { servers, searches, options } = podResolver(pod, domain, server);
  const lines = [
    ...(searches.length > 0 ? [`search ${searches.join(' ')}`] : []),
    ...servers.map((address) => `nameserver ${address}`),
    ...(options.size > 0 ? [`options ${[...options.values()].join(' ')}`] : []),
  ];
  return `${lines.join('\n')}\n`;
}
