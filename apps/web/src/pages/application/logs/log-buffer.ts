import type { LogLine } from './log-line.js';

/** More lines than this are not read but searched elsewhere; the oldest go first. */
export const MOST_LINES = 50_000;

export interface LogView {
  lines: readonly LogLine[];
  /** Lines that had to go to keep memory bounded. */
  dropped: number;
}

export const EMPTY_LOG: LogView = { lines: [], dropped: 0 };

/** The view with more lines at its end, within the limit. */
export function appendLines(view: LogView, more: readonly LogLine[], most = MOST_LINES): LogView {
  if (more.length === 0) return view;
  const lines = [...view.lines, ...more];
  const over = lines.length - most;
  return over > 0
    ? { lines: lines.slice(over), dropped: view.dropped + over }
    : { lines, dropped: view.dropped };
}

/** The lines that contain a text, whatever the case. */
export function findLines(lines: readonly LogLine[], find: string | undefined): readonly LogLine[] {
  const text = find?.toLowerCase();
  return text ? lines.filter((line) => line.text.toLowerCase().includes(text)) : lines;
}
