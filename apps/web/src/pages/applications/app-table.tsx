import { Checkbox } from '../../kit/field.js';
import { HiddenText } from '../../kit/hidden-text.js';
import { useVirtualRows } from '../../kit/use-virtual-rows.js';
import { VirtualTable } from '../../kit/virtual-table.js';
import type { AppListProps } from './app-list-props.js';
import { AppTableRow } from './app-table-row.js';
import s from './app-table.module.css';
import { useGridKeys } from './use-grid-keys.js';

const HEADS = ['Name', 'Health', 'Sync', 'Project', 'Namespace', 'Source', 'Revision', 'Deployed'];
/** Room for the bar of what is selected. */
const SPACE_BELOW = 64;

/** Applications as a table; only the visible rows are in the document. */
export function AppTable({ rows, selected, onToggle, onSelectAll }: AppListProps) {
  const table = useVirtualRows(rows.length, SPACE_BELOW);
  useGridKeys(table.scroller, {
    count: rows.length,
    columns: 1,
    scrollTo: (index) => table.virtual.scrollToIndex(index),
    onToggle: (index) => {
      const row = rows[index];
      if (row) onToggle(row.name);
    },
  });
  const all = rows.length > 0 && rows.every(({ name }) => selected.has(name));

  const selectAll = (
    <Checkbox
      aria-label="Select all"
      checked={all}
      indeterminate={!all && selected.size > 0}
      onChange={(event) => onSelectAll(event.target.checked)}
    />
  );

  return (
    <VirtualTable
      label="Applications"
      rows={table}
      heads={[selectAll, ...HEADS, <HiddenText key="actions">Actions</HiddenText>]}
      className={s.table}
    >
      {(index, top) => {
        const row = rows[index];
        return row ? (
          <AppTableRow
            key={row.name}
            row={row}
            index={index}
            top={top}
            isSelected={selected.has(row.name)}
            onToggle={onToggle}
          />
        ) : null;
      }}
    </VirtualTable>
  );
}
