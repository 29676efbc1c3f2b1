import { Link } from '@tanstack/react-router';
import { GitBranch, Pin, TriangleAlert } from 'lucide-react';
import { memo } from 'react';
import { Ago } from '../../kit/ago.js';
import { Checkbox } from '../../kit/field.js';
import { HealthStrip } from '../../status/health-strip.js';
import { HealthLabel, SyncLabel } from '../../status/status-label.js';
import { Glyph } from '../../status/glyph.js';
import type { AppRow } from './app-row.js';
import s from './app-tile.module.css';
import { CommitLine } from './commit-line.js';
import { RowActions } from './row-actions.js';
import { ShortRevision } from './short-revision.js';

interface AppTileProps {
  row: AppRow;
  isSelected: boolean;
  onToggle: (name: string) => void;
}

export const AppTile = memo(function AppTile({ row, isSelected, onToggle }: AppTileProps) {
  return (
    <article
      className={s.tile}
      data-selected={isSelected || undefined}
      data-trouble={row.health === 'Degraded' || undefined}
    >
      <header className={s.head}>
        <div className={s.names}>
          <h2 className={s.name} title={row.name}>
            <Link to="/applications/$name" params={{ name: row.name }} className={s.link}>
              {row.name}
            </Link>
          </h2>
          <p className={s.place}>
            {row.project} <span aria-hidden="true">/</span> {row.namespace || '–'}
          </p>
        </div>
        <div className={s.tools}>
          <RowActions name={row.name} />
          <Checkbox
            aria-label={`Select ${row.name}`}
            checked={isSelected}
            onChange={() => onToggle(row.name)}
          />
        </div>
      </header>
      <div className={s.states}>
        {row.isDeleting ? <Deleting /> : <HealthLabel health={row.health} />}
        {row.isRunning ? <Syncing /> : <SyncLabel sync={row.sync} />}
        {row.isHeld ? (
          <span className={s.held} title="Auto-sync is held after a rollback">
            <Pin size={12} /> held
          </span>
        ) : null}
      </div>
      <p className={s.source} title={`${row.repo} ${row.path}`}>
        <GitBranch size={12} />
        <span className={s.path}>
          {row.repo}
          {row.path && row.path !== '.' ? <span className={s.faint}> / {row.path}</span> : null}
        </span>
      </p>
      {row.error ? (
        <p className={s.error} title={row.error}>
          <TriangleAlert size={12} /> <span className={s.message}>{row.error}</span>
        </p>
      ) : null}
      <p className={s.change}>
        <ShortRevision revision={row.revision} />
        <span className={s.message}>
          <CommitLine row={row} />
        </span>
        <Ago time={row.deployedAt ?? row.createdAt} className={s.age} />
      </p>
      <HealthStrip counts={row.counts} />
    </article>
  );
});

const Syncing = () => (
  <span className={s.word}>
    <Glyph shape="ring" tone="busy" /> Syncing
  </span>
);

const Deleting = () => (
  <span className={s.word}>
    <Glyph shape="stop" tone="warn" /> Deleting
  </span>
);
