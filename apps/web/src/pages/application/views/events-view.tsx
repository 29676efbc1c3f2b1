import { useQuery } from '@tanstack/react-query';
import { eventsQuery } from '../../../api/applications.js';
import type { Application } from '../../../api/types.js';
import { EventList } from '../panel/event-list.js';
import s from './padded.module.css';

/** What happened to the application, newest first. */
export function EventsView({ app }: { app: Application }) {
  const events = useQuery(eventsQuery(app.metadata.name));
  return (
    <div className={s.padded} tabIndex={0} role="region" aria-label="Events">
      <EventList query={events} />
    </div>
  );
}
