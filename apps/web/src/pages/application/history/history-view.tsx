import { useQuery } from '@tanstack/react-query';
import { History } from 'lucide-react';
import { useMemo, useState } from 'react';
import { historyQuery } from '../../../api/applications.js';
import type { Application, HistoryEntry } from '../../../api/types.js';
import { Button } from '../../../kit/button.js';
import { ErrorNotice, Notice } from '../../../kit/notice.js';
import { SkeletonLines } from '../../../kit/skeleton.js';
import type { ApplicationSearch } from '../application-search.js';
import { currentEntry } from './current-entry.js';
import s from './history-view.module.css';
import { HistoryCompare } from './history-compare.js';
import { HistoryRow } from './history-row.js';
import { RollbackDialog } from './rollback-dialog.js';

interface HistoryViewProps {
  app: Application;
  search: ApplicationSearch;
  onChange: (patch: Partial<ApplicationSearch>, replace?: boolean) => void;
}

/** What was delivered, newest first; any entry can be returned to, any two compared. */
export function HistoryView({ app, search, onChange }: HistoryViewProps) {
  const history = useQuery(historyQuery(app.metadata.name));
  const [target, setTarget] = useState<HistoryEntry>();
  const entries = useMemo(
    () => [...(history.data ?? app.status?.history ?? [])].sort((a, b) => b.id - a.id),
    [history.data, app.status?.history],
  );

  if (history.isError && entries.length === 0)
    return (
      <ErrorNotice
        what="The history could not be read"
        error={history.error}
        onRetry={() => void history.refetch()}
      />
    );
  if (!history.data && entries.length === 0)
    return (
      <div className={s.scroller}>
        <SkeletonLines count={6} height={44} />
      </div>
    );
  if (entries.length === 0)
    return (
      <Notice icon={<History size={20} />} title="Nothing was delivered yet">
        Every completed sync leaves an entry here, with the manifests it applied.
      </Notice>
    );

  const current = currentEntry(entries, app.status?.rollbackHold);
  const { from, to } = search;
  const pick = (id: number) => {
    if (from === id) return onChange({ from: to, to: undefined });
    if (to === id) return onChange({ to: undefined });
    if (from === undefined) return onChange({ from: id });
    return onChange({ from: Math.min(from, id), to: Math.max(from, id) });
  };
  const isComparing = from !== undefined && to !== undefined;

  return (
    <div className={s.scroller} tabIndex={0} role="region" aria-label="History">
      <div className={s.bar}>
        <p className={s.hint}>{hint(entries.length, from, to)}</p>
        {from === undefined ? null : (
          <Button size="s" look="quiet" onClick={() => onChange({ from: undefined, to: undefined })}>
            Clear
          </Button>
        )}
      </div>
      <ol className={s.list}>
        {entries.map((entry, index) => (
          <HistoryRow
            key={entry.id}
            entry={entry}
            isCurrent={entry.id === current}
            isHeld={app.status?.rollbackHold?.historyId === entry.id}
            replacedAt={entries[index - 1]?.deployedAt}
            isPicked={entry.id === from || entry.id === to}
            onPick={() => pick(entry.id)}
            onCompare={
              entries[index + 1] ? () => onChange({ from: entries[index + 1]?.id, to: entry.id }) : undefined
            }
            onRollback={() => setTarget(entry)}
          />
        ))}
      </ol>
      {isComparing ? (
        <HistoryCompare
          name={app.metadata.name}
          from={from}
          to={to}
          isSplit={search.split === true}
          onSplit={(split) => onChange({ split: split || undefined })}
        />
      ) : null}
      {target ? <RollbackDialog app={app} entry={target} onClose={() => setTarget(undefined)} /> : null}
    </div>
  );
}

function hint(count: number, from: number | undefined, to: number | undefined): string {
  if (count < 2) return 'Later deliveries can be compared with this one.';
  if (from === undefined) return 'Choose two entries to compare them.';
  return to === undefined ? `Choose another entry to compare with ${from}.` : `Comparing ${from} with ${to}.`;
}
