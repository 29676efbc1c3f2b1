import { useVirtualizer, type Virtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';

/** As the styles of the table say, in pixels. */
const ROW_HEIGHT = 38;
/** Heads stay where they are; rows are scrolled to below them. */
const HEADS_HEIGHT = 34;
/** Rows in the document above and below what is seen. */
const OVERSCAN = 14;

/** Rows of a table of which only the visible ones are in the document. */
export interface VirtualRows {
  readonly scroller: React.RefObject<HTMLDivElement | null>;
  readonly virtual: Virtualizer<HTMLDivElement, Element>;
  readonly count: number;
}

/** `space` is kept free below the last row. */
export function useVirtualRows(count: number, space = 0): VirtualRows {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: OVERSCAN,
    scrollPaddingStart: HEADS_HEIGHT,
    paddingEnd: space,
  });
  return { scroller, virtual, count };
}
