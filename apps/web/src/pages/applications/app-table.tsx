import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import { Checkbox } from '../../kit/field.js';
import type { AppListProps } from './app-list-props.js';
import { AppTableRow } from './app-table-row.js';
import s from './app-table.module.css';
import { useGridKeys } from './use-grid-keys.js';

const ROW_HEIGHT = 40;
const HEADS = ['Name', 'Health', 'Sync', 'Project', 'Namespace', 'Source', 'Revision', 'Deployed', ''];

/** Applications as a table; only the visible rows are in the document. */
export function AppTable({ rows, selected, onToggle, onSelectAll }: AppListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
    scrollPaddingStart: 34,
    paddingEnd: 64,
  });
  useGridKeys(scroller, {
    count: rows.length,
    columns: 1,
    scrollTo: (index) => virtual.scrollToIndex(index),
    onToggle: (index) => {
      const row = rows[index];
      if (row) onToggle(row.name);
    },
  });
  const all = rows.length > 0 && rows.every(({ name }) => selected.has(name));

  return (
    <div ref={scroller} className={s.scroller}>
      <div role="table" aria-label="Applications" aria-rowcount={rows.length + 1} className={s.table}>
        <div role="rowgroup" className={s.heads}>
          <div role="row" className={s.row}>
            <span role="columnheader">
              <Checkbox
                aria-label="Select all"
                checked={all}
                indeterminate={!all && selected.size > 0}
                onChange={(event) => onSelectAll(event.target.checked)}
              />
            </span>
            {HEADS.map((head) => (
              <span key={head} role="columnheader">
                {head || <span className={s.hidden}>Actions</span>}
              </span>
            ))}
          </div>
        </div>
        <div role="rowgroup" className={s.body} style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const row = rows[item.index];
            return row ? (
              <AppTableRow
                key={row.name}
                row={row}
                index={item.index}
                top={item.start}
                isSelected={selected.has(row.name)}
                onToggle={onToggle}
              />
            ) : null;
          })}
        </div>
      </div>
    </div>
  );
}
