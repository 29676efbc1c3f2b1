import { Services } from '../../clients/resource-type.js';
import { parseCidr } from '../../network/addresses.js';
import { formatIpv4 } from '../../registry/ipv4.js';
import type { Service } from '../../types/index.js';
import type { Controller, ControllerContext } from '../controller.js';
import { startKeyedController } from '../shared/keyed-controller.js';

const NAME = 'service-lb-controller';

/**
 * Gives every Service of type LoadBalancer an external address out of `cidr`, as a cloud's controller does
 * (cloud-provider/controllers/service), and takes it back when the type changes. Services of a class of their own are left
 * to whoever serves that class.
 */
export function serviceLoadBalancerController(cidr: string): Controller {
  return {
    name: NAME,
    start(context) {
      context.client
        .lister(Services)
        .index('externalAddress', (service) =>
          (service.status?.loadBalancer?.ingress ?? []).map(({ ip }) => ip ?? ''),
        );
      return startKeyedController(context, NAME, Services, (service) => reconcile(context, service, cidr));
    },
  };
}

function reconcile(context: ControllerContext, service: Service, cidr: string): void {
  const { client, events } = context;
  const current = service.status?.loadBalancer?.ingress ?? [];
  const isWanted =
    service.spec?.type === 'LoadBalancer' &&
    !service.spec.loadBalancerClass &&
    !service.metadata.deletionTimestamp;
  if (!isWanted) {
    if (current.length > 0)
      client.updateStatus(Services, { ...service, status: { ...service.status, loadBalancer: {} } });
    return;
  }
  if (current.length > 0) return;
  events.event(service, 'Normal', 'EnsuringLoadBalancer', 'Ensuring load balancer');
  const ip = freeAddress(context, cidr);
  if (ip === undefined) {
    const message = `Error syncing load balancer: no free address in ${cidr}`;
    events.event(service, 'Warning', 'SyncLoadBalancerFailed', message);
    throw new RangeError(message);
  }
  client.updateStatus(Services, {
    ...service,
    status: { ...service.status, loadBalancer: { ingress: [{ ip, ipMode: 'VIP' }] } },
  });
  events.event(service, 'Normal', 'EnsuredLoadBalancer', 'Ensured load balancer');
}

/** The lowest address nobody has; the first of the range stays free as a network address does, and the last two for ingresses and as a broadcast address does. */
function freeAddress({ client }: ControllerContext, cidr: string): string | undefined {
  const { base, size } = parseCidr(cidr);
  const services = client.lister(Services);
  for (let offset = 1; offset < size - 2; offset++) {
    const ip = formatIpv4(base + offset);
    if (services.by('externalAddress', ip).length === 0) return ip;
  }
  return undefined;
}
