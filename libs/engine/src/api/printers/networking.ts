import type {
  Endpoints,
  EndpointSlice,
  Ingress,
  IngressClass,
  IPAddress,
  LoadBalancerStatus,
  NetworkPolicy,
  Service,
  ServiceCIDR,
} from '../../types/index.js';
import { age } from './age.js';
import { formatLabels, formatSelector, listed, NONE, UNSET } from './format.js';
import { columns, printer } from './printer.js';

/** How many addresses, hosts or ports are spelled out. */
const MOST_LISTED = 3;
/** A list of load balancer addresses longer than this is cut in the narrow table. */
const LONGEST_ADDRESS = 16;

export const servicePrinter = printer<Service>({
  columns: columns('Name', 'Type', 'Cluster-IP', 'External-IP', 'Port(s)', 'Age', 'Selector+'),
  cells: (service, { nowMs }) => [
    service.metadata.name ?? '',
    service.spec?.type ?? '',
    service.spec?.clusterIPs?.[0] ?? (service.spec?.clusterIP || NONE),
    externalAddress(service),
    ports(service),
    age(service.metadata.creationTimestamp, nowMs),
    formatLabels(service.spec?.selector),
  ],
});

function externalAddress({ spec, status }: Service): string {
  const own = spec?.externalIPs ?? [];
  switch (spec?.type ?? '') {
    case 'ExternalName':
      return spec?.externalName ?? '';
    case 'LoadBalancer': {
      const balanced = balancerAddresses(status?.loadBalancer);
      if (own.length > 0) return [...(balanced === '' ? [] : balanced.split(',')), ...own].join(',');
      return balanced === '' ? '<pending>' : balanced;
    }
    default:
      return own.length > 0 ? own.join(',') : NONE;
  }
}

function balancerAddresses(status: LoadBalancerStatus | undefined): string {
  const addresses = (status?.ingress ?? []).map(({ ip, hostname }) => ip || hostname || '').filter(Boolean);
  const text = [...new Set(addresses)].sort().join(',');
  return text.length > LONGEST_ADDRESS * 4 ? `${text.slice(0, LONGEST_ADDRESS * 4 - 3)}...` : text;
}

function ports({ spec }: Service): string {
  const texts = (spec?.ports ?? []).map(({ port, nodePort, protocol }) =>
    nodePort ? `${port}:${nodePort}/${protocol ?? 'TCP'}` : `${port}/${protocol ?? 'TCP'}`,
  );
  return texts.length > 0 ? texts.join(',') : NONE;
}

export const endpointsPrinter = printer<Endpoints>({
  columns: columns('Name', 'Endpoints', 'Age'),
  cells({ metadata, subsets }, { nowMs }) {
    const texts: string[] = [];
    for (const subset of subsets ?? []) {
      if ((subset.ports ?? []).length === 0) texts.push(...(subset.addresses ?? []).map(({ ip }) => ip));
      for (const { port } of subset.ports ?? [])
        texts.push(
          ...(subset.addresses ?? []).map(({ ip }) =>
            ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`,
          ),
        );
    }
    return [
      metadata.name ?? '',
      texts.length > 0 ? listed(texts, MOST_LISTED) : NONE,
      age(metadata.creationTimestamp, nowMs),
    ];
  },
});

export const endpointSlicePrinter = printer<EndpointSlice>({
  columns: columns('Name', 'AddressType', 'Ports', 'Endpoints', 'Age'),
  cells({ metadata, addressType, ports: slicePorts, endpoints }, { nowMs }) {
    const numbers = (slicePorts ?? []).map(({ port }) => (port === undefined ? '*' : String(port)));
    const addresses = (endpoints ?? []).flatMap((endpoint) => endpoint.addresses);
    return [
      metadata.name ?? '',
      addressType ?? '',
      numbers.length > 0 ? listed(numbers, MOST_LISTED) : UNSET,
      addresses.length > 0 ? listed(addresses, MOST_LISTED) : UNSET,
      age(metadata.creationTimestamp, nowMs),
    ];
  },
});

export const ingressPrinter = printer<Ingress>({
  columns: columns('Name', 'Class', 'Hosts', 'Address', 'Ports', 'Age'),
  cells({ metadata, spec, status }, { nowMs }) {
    const hosts = (spec?.rules ?? []).map(({ host }) => host ?? '').filter(Boolean);
    const addresses = (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || hostname || '');
    return [
      metadata.name ?? '',
      spec?.ingressClassName ?? metadata.annotations?.['kubernetes.io/ingress.class'] ?? NONE,
      hosts.length > 0 ? listed(hosts, MOST_LISTED) : '*',
      addresses.filter(Boolean).join(','),
      spec?.tls && spec.tls.length > 0 ? '80, 443' : '80',
      age(metadata.creationTimestamp, nowMs),
    ];
  },
});

export const ingressClassPrinter = printer<IngressClass>({
  columns: columns('Name', 'Controller', 'Parameters', 'Age'),
  cells({ metadata, spec }, { nowMs }) {
    const parameters = spec?.parameters;
    const kind = parameters?.apiGroup ? `${parameters.kind}.${parameters.apiGroup}` : parameters?.kind;
    return [
      metadata.name ?? '',
      spec?.controller ?? '',
      parameters ? `${kind}/${parameters.name}` : NONE,
      age(metadata.creationTimestamp, nowMs),
    ];
  },
});

export const networkPolicyPrinter = printer<NetworkPolicy>({
  columns: columns('Name', 'Pod-Selector', 'Age'),
  cells: ({ metadata, spec }, { nowMs }) => [
    metadata.name ?? '',
    formatSelector(spec?.podSelector),
    age(metadata.creationTimestamp, nowMs),
  ],
});

export const ipAddressPrinter = printer<IPAddress>({
  columns: columns('Name', 'ParentRef'),
  cells({ metadata, spec }) {
    const ref = spec?.parentRef;
    const parts = ref ? [ref.resource, ref.namespace, ref.name].filter(Boolean).join('/') : NONE;
    return [
      metadata.name ?? '',
      ref?.group
        ? `${ref.resource}.${ref.group}/${[ref.namespace, ref.name].filter(Boolean).join('/')}`
        : parts,
    ];
  },
});

export const serviceCidrPrinter = printer<ServiceCIDR>({
  columns: columns('Name', 'CIDRs', 'Age'),
  cells: ({ metadata, spec }, { nowMs }) => [
    metadata.name ?? '',
    (spec?.cidrs ?? []).join(','),
    age(metadata.creationTimestamp, nowMs),
  ],
});
