import { createHash } from 'node:crypto';
import type { Service, ServicePort } from '../types/index.js';
import type { ServiceDirectory, ServiceEndpoint } from './endpoints.js';
import { usableEndpoints } from './service-proxy.js';

/** The packet mark that asks for source address translation (kube-proxy --iptables-masquerade-bit 14). */
const MASQUERADE_MARK = '0x4000';
const DEFAULT_AFFINITY_SECONDS = 10_800;

export interface RuleSetOptions {
  /** Pods' addresses: traffic from elsewhere to a cluster address is masqueraded. */
  readonly clusterCidr: string;
  /** The node whose rules these are; decides what is local. */
  readonly nodeName?: string;
  readonly zone?: string;
}

interface PortRules {
  readonly service: Service;
  readonly port: ServicePort;
  /** `namespace/name:port`. */
  readonly name: string;
  readonly protocol: string;
  readonly clusterEndpoints: readonly ServiceEndpoint[];
  readonly localEndpoints: readonly ServiceEndpoint[];
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function base32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xffff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += BASE32.charAt((value >> bits) & 31);
    }
  }
  return text;
}

/** A chain's name: prefix and a hash of what it is for (proxier.go portProtoHash). */
export function chainName(prefix: string, ...parts: readonly string[]): string {
  return prefix + base32(createHash('sha256').update(parts.join('')).digest()).slice(0, 16);
}

/**
 * The rules kube-proxy's iptables mode would have written on a node, as `iptables-save` shows them. Nothing is installed:
 * they are for reading, and for comparing with a real node.
 */
export function iptablesRules(directory: ServiceDirectory, options: RuleSetOptions): string {
  const filter: string[] = [];
  const services: string[] = [];
  const nodePorts: string[] = [];
  const rules: string[] = [];
  const chains = new Set(['KUBE-MARK-MASQ', 'KUBE-NODEPORTS', 'KUBE-POSTROUTING', 'KUBE-SERVICES']);
  const endpointChains = new Set<string>();

  for (const entry of portsOf(directory, options)) {
    const { service, port, name, protocol, clusterEndpoints, localEndpoints } = entry;
    const match = `-m ${protocol} -p ${protocol}`;
    const { clusterIP = '', externalTrafficPolicy, internalTrafficPolicy } = service.spec ?? {};
    const svc = chainName('KUBE-SVC-', name, protocol);
    const svl = chainName('KUBE-SVL-', name, protocol);
    const external = chainName('KUBE-EXT-', name, protocol);
    const internalChain = internalTrafficPolicy === 'Local' ? svl : svc;
    const externalChain = externalTrafficPolicy === 'Local' ? svl : svc;
    const toClusterIp = `${match} -d ${clusterIP} --dport ${port.port}`;
    const internal = internalTrafficPolicy === 'Local' ? localEndpoints : clusterEndpoints;
    if (internal.length > 0)
      services.push(`-A KUBE-SERVICES ${comment(`${name} cluster IP`)} ${toClusterIp} -j ${internalChain}`);
    else if (clusterEndpoints.length === 0)
      filter.push(`-A KUBE-SERVICES ${comment(`${name} has no endpoints`)} ${toClusterIp} -j REJECT`);
    else filter.push(`-A KUBE-SERVICES ${comment(`${name} has no local endpoints`)} ${toClusterIp} -j DROP`);

    const outside = externalTrafficPolicy === 'Local' ? localEndpoints : clusterEndpoints;
    const outsideAddresses = [
      ...(service.spec?.externalIPs ?? []),
      ...(service.status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => (ip ? [ip] : [])),
    ];
    if (outside.length > 0 && (port.nodePort || outsideAddresses.length > 0)) {
      for (const address of outsideAddresses)
        services.push(
          `-A KUBE-SERVICES ${comment(`${name} external IP`)} ${match} -d ${address} --dport ${port.port} -j ${external}`,
        );
      if (port.nodePort)
        nodePorts.push(`-A KUBE-NODEPORTS ${comment(name)} ${match} --dport ${port.nodePort} -j ${external}`);
      chains.add(external);
      const destinations = `${name} external destinations`;
      if (externalTrafficPolicy === 'Local') {
        // The node itself and its pods reach every endpoint whatever the policy.
        const local = '-m addrtype --src-type LOCAL';
        rules.push(
          `-A ${external} ${comment(`pod traffic for ${destinations}`)} -s ${options.clusterCidr} -j ${svc}`,
          `-A ${external} ${comment(`masquerade LOCAL traffic for ${destinations}`)} ${local} -j KUBE-MARK-MASQ`,
          `-A ${external} ${comment(`route LOCAL traffic for ${destinations}`)} ${local} -j ${svc}`,
        );
      } else
        rules.push(`-A ${external} ${comment(`masquerade traffic for ${destinations}`)} -j KUBE-MARK-MASQ`);
      rules.push(`-A ${external} -j ${externalChain}`);
    }

    const used = new Map<string, readonly ServiceEndpoint[]>();
    if (internalChain === svc || (externalChain === svc && chains.has(external)))
      used.set(svc, clusterEndpoints);
    if (internalChain === svl || (externalChain === svl && chains.has(external)))
      used.set(svl, localEndpoints);
    for (const [chain, endpoints] of used) {
      if (endpoints.length === 0) continue;
      chains.add(chain);
      if (chain === internalChain)
        rules.push(
          `-A ${chain} ${comment(`${name} cluster IP`)} ${toClusterIp} ! -s ${options.clusterCidr} -j KUBE-MARK-MASQ`,
        );
      rules.push(...balance(chain, entry, endpoints, match, chains, endpointChains));
    }
  }
  services.push(
    `-A KUBE-SERVICES ${comment('kubernetes service nodeports; NOTE: this must be the last rule in this chain')} -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS`,
  );
  return [
    '*filter',
    ...['KUBE-EXTERNAL-SERVICES', 'KUBE-FIREWALL', 'KUBE-FORWARD', 'KUBE-NODEPORTS', 'KUBE-SERVICES'].map(
      declare,
    ),
    ...filter,
    `-A KUBE-FIREWALL ${comment('block incoming localnet connections')} -d 127.0.0.0/8 ! -s 127.0.0.0/8 -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP`,
    '-A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP',
    `-A KUBE-FORWARD ${comment('kubernetes forwarding rules')} -m mark --mark ${MASQUERADE_MARK}/${MASQUERADE_MARK} -j ACCEPT`,
    `-A KUBE-FORWARD ${comment('kubernetes forwarding conntrack rule')} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`,
    'COMMIT',
    '*nat',
    ...[...chains].sort().map(declare),
    ...services,
    ...nodePorts,
    `-A KUBE-MARK-MASQ -j MARK --or-mark ${MASQUERADE_MARK}`,
    `-A KUBE-POSTROUTING -m mark ! --mark ${MASQUERADE_MARK}/${MASQUERADE_MARK} -j RETURN`,
    `-A KUBE-POSTROUTING -j MARK --xor-mark ${MASQUERADE_MARK}`,
    `-A KUBE-POSTROUTING ${comment('kubernetes service traffic requiring SNAT')} -j MASQUERADE`,
    ...rules,
    'COMMIT',
    '',
  ].join('\n');
}

const declare = (chain: string): string => `:${chain} - [0:0]`;

/** Quoted where it has blanks, as iptables-save writes it. */
const comment = (text: string): string => `-m comment --comment ${text.includes(' ') ? `"${text}"` : text}`;

function portsOf(directory: ServiceDirectory, options: RuleSetOptions): PortRules[] {
  const result: PortRules[] = [];
  for (const service of directory.services()) {
    const { clusterIP } = service.spec ?? {};
    if (!clusterIP || clusterIP === 'None' || service.spec?.type === 'ExternalName') continue;
    for (const port of service.spec?.ports ?? []) {
      const endpoints = directory.endpointsOf(service, port);
      const source = {
        clientIp: '',
        external: false,
        ...(options.nodeName !== undefined && { nodeName: options.nodeName }),
        ...(options.zone !== undefined && { zone: options.zone }),
      };
      const { internalTrafficPolicy: _, ...spec } = service.spec ?? {};
      const wide = { ...service, spec };
      const near = endpoints.filter(({ nodeName }) => nodeName === options.nodeName);
      result.push({
        service,
        port,
        name: `${service.metadata.namespace ?? ''}/${service.metadata.name ?? ''}${port.name ? `:${port.name}` : ''}`,
        protocol: (port.protocol ?? 'TCP').toLowerCase(),
        clusterEndpoints: usableEndpoints(wide, endpoints, source),
        localEndpoints: usableEndpoints(wide, near, source),
      });
    }
  }
  return result.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** One endpoint of n is taken with chance 1/n, the next with 1/(n-1), the last always: each is as likely. */
function balance(
  chain: string,
  { service, name, protocol }: PortRules,
  endpoints: readonly ServiceEndpoint[],
  match: string,
  chains: Set<string>,
  endpointChains: Set<string>,
): string[] {
  const sticky = service.spec?.sessionAffinity === 'ClientIP';
  const seconds = service.spec?.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? DEFAULT_AFFINITY_SECONDS;
  const entries = endpoints.map(({ ip, port }) => ({
    target: `${ip}:${port}`,
    ip,
    chain: chainName('KUBE-SEP-', name, protocol, `${ip}:${port}`),
  }));
  const rules: string[] = [];
  if (sticky)
    for (const entry of entries)
      rules.push(
        `-A ${chain} ${comment(`${name} -> ${entry.target}`)} -m recent --name ${entry.chain} --rcheck --seconds ${seconds} --reap -j ${entry.chain}`,
      );
  entries.forEach((entry, index) => {
    const left = entries.length - index;
    const chance = left > 1 ? ` -m statistic --mode random --probability ${(1 / left).toFixed(10)}` : '';
    rules.push(`-A ${chain} ${comment(`${name} -> ${entry.target}`)}${chance} -j ${entry.chain}`);
  });
  for (const entry of entries) {
    chains.add(entry.chain);
    if (endpointChains.has(entry.chain)) continue;
    endpointChains.add(entry.chain);
    rules.push(`-A ${entry.chain} ${comment(name)} -s ${entry.ip} -j KUBE-MARK-MASQ`);
    const remember = sticky ? ` -m recent --name ${entry.chain} --set` : '';
    rules.push(
      `-A ${entry.chain} ${comment(name)}${remember} ${match} -j DNAT --to-destination ${entry.target}`,
    );
  }
  return rules;
}
