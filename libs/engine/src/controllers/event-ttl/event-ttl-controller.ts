import { Events } from '../../clients/resource-type.js';
import { isApiError } from '../../api/api-error.js';
import { parseTime } from '../../time.js';
import type { Event } from '../../types/index.js';
import type { Controller } from '../controller.js';
import { startKeyedController } from '../shared/keyed-controller.js';

const NAME = 'event-ttl-controller';
/** How long events are kept (kube-apiserver --event-ttl). */
const EVENT_TTL_MS = 3_600_000;

/** Forgets events an hour after they last happened. */
export const eventTtlController: Controller = {
  name: NAME,
  start(context) {
    return startKeyedController(context, NAME, Events, (event: Event) => {
      const lastMs =
        parseTime(event.lastTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp) ??
        context.clock.now();
      const leftMs = lastMs + EVENT_TTL_MS - context.clock.now();
      if (leftMs > 0) return { requeueAfterMs: leftMs };
      try {
        context.client.delete(Events, event.metadata.namespace, event.metadata.name ?? '');
      } catch (error) {
        if (!isApiError(error, 'NotFound')) throw error;
      }
      return undefined;
    });
  },
};
