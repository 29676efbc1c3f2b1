import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import { useWidth } from '../../kit/use-width.js';
import type { AppListProps } from './app-list-props.js';
import { AppTile } from './app-tile.js';
import s from './app-tiles.module.css';
import { useGridKeys } from './use-grid-keys.js';

const TILE_HEIGHT = 158;
const GAP = 12;
const LEAST_WIDTH = 266;

/** Applications as tiles; only the visible ones are in the document. */
export function AppTiles({ rows, selected, onToggle }: AppListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const width = useWidth(scroller);
  const gutter = width > 720 ? 24 : 14;
  const columns = Math.max(1, Math.floor((width - gutter * 2 + GAP) / (LEAST_WIDTH + GAP)));
  const virtual = useVirtualizer({
    count: Math.ceil(rows.length / columns),
    getScrollElement: () => scroller.current,
    estimateSize: () => TILE_HEIGHT + GAP,
    overscan: 4,
    paddingStart: 4,
    paddingEnd: 72,
  });
  useGridKeys(scroller, {
    count: rows.length,
    columns,
    scrollTo: (index) => virtual.scrollToIndex(Math.floor(index / columns)),
    onToggle: (index) => {
      const row = rows[index];
      if (row) onToggle(row.name);
    },
  });

  return (
    <div ref={scroller} className={s.scroller} data-selecting={selected.size > 0 || undefined}>
      <ul className={s.grid} style={{ height: virtual.getTotalSize() }} aria-label="Applications">
        {virtual.getVirtualItems().flatMap((line) =>
          rows.slice(line.index * columns, (line.index + 1) * columns).map((row, column) => (
            <li
              key={row.name}
              className={s.cell}
              data-index={line.index * columns + column}
              style={{
                height: TILE_HEIGHT,
                width: `calc((100% - ${gutter * 2 + GAP * (columns - 1)}px) / ${columns})`,
                left: `calc(${gutter}px + (100% - ${gutter * 2 + GAP * (columns - 1)}px) / ${columns} * ${column} + ${GAP * column}px)`,
                top: line.start,
              }}
            >
              <AppTile row={row} isSelected={selected.has(row.name)} onToggle={onToggle} />
            </li>
          )),
        )}
      </ul>
    </div>
  );
}
