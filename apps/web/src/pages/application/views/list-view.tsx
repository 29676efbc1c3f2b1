import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef } from 'react';
import type { Application, TreeNode } from '../../../api/types.js';
import { Ago } from '../../../kit/ago.js';
import { MiddleText } from '../../../kit/middle-text.js';
import { Notice } from '../../../kit/notice.js';
import { KindIcon } from '../../../status/kind-icon.js';
import { HealthLabel, SyncLabel } from '../../../status/status-label.js';
import type { ApplicationSearch } from '../application-search.js';
import s from './list-view.module.css';
import { filterRows, toResourceRows } from './resource-rows.js';

interface ListViewProps {
  app: Application;
  nodes: readonly TreeNode[];
  search: ApplicationSearch;
  onOpen: (id: string | undefined) => void;
}

const ROW_HEIGHT = 38;

/** All objects as rows: the tree's twin for people who read lists. */
export function ListView({ app, nodes, search, onOpen }: ListViewProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => filterRows(toResourceRows(app, nodes), search), [app, nodes, search]);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 14,
    scrollPaddingStart: 34,
  });

  const move = (event: React.KeyboardEvent) => {
    const by =
      event.key === 'ArrowDown' || event.key === 'j'
        ? 1
        : event.key === 'ArrowUp' || event.key === 'k'
          ? -1
          : 0;
    const row = (event.target as HTMLElement).closest<HTMLElement>('[data-index]');
    if (by === 0 || !row || event.ctrlKey || event.metaKey) return;
    const next = Number(row.dataset['index']) + by;
    if (next < 0 || next >= rows.length) return;
    event.preventDefault();
    virtual.scrollToIndex(next);
    requestAnimationFrame(() =>
      scroller.current?.querySelector<HTMLElement>(`[data-index="${next}"] button`)?.focus(),
    );
  };

  if (rows.length === 0) return <Notice title="No object matches">Change or clear the filter above.</Notice>;
  return (
    <div ref={scroller} className={s.scroller} onKeyDown={move}>
      <div role="table" aria-label="Resources" aria-rowcount={rows.length + 1} className={s.table}>
        <div role="rowgroup" className={s.heads}>
          <div role="row" className={s.row}>
            {['Name', 'Health', 'Sync', 'Kind', 'Namespace', 'Age'].map((head) => (
              <span key={head} role="columnheader">
                {head}
              </span>
            ))}
          </div>
        </div>
        <div role="rowgroup" className={s.body} style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const row = rows[item.index];
            if (!row) return null;
            return (
              <div
                key={row.id}
                role="row"
                aria-rowindex={item.index + 2}
                data-index={item.index}
                data-open={row.id === search.node || undefined}
                className={s.row}
                style={{ position: 'absolute', top: item.start, left: 0, right: 0 }}
              >
                <span role="cell" className={s.name}>
                  <button
                    type="button"
                    className={s.open}
                    onClick={() => onOpen(row.id === search.node ? undefined : row.id)}
                  >
                    <KindIcon kind={row.ref.kind} />
                    <MiddleText text={row.ref.name} />
                  </button>
                </span>
                <span role="cell" title={row.message}>
                  {row.health ? <HealthLabel health={row.health} /> : <span className={s.faint}>–</span>}
                </span>
                <span role="cell">
                  {row.sync ? <SyncLabel sync={row.sync} /> : <span className={s.faint}>–</span>}
                </span>
                <span role="cell" className={s.quiet}>
                  {row.ref.kind}
                </span>
                <span role="cell" className={s.quiet}>
                  {row.ref.namespace ?? '–'}
                </span>
                <span role="cell" className={s.faint}>
                  <Ago time={row.createdAt} />
                </span>
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}
