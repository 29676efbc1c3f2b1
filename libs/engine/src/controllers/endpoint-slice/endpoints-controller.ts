import { isDeepStrictEqual } from 'node:util';
import { Endpoints as EndpointsType, Nodes, Pods, Services } from '../../clients/resource-type.js';
import type { Endpoint, EndpointAddress, Endpoints, EndpointSubset, Service } from '../../types/index.js';
import type { Controller, ControllerContext } from '../controller.js';
import { keyOf, startKeyedController } from '../shared/keyed-controller.js';
import { createUnlessTerminating } from '../shared/told-refusal.js';
import { podsBySelector, servicesOf } from './service-pods.js';
import { endpointGroups } from './endpoints.js';

const NAME = 'endpoint-controller';
/** Most addresses in one Endpoints object (maxCapacity). */
const MAX_ADDRESSES = 1000;

/** Keeps the older Endpoints object of every service with a selector (pkg/controller/endpoint). */
export const endpointsController: Controller = {
  name: NAME,
  start(context) {
    const { client } = context;
    const related = servicesOf(client.lister(Services));
    return startKeyedController(
      context,
      NAME,
      Services,
      (service) => reconcile(context, service),
      (queue) => [
        client.lister(Pods).watch((type, pod, previous) => {
          if (
            type === 'MODIFIED' &&
            previous &&
            previous.status?.conditions === pod.status?.conditions &&
            previous.metadata.labels === pod.metadata.labels &&
            previous.status?.podIP === pod.status?.podIP &&
            previous.metadata.deletionTimestamp === pod.metadata.deletionTimestamp
          )
            return;
          for (const service of related(pod)) queue.add(keyOf(service));
          if (previous && previous.metadata.labels !== pod.metadata.labels)
            for (const service of related(previous)) queue.add(keyOf(service));
        }),
      ],
      (namespace, name) => {
        if (client.lister(EndpointsType).get(namespace, name)) client.delete(EndpointsType, namespace, name);
      },
    );
  },
};

function reconcile({ client }: ControllerContext, service: Service): void {
  const { selector, type } = service.spec ?? {};
  if (service.metadata.deletionTimestamp || !selector || type === 'ExternalName') return;
  const { namespace = '', name = '' } = service.metadata;
  const nodes = client.lister(Nodes);
  const pods = podsBySelector(client.lister(Pods), namespace, selector);
  const groups = endpointGroups(
    service,
    pods,
    (node) => nodes.get(undefined, node)?.metadata.labels?.['topology.kubernetes.io/zone'],
  );
  const subsets = groups
    .map(({ ports, endpoints }): EndpointSubset => {
      const kept = endpoints.filter(({ conditions }) => !conditions?.terminating).slice(0, MAX_ADDRESSES);
      const ready = kept.filter(({ conditions }) => conditions?.ready).map(addressOf);
      const notReady = kept.filter(({ conditions }) => !conditions?.ready).map(addressOf);
      return {
        ...(ready.length > 0 && { addresses: ready }),
        ...(notReady.length > 0 && { notReadyAddresses: notReady }),
        ...(ports.length > 0 && {
          ports: ports.map(({ name: portName, port = 0, protocol }) => ({
            ...(portName && { name: portName }),
            port,
            ...(protocol && { protocol }),
          })),
        }),
      };
    })
    .filter((subset) => subset.addresses ?? subset.notReadyAddresses);
  const labels = {
    ...service.metadata.labels,
    'endpoints.kubernetes.io/managed-by': 'endpoint-controller',
    ...(service.spec?.clusterIP === 'None' && { 'service.kubernetes.io/headless': '' }),
  };
  const current = client.lister(EndpointsType).get(namespace, name);
  const wanted: Endpoints = {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { ...current?.metadata, name, namespace, labels },
    ...(subsets.length > 0 && { subsets }),
  };
  if (!current) createUnlessTerminating(client, EndpointsType, wanted);
  else if (
    !isDeepStrictEqual(current.subsets ?? [], subsets) ||
    !isDeepStrictEqual(current.metadata.labels, labels)
  )
    client.update(EndpointsType, wanted);
}

function addressOf(endpoint: Endpoint): EndpointAddress {
  const { namespace = '', name = '', uid = '' } = endpoint.targetRef ?? {};
  return {
    ip: endpoint.addresses?.[0] ?? '',
    ...(endpoint.hostname !== undefined && { hostname: endpoint.hostname }),
    ...(endpoint.nodeName !== undefined && { nodeName: endpoint.nodeName }),
    targetRef: { kind: 'Pod', namespace, name, uid },
  };
}
