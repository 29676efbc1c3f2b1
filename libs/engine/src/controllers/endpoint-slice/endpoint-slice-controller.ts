import { isDeepStrictEqual } from 'node:util';
import { EndpointSlices, Nodes, Pods, Services } from '../../clients/resource-type.js';
import { matchesLabels } from '../../selectors/label-selector.js';
import type { DiscoveryV1EndpointPort, Endpoint, EndpointSlice, Pod, Service } from '../../types/index.js';
import type { Controller, ControllerContext } from '../controller.js';
import { keyOf, startKeyedController } from '../shared/keyed-controller.js';
import { controllerReference, indexByController, controlledBy } from '../shared/ownership.js';
import { createUnlessTerminating } from '../shared/told-refusal.js';
import { podsBySelector, servicesOf } from './service-pods.js';
import { endpointGroups } from './endpoints.js';

const NAME = 'endpointslice-controller';
/** Most endpoints in one slice (--max-endpoints-per-slice). */
const SLICE_SIZE = 100;

/** Keeps the EndpointSlices of every service with a selector (pkg/controller/endpointslice). */
export const endpointSliceController: Controller = {
  name: NAME,
  start(context) {
    const { client } = context;
    const services = client.lister(Services);
    const slices = client.lister(EndpointSlices);
    const pods = client.lister(Pods);
    indexByController(slices);
    const related = servicesOf(services);
    return startKeyedController(
      context,
      NAME,
      Services,
      (service) => reconcile(context, service),
      (queue) => [
        pods.watch((type, pod, previous) => {
          if (type === 'MODIFIED' && previous && !concerns(previous, pod)) return;
          for (const service of related(pod)) queue.add(keyOf(service));
          if (previous && previous.metadata.labels !== pod.metadata.labels)
            for (const service of related(previous)) queue.add(keyOf(service));
        }),
        slices.watch((type, slice) => {
          if (type !== 'ADDED')
            queue.add(
              `${slice.metadata.namespace}/${slice.metadata.labels?.['kubernetes.io/service-name'] ?? ''}`,
            );
        }),
      ],
    );
  },
};

/** Whether a change of a pod can change an endpoint: most status writes cannot. */
function concerns(previous: Pod, pod: Pod): boolean {
  return (
    previous.metadata.labels !== pod.metadata.labels ||
    previous.metadata.deletionTimestamp !== pod.metadata.deletionTimestamp ||
    previous.status?.podIP !== pod.status?.podIP ||
    previous.status?.phase !== pod.status?.phase ||
    previous.status?.conditions !== pod.status?.conditions
  );
}

function reconcile(context: ControllerContext, service: Service): void {
  const { client } = context;
  const { selector, type } = service.spec ?? {};
  if (service.metadata.deletionTimestamp || !selector || type === 'ExternalName') return;
  const nodes = client.lister(Nodes);
  const zoneOf = (node: string): string | undefined =>
    nodes.get(undefined, node)?.metadata.labels?.['topology.kubernetes.io/zone'];
  const selected = podsBySelector(client.lister(Pods), service.metadata.namespace ?? '', selector);
  const groups = endpointGroups(service, selected, zoneOf);
  const existing = new Set<EndpointSlice>(controlledBy(client.lister(EndpointSlices), service));
  for (const { ports, endpoints } of groups.length > 0 ? groups : [{ ports: [], endpoints: [] }]) {
    const same = [...existing]
      .filter((slice) => isDeepStrictEqual(slice.ports ?? [], ports))
      .sort((a, b) => ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1));
    for (let start = 0; start === 0 || start < endpoints.length; start += SLICE_SIZE) {
      const slice = same.shift();
      if (slice) existing.delete(slice);
      write(context, service, slice, ports, endpoints.slice(start, start + SLICE_SIZE));
    }
  }
  for (const slice of existing)
    client.delete(EndpointSlices, slice.metadata.namespace, slice.metadata.name ?? '');
}

function write(
  { client }: ControllerContext,
  service: Service,
  slice: EndpointSlice | undefined,
  ports: readonly DiscoveryV1EndpointPort[],
  endpoints: Endpoint[],
): void {
  const serviceLabels = service.metadata.labels ?? {};
  const labels = {
    ...serviceLabels,
    'kubernetes.io/service-name': service.metadata.name ?? '',
    'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
    ...(service.spec?.clusterIP === 'None' && { 'service.kubernetes.io/headless': '' }),
  };
  if (slice) {
    if (isDeepStrictEqual(slice.endpoints, endpoints) && matchesLabels(labels, slice.metadata.labels)) return;
    client.update(EndpointSlices, { ...slice, metadata: { ...slice.metadata, labels }, endpoints });
    return;
  }
  createUnlessTerminating(client, EndpointSlices, {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      generateName: `${service.metadata.name}-`,
      ...(service.metadata.namespace !== undefined && { namespace: service.metadata.namespace }),
      labels,
      ownerReferences: [controllerReference(service)],
    },
    addressType: 'IPv4',
    endpoints,
    ports: [...ports],
  });
}
