import { Events } from '../../clients/resource-type.js';
import { isApiError } from '../../api/api-error.js';
import type { Timer } from '../../clock.js';
import type { ObjectName, StoredObject } from '../../store/stored-object.js';
import { parseTime } from '../../time.js';
import type { Event } from '../../types/index.js';
import type { Controller, ControllerContext } from '../controller.js';

const NAME = 'event-ttl-controller';
/** How long events are kept (kube-apiserver --event-ttl). */
const EVENT_TTL_MS = 3_600_000;
/** Events whose time comes within so long go together: an event may stay that much longer. */
const PERIOD_MS = 10_000;

/** The events whose time comes in one period, under the very names the store has for them. */
interface Batch {
  readonly names: ObjectName[];
  readonly timer: Timer;
}

/**
 * Forgets events an hour after they last happened. They wait in batches: a large cluster has half a million, too many for
 * a timer each.
 */
export const eventTtlController: Controller = {
  name: NAME,
  start(context) {
    const { clock, store } = context;
    const batches = new Map<number, Batch>();
    const expect = (name: ObjectName, object: StoredObject): void => {
      const period = Math.ceil(expiryMs(object, clock.now()) / PERIOD_MS);
      let batch = batches.get(period);
      if (!batch) {
        const timer = clock.after(period * PERIOD_MS - clock.now(), () => {
          const { names } = batches.get(period) ?? { names: [] };
          batches.delete(period);
          for (const due of names) forget(context, due);
        });
        batches.set(period, (batch = { names: [], timer }));
      }
      // An event that happens again and again waits in a batch once as long as nothing else happens.
      if (batch.names.at(-1) !== name) batch.names.push(name);
    };
    const stop = store.subscribe((event) => {
      if (event.resource === '/events' && event.type !== 'DELETED') expect(event.name, event.object);
    });
    for (const [name, object] of store.table('/events').objects) expect(name, object);
    return () => {
      stop();
      for (const { timer } of batches.values()) timer.cancel();
    };
  },
};

function expiryMs(object: StoredObject, nowMs: number): number {
  const { lastTimestamp, eventTime, series, metadata } = object as Event;
  // When it happened is what its author says: one that was reported late is not forgotten at once.
  const told = [metadata.creationTimestamp, lastTimestamp, eventTime, series?.lastObservedTime];
  const times = told.flatMap((time) => parseTime(time) ?? []);
  return (times.length > 0 ? Math.max(...times) : nowMs) + EVENT_TTL_MS;
}

/** Deletes an event unless it has happened again: then it waits in a later batch. */
function forget({ client, clock, store, onError }: ControllerContext, name: ObjectName): void {
  const event = store.get('/events', name);
  if (!event || expiryMs(event, clock.now()) > clock.now()) return;
  try {
    client.delete(Events, event.metadata.namespace, event.metadata.name ?? '');
  } catch (error) {
    if (!isApiError(error, 'NotFound')) onError(NAME, name, error);
  }
}
