import type { AppRow } from './app-row.js';

export interface AppListProps {
  rows: readonly AppRow[];
  selected: ReadonlySet<string>;
  onToggle: (name: string) => void;
  onSelectAll: (all: boolean) => void;
}
