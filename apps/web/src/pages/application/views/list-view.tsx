import { useMemo } from 'react';
import type { Application, TreeNode } from '../../../api/types.js';
import { Ago } from '../../../kit/ago.js';
import { MiddleText } from '../../../kit/middle-text.js';
import { Notice } from '../../../kit/notice.js';
import { useVirtualRows } from '../../../kit/use-virtual-rows.js';
import { VirtualRow, VirtualTable, wholeRow } from '../../../kit/virtual-table.js';
import { classNames } from '../../../kit/class-names.js';
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

const HEADS = ['Name', 'Health', 'Sync', 'Kind', 'Namespace', 'Age'];

/** All objects as rows: the tree's twin for people who read lists. */
export function ListView({ app, nodes, search, onOpen }: ListViewProps) {
  const rows = useMemo(() => filterRows(toResourceRows(app, nodes), search), [app, nodes, search]);
  const table = useVirtualRows(rows.length);

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
    table.virtual.scrollToIndex(next);
    requestAnimationFrame(() =>
      table.scroller.current?.querySelector<HTMLElement>(`[data-index="${next}"] button`)?.focus(),
    );
  };

  if (rows.length === 0) return <Notice title="No object matches">Change or clear the filter above.</Notice>;
  return (
    <VirtualTable label="Resources" rows={table} heads={HEADS} className={s.table} onKeyDown={move}>
      {(index, top) => {
        const row = rows[index];
        if (!row) return null;
        return (
          <VirtualRow key={row.id} index={index} top={top} isMarked={row.id === search.node}>
            <span role="cell">
              <button
                type="button"
                className={classNames(wholeRow, s.open)}
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
          </VirtualRow>
        );
      }}
    </VirtualTable>
  );
}
