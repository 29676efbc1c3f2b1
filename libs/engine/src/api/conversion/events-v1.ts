import type { StoredObject } from '../../store/stored-object.js';
import type { Event, EventsV1Event } from '../../types/index.js';
import type { Conversion } from './conversion.js';

/** events.k8s.io/v1 shows the events of the core API under its own names (apis/events/v1/conversion.go). */
export const eventsV1: Conversion = {
  storage: { group: '', version: 'v1', resource: 'events' },

  fromStorage(object) {
    const {
      message,
      involvedObject,
      source,
      firstTimestamp,
      lastTimestamp,
      count,
      reportingComponent,
      ...same
    } = object as Event;
    const event: EventsV1Event = {
      ...same,
      apiVersion: 'events.k8s.io/v1',
      eventTime: same.eventTime ?? '',
      ...(message !== undefined && { note: message }),
      regarding: involvedObject,
      ...(reportingComponent !== undefined && { reportingController: reportingComponent }),
      ...(source && { deprecatedSource: source }),
      ...(firstTimestamp !== undefined && { deprecatedFirstTimestamp: firstTimestamp }),
      ...(lastTimestamp !== undefined && { deprecatedLastTimestamp: lastTimestamp }),
      ...(count !== undefined && { deprecatedCount: count }),
    } as EventsV1Event;
    return withoutEmptyTime(event);
  },

  toStorage(object) {
    const {
      note,
      regarding,
      deprecatedSource,
      deprecatedFirstTimestamp,
      deprecatedLastTimestamp,
      deprecatedCount,
      reportingController,
      ...same
    } = object as EventsV1Event;
    return {
      ...same,
      apiVersion: 'v1',
      involvedObject: regarding ?? {},
      ...(note !== undefined && { message: note }),
      ...(reportingController !== undefined && { reportingComponent: reportingController }),
      ...(deprecatedSource && { source: deprecatedSource }),
      ...(deprecatedFirstTimestamp !== undefined && { firstTimestamp: deprecatedFirstTimestamp }),
      ...(deprecatedLastTimestamp !== undefined && { lastTimestamp: deprecatedLastTimestamp }),
      ...(deprecatedCount !== undefined && { count: deprecatedCount }),
    } as StoredObject;
  },
};

/** An event of the older kind has no eventTime; the newer one shows that as null. */
function withoutEmptyTime(event: EventsV1Event): StoredObject {
  return (event.eventTime === '' ? { ...event, eventTime: null } : event) as StoredObject;
}
