import type { EndpointSlice, Service } from '../../types/index.js';
import { parseIpv4 } from '../../registry/ipv4.js';
import { serviceEndpoint, type ServiceDirectory } from '../endpoints.js';
import { candidatesFor, clusterSearches, type PodResolver } from './pod-resolver.js';
import type { DnsAnswer, DnsQuestion, DnsRecord, ResponseCode } from './dns-record.js';

/** Seconds an answer may be kept (CoreDNS' kubernetes plugin). */
const TTL = 5;
/** The version of the specification that is followed (kubernetes/dns specification.md). */
const SCHEMA_VERSION = '1.1.0';
/** Aliases followed for one question. */
const LONGEST_ALIAS_CHAIN = 8;

const USUAL_OPTIONS = new Map([['ndots', 'ndots:5']]);

/** What there is under a name: records, or nothing of the type asked for, or no such name. */
type Found = readonly DnsRecord[] | undefined;

interface HeadlessEndpoint {
  readonly ip: string;
  readonly host: string;
  readonly ports: readonly { readonly name: string; readonly protocol: string; readonly port: number }[];
}

/**
 * Names of services and pods inside the cluster's domain, answered from the current state: nothing is cached, so an answer
 * is true the moment it is given. Questions outside of the domain are refused (`REFUSED`): forwarding is the server's.
 */
export class ClusterDns {
  readonly #directory: ServiceDirectory;
  readonly #zone: string;
  readonly #serial: () => number;

  constructor(directory: ServiceDirectory, zone = 'cluster.local', serial: () => number = () => 1) {
    this.#directory = directory;
    this.#zone = zone.toLowerCase();
    this.#serial = serial;
  }

  answer(question: DnsQuestion): DnsAnswer {
    const name = question.name.toLowerCase().replace(/\.$/, '');
    if (name.endsWith('.in-addr.arpa')) return this.#reverse(name, question);
    if (name !== this.#zone && !name.endsWith(`.${this.#zone}`)) return plain('REFUSED');
    const answers: DnsRecord[] = [];
    let asked = name;
    for (let hop = 0; hop < LONGEST_ALIAS_CHAIN; hop++) {
      const found = this.#lookup(asked);
      if (!found) return hop === 0 ? this.#negative('NXDOMAIN') : this.#positive(answers);
      const alias = found.find(({ type }) => type === 'CNAME');
      if (alias?.type === 'CNAME' && question.type !== 'CNAME') {
        answers.push(alias);
        asked = alias.target.toLowerCase();
        if (asked !== this.#zone && !asked.endsWith(`.${this.#zone}`)) return this.#positive(answers);
        continue;
      }
      const wanted = found.filter(({ type }) => question.type === 'ANY' || type === question.type);
      if (wanted.length === 0 && answers.length === 0) return this.#negative('NOERROR');
      return this.#positive([...answers, ...wanted]);
    }
    return this.#positive(answers);
  }

  /** The search list and options a pod of that namespace has when nothing else is said. */
  resolverOf(namespace: string): Pick<PodResolver, 'searches' | 'options'> {
    return { searches: clusterSearches(namespace, this.#zone), options: USUAL_OPTIONS };
  }

  /** Addresses of a name as somebody finds them who looks for names as `resolver` says. */
  addressesFor(host: string, resolver: Pick<PodResolver, 'searches' | 'options'>): readonly string[] {
    if (parseIpv4(host) !== undefined) return [host];
    for (const candidate of candidatesFor(host, resolver)) {
      const { answers } = this.answer({ name: candidate, type: 'A' });
      const addresses = answers.flatMap((record) => (record.type === 'A' ? [record.address] : []));
      if (addresses.length > 0) return addresses;
    }
    return [];
  }

  #lookup(name: string): Found {
    if (name === this.#zone)
      return [this.#soa(), { name, ttl: TTL, type: 'NS', target: `ns.dns.${this.#zone}` }];
    const labels = name.slice(0, -this.#zone.length - 1).split('.');
    if (labels.length === 1 && labels[0] === 'dns-version')
      return [{ name, ttl: TTL, type: 'TXT', text: SCHEMA_VERSION }];
    const kind = labels.at(-1);
    if (kind === 'svc') return this.#serviceName(name, labels.slice(0, -1));
    if (kind === 'pod') return this.#podName(name, labels.slice(0, -1));
    return undefined;
  }

  /** `1-2-3-4.namespace.pod`: the address it spells. */
  #podName(name: string, labels: readonly string[]): Found {
    if (labels.length === 0) return [];
    if (labels.length === 1) return [];
    const [dashed = ''] = labels;
    const address = dashed.replaceAll('-', '.');
    if (labels.length !== 2 || parseIpv4(address) === undefined) return undefined;
    return [{ name, ttl: TTL, type: 'A', address }];
  }

  #serviceName(name: string, labels: readonly string[]): Found {
    const namespace = labels.at(-1);
    const serviceName = labels.at(-2);
    if (namespace === undefined) return [];
    if (serviceName === undefined) return this.#hasNamespace(namespace) ? [] : undefined;
    const service = this.#directory.service(namespace, serviceName);
    if (!service) return undefined;
    const below = labels.slice(0, -2);
    if (service.spec?.type === 'ExternalName')
      return below.length === 0
        ? [{ name, ttl: TTL, type: 'CNAME', target: (service.spec.externalName ?? '').replace(/\.$/, '') }]
        : undefined;
    return isHeadless(service) ? this.#headless(name, service, below) : this.#clusterIp(name, service, below);
  }

  #hasNamespace(namespace: string): boolean {
    for (const { metadata } of this.#directory.services()) if (metadata.namespace === namespace) return true;
    return false;
  }

  #clusterIp(name: string, service: Service, below: readonly string[]): Found {
    const addresses = (service.spec?.clusterIPs ?? [service.spec?.clusterIP ?? '']).filter((ip) => ip !== '');
    if (below.length === 0)
      return [
        ...addresses.map((address) => addressRecord(name, address)),
        ...(service.spec?.ports ?? []).map((port) => srv(name, port.port, name)),
      ];
    const [portLabel = '', protocolLabel = ''] = below;
    if (below.length === 1 && portLabel.startsWith('_')) return [];
    if (below.length !== 2) return undefined;
    const found = (service.spec?.ports ?? []).filter(
      (port) => matches(portLabel, port.name ?? '') && matches(protocolLabel, port.protocol ?? 'TCP'),
    );
    const target = name.split('.').slice(2).join('.');
    return found.length > 0 ? found.map((port) => srv(name, port.port, target)) : undefined;
  }

  #headless(name: string, service: Service, below: readonly string[]): Found {
    const endpoints = this.#headlessEndpoints(service);
    if (endpoints.length === 0) return undefined;
    const base = below.length === 0 ? name : name.split('.').slice(below.length).join('.');
    if (below.length === 0) {
      return [
        ...[...new Set(endpoints.map(({ ip }) => ip))].map((ip) => addressRecord(name, ip)),
        ...endpoints.flatMap(({ host, ports }) =>
          ports.map(({ port }) => srv(name, port, `${host}.${base}`)),
        ),
      ];
    }
    const [first = '', second = ''] = below;
    if (below.length === 1) {
      if (first.startsWith('_')) return [];
      const found = endpoints.filter(({ host }) => host === first);
      return found.length > 0 ? found.map(({ ip }) => addressRecord(name, ip)) : undefined;
    }
    if (below.length !== 2) return undefined;
    const found = endpoints.flatMap(({ host, ports }) =>
      ports
        .filter((port) => matches(first, port.name) && matches(second, port.protocol))
        .map(({ port }) => srv(name, port, `${host}.${base}`)),
    );
    return found.length > 0 ? found : undefined;
  }

  #headlessEndpoints(service: Service): HeadlessEndpoint[] {
    const result = new Map<string, HeadlessEndpoint>();
    for (const slice of this.#directory.slicesOf(service)) {
      const ports = (slice.ports ?? []).map(({ name, protocol, port }) => ({
        name: name ?? '',
        protocol: protocol ?? 'TCP',
        port: port ?? 0,
      }));
      for (const endpoint of slice.endpoints ?? []) {
        const ip = endpoint.addresses[0] ?? '';
        const { ready, hostname } = serviceEndpoint(endpoint, ip, 0);
        if (!ready && !service.spec?.publishNotReadyAddresses) continue;
        const known = result.get(ip);
        result.set(ip, {
          ip,
          host: hostname ?? dashed(ip),
          ports: known ? [...known.ports, ...ports] : ports,
        });
      }
    }
    return [...result.values()].sort((a, b) => (a.ip < b.ip ? -1 : 1));
  }

  #reverse(name: string, question: DnsQuestion): DnsAnswer {
    const address = name.slice(0, -'.in-addr.arpa'.length).split('.').reverse().join('.');
    if (parseIpv4(address) === undefined) return plain('REFUSED');
    const pointers: DnsRecord[] = [];
    const service = this.#directory.byAddress(address);
    const pointer = (target: string): DnsRecord => ({ name, ttl: TTL, type: 'PTR', target });
    if (service?.spec?.clusterIP === address)
      pointers.push(pointer(`${this.#serviceDomain(service.metadata.namespace, service.metadata.name)}`));
    for (const slice of this.#directory.slicesWith(address)) {
      const target = this.#endpointName(slice, address);
      if (target !== undefined && !pointers.some((known) => known.type === 'PTR' && known.target === target))
        pointers.push(pointer(target));
    }
    if (pointers.length === 0) return this.#negative('NXDOMAIN');
    return question.type === 'PTR' || question.type === 'ANY'
      ? this.#positive(pointers)
      : this.#negative('NOERROR');
  }

  #endpointName(slice: EndpointSlice, address: string): string | undefined {
    const serviceName = slice.metadata.labels?.['kubernetes.io/service-name'];
    const hostname = slice.endpoints?.find(({ addresses }) => addresses.includes(address))?.hostname;
    if (serviceName === undefined || hostname === undefined) return undefined;
    return `${hostname}.${this.#serviceDomain(slice.metadata.namespace, serviceName)}`;
  }

  #serviceDomain(namespace: string | undefined, name: string | undefined): string {
    return `${name ?? ''}.${namespace ?? ''}.svc.${this.#zone}`;
  }

  #soa(): DnsRecord {
    return {
      name: this.#zone,
      ttl: TTL,
      type: 'SOA',
      primary: `ns.dns.${this.#zone}`,
      mailbox: `hostmaster.${this.#zone}`,
      serial: this.#serial(),
      minimum: TTL,
    };
  }

  /** Answers; targets of SRV records come with their addresses. */
  #positive(answers: readonly DnsRecord[]): DnsAnswer {
    const additional: DnsRecord[] = [];
    for (const record of answers) {
      if (record.type !== 'SRV' || additional.some(({ name }) => name === record.target)) continue;
      const found = this.#lookup(record.target.toLowerCase()) ?? [];
      additional.push(...found.filter(({ type }) => type === 'A' || type === 'AAAA'));
    }
    return { code: 'NOERROR', authoritative: true, answers, authority: [], additional };
  }

  #negative(code: ResponseCode): DnsAnswer {
    return { code, authoritative: true, answers: [], authority: [this.#soa()], additional: [] };
  }
}

const plain = (code: ResponseCode): DnsAnswer => ({
  code,
  authoritative: false,
  answers: [],
  authority: [],
  additional: [],
});

const isHeadless = ({ spec }: Service): boolean => spec?.clusterIP === 'None';

const dashed = (ip: string): string => ip.replaceAll('.', '-');

function addressRecord(name: string, address: string): DnsRecord {
  return { name, ttl: TTL, type: address.includes(':') ? 'AAAA' : 'A', address };
}

function srv(name: string, port: number, target: string): DnsRecord {
  return { name, ttl: TTL, type: 'SRV', priority: 0, weight: 100, port, target };
}

/** `_http` matches the port named `http`. */
function matches(label: string, value: string): boolean {
  return value !== '' && label === `_${value.toLowerCase()}`;
}
