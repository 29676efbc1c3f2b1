import { Link } from '@tanstack/react-router';
import { Pin, TriangleAlert } from 'lucide-react';
import { memo } from 'react';
import { Ago } from '../../kit/ago.js';
import { Checkbox } from '../../kit/field.js';
import { VirtualRow, wholeRow } from '../../kit/virtual-table.js';
import { Glyph } from '../../status/glyph.js';
import { HealthLabel, SyncLabel } from '../../status/status-label.js';
import type { AppRow } from './app-row.js';
import s from './app-table.module.css';
import { CommitLine } from './commit-line.js';
import { RowActions } from './row-actions.js';
import { ShortRevision } from './short-revision.js';

interface AppTableRowProps {
  row: AppRow;
  index: number;
  top: number;
  isSelected: boolean;
  onToggle: (name: string) => void;
}

export const AppTableRow = memo(function AppTableRow({
  row,
  index,
  top,
  isSelected,
  onToggle,
}: AppTableRowProps) {
  return (
    <VirtualRow index={index} top={top} isMarked={isSelected} className={s.row}>
      <span role="cell">
        <Checkbox
          aria-label={`Select ${row.name}`}
          checked={isSelected}
          onChange={() => onToggle(row.name)}
        />
      </span>
      <span role="cell" className={s.name}>
        <Link to="/applications/$name" params={{ name: row.name }} className={wholeRow}>
          {row.name}
        </Link>
        {row.isHeld ? <Pin size={12} className={s.pin} aria-label="Auto-sync held" /> : null}
        {row.error ? (
          <span className={s.error} title={row.error}>
            <TriangleAlert size={13} aria-label={row.error} />
          </span>
        ) : null}
      </span>
      <span role="cell">
        <HealthLabel health={row.health} />
      </span>
      <span role="cell">
        {row.isRunning ? (
          <span className={s.running}>
            <Glyph shape="ring" tone="busy" /> Syncing
          </span>
        ) : (
          <SyncLabel sync={row.sync} />
        )}
      </span>
      <span role="cell" className={s.quiet}>
        {row.project}
      </span>
      <span role="cell" className={s.quiet}>
        {row.namespace || '–'}
      </span>
      <span role="cell" className={s.quiet} title={`${row.repo} / ${row.path}`}>
        {row.repo}
        <span className={s.faint}> / {row.path || '.'}</span>
      </span>
      <span role="cell" className={s.change}>
        <ShortRevision revision={row.revision} />{' '}
        <span className={s.faint}>
          <CommitLine row={row} />
        </span>
      </span>
      <span role="cell" className={s.faint}>
        <Ago time={row.deployedAt} long />
      </span>
      <span role="cell" className={s.actions}>
        <RowActions name={row.name} />
      </span>
    </VirtualRow>
  );
});
