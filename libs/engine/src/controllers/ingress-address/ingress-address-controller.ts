import { Ingresses } from '../../clients/resource-type.js';
import type { Controller } from '../controller.js';
import { startKeyedController } from '../shared/keyed-controller.js';

const NAME = 'ingress-controller';

/**
 * Tells by every Ingress where its traffic is taken, as an ingress controller does: all classes are served at one address. What
 * another controller has written stays.
 */
export function ingressAddressController(address: string): Controller {
  return {
    name: NAME,
    start: (context) =>
      startKeyedController(context, NAME, Ingresses, (ingress) => {
        if (ingress.metadata.deletionTimestamp !== undefined) return;
        if ((ingress.status?.loadBalancer?.ingress ?? []).length > 0) return;
        context.client.updateStatus(Ingresses, {
          ...ingress,
          status: { loadBalancer: { ingress: [{ ip: address }] } },
        });
        context.events.event(ingress, 'Normal', 'Sync', 'Scheduled for sync');
      }),
  };
}
