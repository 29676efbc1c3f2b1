import { useQuery } from '@tanstack/react-query';
import { eventsQuery } from '../../../api/applications.js';
import type { ObjectRef } from '../../../api/types.js';
import { EventList } from './event-list.js';
import s from './summary-tab.module.css';

export function ObjectEvents({
  name,
  refTo,
  uid,
}: {
  name: string;
  refTo: ObjectRef;
  uid: string | undefined;
}) {
  const events = useQuery(eventsQuery(name, { ...refTo, uid }));
  return (
    <div className={s.summary} tabIndex={0} role="region" aria-label="Events">
      <EventList query={events} />
    </div>
  );
}
