import { isDeepStrictEqual } from 'node:util';
import { Endpoints as EndpointsType, EndpointSlices, Services } from '../../clients/resource-type.js';
import { matchesLabels } from '../../selectors/label-selector.js';
import type {
  DiscoveryV1EndpointPort,
  Endpoint,
  EndpointAddress,
  Endpoints,
  EndpointSlice,
  EndpointSubset,
} from '../../types/index.js';
import type { Controller, ControllerContext } from '../controller.js';
import { keyOf, startKeyedController } from '../shared/keyed-controller.js';
import { controlledBy, controllerOf, controllerReference, indexByController } from '../shared/ownership.js';
import { createUnlessTerminating } from '../shared/told-refusal.js';

const NAME = 'endpointslicemirroring-controller';
const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by';
const SKIP_MIRROR = 'endpointslice.kubernetes.io/skip-mirror';
/** Leader elections once kept their record in Endpoints; those are no addresses. */
const LEADER = 'control-plane.alpha.kubernetes.io/leader';
/** Addresses of one subset that are mirrored (--mirroring-max-endpoints-per-subset). */
const MAX_ADDRESSES = 1000;
/** Annotations that say something about the Endpoints object alone. */
const OWN_ANNOTATIONS = new Set([
  'endpoints.kubernetes.io/last-change-trigger-time',
  'kubectl.kubernetes.io/last-applied-configuration',
]);

/** Shows Endpoints that people write for services without a selector as EndpointSlices (pkg/controller/endpointslicemirroring). */
export const endpointSliceMirroringController: Controller = {
  name: NAME,
  start(context) {
    const { client } = context;
    const slices = client.lister(EndpointSlices);
    indexByController(slices);
    return startKeyedController(
      context,
      NAME,
      EndpointsType,
      (endpoints) => reconcile(context, endpoints),
      (queue) => [
        client.lister(Services).watch((_, service) => queue.add(keyOf(service))),
        slices.watch((type, slice) => {
          const owner = controllerOf(slice);
          if (type !== 'ADDED' && owner?.kind === 'Endpoints')
            queue.add(`${slice.metadata.namespace}/${owner.name}`);
        }),
      ],
    );
  },
};

function reconcile({ client }: ControllerContext, endpoints: Endpoints): void {
  const { namespace = '', name = '' } = endpoints.metadata;
  const existing = controlledBy(client.lister(EndpointSlices), endpoints);
  const service = client.lister(Services).get(namespace, name);
  const isMirrored =
    service !== undefined &&
    Object.keys(service.spec?.selector ?? {}).length === 0 &&
    !endpoints.metadata.deletionTimestamp &&
    endpoints.metadata.labels?.[SKIP_MIRROR] !== 'true' &&
    endpoints.metadata.annotations?.[LEADER] === undefined;
  const wanted = isMirrored ? slicesOf(endpoints) : [];
  const left = new Set(existing);
  for (const slice of wanted) {
    const same = [...left].find(
      (one) => one.addressType === slice.addressType && isDeepStrictEqual(one.ports ?? [], slice.ports ?? []),
    );
    if (!same) {
      createUnlessTerminating(client, EndpointSlices, slice);
      continue;
    }
    left.delete(same);
    const { labels = {}, annotations } = slice.metadata;
    if (
      isDeepStrictEqual(same.endpoints, slice.endpoints) &&
      matchesLabels(labels, same.metadata.labels) &&
      isDeepStrictEqual(same.metadata.annotations ?? {}, annotations ?? {})
    )
      continue;
    const { annotations: _, ...kept } = same.metadata;
    const metadata = { ...kept, labels, ...(annotations && { annotations }) };
    client.update(EndpointSlices, { ...same, metadata, endpoints: slice.endpoints ?? [] });
  }
  for (const { metadata } of left) client.delete(EndpointSlices, metadata.namespace, metadata.name ?? '');
}

function slicesOf(endpoints: Endpoints): EndpointSlice[] {
  const { namespace, name = '', labels, annotations = {} } = endpoints.metadata;
  const copied = Object.entries(annotations).filter(([key]) => !OWN_ANNOTATIONS.has(key));
  const slices: EndpointSlice[] = [];
  for (const subset of endpoints.subsets ?? []) {
    const all = endpointsOf(subset);
    for (const addressType of ['IPv4', 'IPv6']) {
      const own = all.filter(({ addresses: [ip = ''] }) => ip.includes(':') === (addressType === 'IPv6'));
      if (own.length === 0) continue;
      const ports = (subset.ports ?? []).map(
        ({ name: portName = '', port, protocol = 'TCP', appProtocol }): DiscoveryV1EndpointPort => ({
          name: portName,
          port,
          protocol,
          ...(appProtocol !== undefined && { appProtocol }),
        }),
      );
      slices.push({
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: {
          generateName: `${name}-`,
          ...(namespace !== undefined && { namespace }),
          labels: { ...labels, 'kubernetes.io/service-name': name, [MANAGED_BY]: `${NAME}.k8s.io` },
          ...(copied.length > 0 && { annotations: Object.fromEntries(copied) }),
          ownerReferences: [controllerReference(endpoints)],
        },
        addressType,
        endpoints: own,
        ports,
      });
    }
  }
  return slices;
}

function endpointsOf({ addresses = [], notReadyAddresses = [] }: EndpointSubset): Endpoint[] {
  const of = ({ ip, hostname, nodeName, targetRef }: EndpointAddress, ready: boolean): Endpoint => ({
    addresses: [ip],
    conditions: { ready },
    ...(hostname !== undefined && { hostname }),
    ...(nodeName !== undefined && { nodeName }),
    ...(targetRef && { targetRef }),
  });
  return [
    ...addresses.map((address) => of(address, true)),
    ...notReadyAddresses.map((address) => of(address, false)),
  ].slice(0, MAX_ADDRESSES);
}
