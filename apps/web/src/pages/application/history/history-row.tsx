import { GitCompare, Pin, Undo2 } from 'lucide-react';
import type { HistoryEntry } from '../../../api/types.js';
import { between, duration } from '../../../kit/age.js';
import { Ago } from '../../../kit/ago.js';
import { Button, IconButton } from '../../../kit/button.js';
import { Checkbox } from '../../../kit/field.js';
import { PhaseGlyph } from '../../../status/status-label.js';
import { ShortRevision } from '../../applications/short-revision.js';
import { Initiator } from '../initiator.js';
import { EntryInputs } from './entry-inputs.js';
import s from './history-row.module.css';

interface HistoryRowProps {
  entry: HistoryEntry;
  isCurrent: boolean;
  isHeld: boolean;
  replacedAt: string | undefined;
  isPicked: boolean;
  onPick: () => void;
  onCompare: (() => void) | undefined;
  onRollback: () => void;
}

export function HistoryRow({
  entry,
  isCurrent,
  isHeld,
  replacedAt,
  isPicked,
  onPick,
  onCompare,
  onRollback,
}: HistoryRowProps) {
  const took = between(entry.deployStartedAt, entry.deployedAt);
  const stood = between(entry.deployedAt, replacedAt);
  const phase = entry.phase ?? 'Succeeded';
  return (
    <li className={s.row} data-picked={isPicked || undefined}>
      <Checkbox aria-label={`Compare entry ${entry.id}`} checked={isPicked} onChange={onPick} />
      <span className={s.id}>{entry.id}</span>
      <PhaseGlyph phase={phase} />
      <div className={s.what}>
        <p className={s.line}>
          <ShortRevision revision={entry.revision ?? entry.revisions?.[0]} />
          <span className={s.message}>{entry.message?.split('\n', 1)[0] ?? entry.source?.path}</span>
          {entry.rollbackTo === undefined ? null : (
            <span className={s.tag}>
              <Undo2 size={11} /> back to {entry.rollbackTo}
            </span>
          )}
          {isCurrent ? <span className={s.tag}>current</span> : null}
          {isHeld ? (
            <span className={s.tag} data-tone="rest">
              <Pin size={11} /> held
            </span>
          ) : null}
        </p>
        <p className={s.sub}>
          {entry.author ? `${entry.author.replace(/\s*<.*>$/, '')} · ` : ''}
          {phase === 'Succeeded' ? 'delivered' : phase.toLowerCase()} <Ago time={entry.deployedAt} long /> by{' '}
          <Initiator by={entry.initiatedBy} />
          {took === undefined ? '' : ` · took ${duration(took)}`}
          {stood === undefined ? '' : ` · stood for ${duration(stood)}`}
        </p>
        <EntryInputs inputs={entry.inputs ?? []} />
      </div>
      <div className={s.actions}>
        {onCompare ? (
          <IconButton label={`Compare entry ${entry.id} with the one before`} onClick={onCompare}>
            <GitCompare size={15} />
          </IconButton>
        ) : null}
        <Button
          size="s"
          disabled={isCurrent}
          title={isCurrent ? 'This is what is delivered now' : undefined}
          onClick={onRollback}
        >
          <Undo2 size={13} /> Roll back
        </Button>
      </div>
    </li>
  );
}
