import { IPAddresses, Services } from '../../clients/resource-type.js';
import type { IPAddress, Service } from '../../types/index.js';
import type { Controller, ControllerContext } from '../controller.js';
import { startKeyedController } from '../shared/keyed-controller.js';

const NAME = 'service-ip-address-controller';
const MANAGED_BY = 'ipaddress.kubernetes.io/managed-by';
const MANAGER = 'ipallocator.k8s.io';
const BY_SERVICE = 'service';

/** Keeps an IPAddress for every cluster address of a service (registry/core/service/ipallocator). */
export const ipAddressController: Controller = {
  name: NAME,
  start(context) {
    const addresses = context.client.lister(IPAddresses);
    addresses.index(BY_SERVICE, (address) => {
      const { parentRef } = address.spec ?? {};
      return isOurs(address) && parentRef?.resource === 'services'
        ? [`${parentRef.namespace ?? ''}/${parentRef.name}`]
        : [];
    });
    return startKeyedController(
      context,
      NAME,
      Services,
      (service) => reconcile(context, service),
      (queue) => [
        addresses.watch((type, address) => {
          const { parentRef } = address.spec ?? {};
          if (type !== 'ADDED' && isOurs(address) && parentRef)
            queue.add(`${parentRef.namespace ?? ''}/${parentRef.name}`);
        }),
      ],
      (namespace, name) => {
        for (const { metadata } of addresses.by(BY_SERVICE, `${namespace}/${name}`))
          context.client.delete(IPAddresses, undefined, metadata.name ?? '');
      },
    );
  },
};

const isOurs = ({ metadata }: IPAddress): boolean => metadata.labels?.[MANAGED_BY] === MANAGER;

function reconcile({ client }: ControllerContext, { metadata, spec }: Service): void {
  const { namespace = '', name = '' } = metadata;
  const wanted = new Set((spec?.clusterIPs ?? []).filter((ip) => ip !== '' && ip !== 'None'));
  const addresses = client.lister(IPAddresses);
  for (const address of addresses.by(BY_SERVICE, `${namespace}/${name}`)) {
    const ip = address.metadata.name ?? '';
    if (!wanted.delete(ip)) client.delete(IPAddresses, undefined, ip);
  }
  for (const ip of wanted) {
    // Somebody's own object of that name says something else; it is theirs.
    if (addresses.get(undefined, ip)) continue;
    client.create(IPAddresses, {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IPAddress',
      metadata: {
        name: ip,
        labels: {
          [MANAGED_BY]: MANAGER,
          'ipaddress.kubernetes.io/ip-family': ip.includes(':') ? 'IPv6' : 'IPv4',
        },
      },
      spec: { parentRef: { group: '', resource: 'services', namespace, name } },
    });
  }
}
