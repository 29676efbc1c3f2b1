import { useMutation } from '@tanstack/react-query';
import { CircleAlert, Pin, TriangleAlert } from 'lucide-react';
import { describeError } from '../../api/api-error.js';
import { releaseHold } from '../../api/applications.js';
import type { Application } from '../../api/types.js';
import { toast } from '../../app/toasts.js';
import { Ago } from '../../kit/ago.js';
import { Button } from '../../kit/button.js';
import { ShortRevision } from '../applications/short-revision.js';
import s from './banners.module.css';

/** What a person must know before anything else: a held auto-sync, and whatever the server complains about. */
export function Banners({ app }: { app: Application }) {
  const { name } = app.metadata;
  const hold = app.status?.rollbackHold;
  const conditions = app.status?.conditions ?? [];
  const state = app.status?.operationState;
  const failed = state && (state.phase === 'Failed' || state.phase === 'Error') ? state : undefined;
  const release = useMutation({
    mutationFn: () => releaseHold(name),
    onSuccess: () => toast('good', `Auto-sync of ${name} is released`),
    onError: (error) => toast('bad', 'The hold was not released', describeError(error).message),
  });

  if (!hold && conditions.length === 0 && !failed && !app.metadata.deletionTimestamp) return null;
  return (
    <div className={s.banners}>
      {app.metadata.deletionTimestamp ? (
        <div className={s.banner} data-tone="warn">
          <TriangleAlert size={15} />
          <p>
            <strong>Being deleted</strong> since <Ago time={app.metadata.deletionTimestamp} />; it goes when
            everything it made is gone.
          </p>
        </div>
      ) : null}
      {hold ? (
        <div className={s.banner} data-tone="rest">
          <Pin size={15} />
          <p>
            <strong>
              Auto-sync is held at <ShortRevision revision={hold.revision} /> until released.
            </strong>{' '}
            Rolled back to entry {hold.historyId}
            {hold.by ? ` by ${hold.by}` : ''} <Ago time={hold.since} long />; new commits are compared, not
            delivered.
          </p>
          <Button size="s" disabled={release.isPending} onClick={() => release.mutate()}>
            {release.isPending ? 'Releasing…' : 'Release'}
          </Button>
        </div>
      ) : null}
      {failed ? (
        <div className={s.banner} data-tone="bad" role="alert">
          <CircleAlert size={15} />
          <p>
            <strong>The last sync failed.</strong> {failed.message}
          </p>
        </div>
      ) : null}
      {conditions.map((condition) => (
        <div
          key={condition.type}
          className={s.banner}
          data-tone={condition.type.endsWith('Error') ? 'bad' : 'warn'}
        >
          <TriangleAlert size={15} />
          <p>
            <strong>{words(condition.type)}.</strong> {condition.message}
          </p>
          <Ago time={condition.lastTransitionTime} long className={s.when} />
        </div>
      ))}
    </div>
  );
}

/** `ComparisonError` as people write it. */
function words(type: string): string {
  const text = type.replace(/([a-z])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`);
  return text;
}
