import type { UseQueryResult } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { KubeEvent } from '../../../api/types.js';
import { Ago } from '../../../kit/ago.js';
import { ErrorNotice, Notice } from '../../../kit/notice.js';
import { SkeletonLines } from '../../../kit/skeleton.js';
import { Glyph } from '../../../status/glyph.js';
import s from './event-list.module.css';

const timeOf = (event: KubeEvent) =>
  event.lastTimestamp ?? event.eventTime ?? event.firstTimestamp ?? event.metadata.creationTimestamp;

/** Events, newest first. */
export function EventList({ query }: { query: UseQueryResult<KubeEvent[]> }) {
  const events = useMemo(
    () => [...(query.data ?? [])].sort((a, b) => (timeOf(b) ?? '').localeCompare(timeOf(a) ?? '')),
    [query.data],
  );
  if (query.isError && !query.data)
    return (
      <ErrorNotice
        what="The events could not be read"
        error={query.error}
        onRetry={() => void query.refetch()}
      />
    );
  if (!query.data) return <SkeletonLines count={5} height={34} />;
  if (events.length === 0) return <Notice title="No events">Nothing was reported in the last hour.</Notice>;
  return (
    <ul className={s.list}>
      {events.map((event) => (
        <li key={event.metadata.uid ?? event.metadata.name} className={s.event}>
          <Glyph
            shape={event.type === 'Warning' ? 'alert' : 'check'}
            tone={event.type === 'Warning' ? 'warn' : 'mute'}
            size={13}
          />
          <div className={s.text}>
            <p>
              <strong className={s.reason}>{event.reason}</strong>
              {(event.count ?? 1) > 1 ? <span className={s.count}>{event.count} times</span> : null}
              <span className={s.about}>
                {event.involvedObject?.kind} {event.involvedObject?.name}
              </span>
            </p>
            <p className={s.message}>{event.message}</p>
          </div>
          <Ago time={timeOf(event)} className={s.when} />
        </li>
      ))}
    </ul>
  );
}
