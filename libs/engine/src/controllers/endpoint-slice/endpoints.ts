import type { DiscoveryV1EndpointPort as EndpointPort, Endpoint, Pod, Service } from '../../types/index.js';
import { isFinished, isReady } from '../shared/pod-state.js';

/** Endpoints that share one set of port numbers. */
export interface EndpointGroup {
  readonly ports: readonly EndpointPort[];
  readonly endpoints: readonly Endpoint[];
}

/**
 * The endpoints of a service, grouped by the port numbers that named target ports come to on each pod
 * (endpointslice/utils.go, podToEndpoint).
 */
export function endpointGroups(
  service: Service,
  pods: Iterable<Pod>,
  zoneOf: (node: string) => string | undefined,
): EndpointGroup[] {
  const groups = new Map<string, { ports: EndpointPort[]; endpoints: Endpoint[] }>();
  for (const pod of pods) {
    const address = pod.status?.podIP;
    if (!address || isFinished(pod)) continue;
    const ports = portsOn(service, pod);
    const key = JSON.stringify(ports);
    const group = groups.get(key) ?? { ports, endpoints: [] };
    groups.set(key, group);
    group.endpoints.push(endpointOf(service, pod, address, zoneOf));
  }
  return [...groups.values()].map(({ ports, endpoints }) => ({
    ports,
    endpoints: endpoints.sort((a, b) => ((a.targetRef?.name ?? '') < (b.targetRef?.name ?? '') ? -1 : 1)),
  }));
}

function portsOn(service: Service, pod: Pod): EndpointPort[] {
  const ports: EndpointPort[] = [];
  for (const port of service.spec?.ports ?? []) {
    const target = port.targetPort ?? port.port;
    const protocol = port.protocol ?? 'TCP';
    const found =
      typeof target === 'number'
        ? target
        : [
            ...(pod.spec?.containers ?? []),
            ...(pod.spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always'),
          ]
            .flatMap((container) => container.ports ?? [])
            .find((candidate) => candidate.name === target && (candidate.protocol ?? 'TCP') === protocol)
            ?.containerPort;
    if (found === undefined) continue;
    ports.push({
      name: port.name ?? '',
      port: found,
      protocol,
      ...(port.appProtocol !== undefined && { appProtocol: port.appProtocol }),
    });
  }
  return ports;
}

/** For whom an endpoint is near, where the service prefers that (trafficdist). */
function hintsFor(
  { spec }: Service,
  isReadyHere: boolean,
  node: string | undefined,
  zone: string | undefined,
): Pick<Endpoint, 'hints'> {
  const prefers = spec?.trafficDistribution;
  if (!isReadyHere || zone === undefined || !prefers) return {};
  const forNodes = prefers === 'PreferSameNode' && node !== undefined && { forNodes: [{ name: node }] };
  return { hints: { forZones: [{ name: zone }], ...forNodes } };
}

function endpointOf(
  service: Service,
  pod: Pod,
  address: string,
  zoneOf: (node: string) => string | undefined,
): Endpoint {
  const isTerminating = pod.metadata.deletionTimestamp !== undefined;
  const isServing = isReady(pod);
  const node = pod.spec?.nodeName;
  const zone = node === undefined ? undefined : zoneOf(node);
  const hostname =
    pod.spec?.hostname && pod.spec.subdomain === service.metadata.name ? pod.spec.hostname : undefined;
  return {
    addresses: [address],
    conditions: {
      ready: service.spec?.publishNotReadyAddresses === true || (isServing && !isTerminating),
      serving: isServing,
      terminating: isTerminating,
    },
    ...(hostname !== undefined && { hostname }),
    ...(node !== undefined && { nodeName: node }),
    targetRef: {
      kind: 'Pod',
      namespace: pod.metadata.namespace ?? '',
      name: pod.metadata.name ?? '',
      uid: pod.metadata.uid ?? '',
    },
    ...(zone !== undefined && { zone }),
    ...hintsFor(service, isServing && !isTerminating, node, zone),
  };
}
