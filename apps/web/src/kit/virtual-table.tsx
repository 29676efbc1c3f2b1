import { classNames } from './class-names.js';
import type { VirtualRows } from './use-virtual-rows.js';
import s from './virtual-table.module.css';

interface VirtualTableProps {
  label: string;
  rows: VirtualRows;
  heads: readonly React.ReactNode[];
  /** Says what the columns are (`--columns`) and how narrow the table may get. */
  className: string | undefined;
  onKeyDown?: (event: React.KeyboardEvent) => void;
  /** One row, at its place from the top. */
  children: (index: number, top: number) => React.ReactNode;
}

/** A table whose heads stay in sight; only the visible rows are in the document. */
export function VirtualTable({ label, rows, heads, className, onKeyDown, children }: VirtualTableProps) {
  const { scroller, virtual, count } = rows;
  return (
    <div ref={scroller} className={s.scroller} onKeyDown={onKeyDown}>
      <div role="table" aria-label={label} aria-rowcount={count + 1} className={className}>
        <div role="rowgroup" className={s.heads}>
          <div role="row" className={s.row}>
            {heads.map((head, index) => (
              // The columns of a table never change places.
              <span key={index} role="columnheader">
                {head}
              </span>
            ))}
          </div>
        </div>
        <div role="rowgroup" className={s.body} style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, start }) => children(index, start))}
        </div>
      </div>
    </div>
  );
}

interface VirtualRowProps {
  index: number;
  top: number;
  isMarked: boolean;
  className?: string | undefined;
  children: React.ReactNode;
}

export function VirtualRow({ index, top, isMarked, className, children }: VirtualRowProps) {
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      data-index={index}
      data-marked={isMarked || undefined}
      className={classNames(s.row, className)}
      style={{ top }}
    >
      {children}
    </div>
  );
}

/** The class of the link or button that stands for its whole row. */
export const wholeRow = s['main'];
