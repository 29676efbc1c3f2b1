import type { HealthStatus } from '../../../status/health.js';
import type { TreeItem } from './tree-item.js';

export interface TreeFilter {
  q?: string | undefined;
  kind?: string | undefined;
  health?: readonly HealthStatus[] | undefined;
}

/** The tree with only what matches, and the owners that lead there. The root always stays. */
export function filterTree(root: TreeItem, filter: TreeFilter): TreeItem {
  const words = (filter.q ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0 && !filter.kind && !filter.health?.length) return root;
  const matches = (item: TreeItem) => {
    const text = `${item.kind} ${item.name}`.toLowerCase();
    return (
      words.every((word) => text.includes(word)) &&
      (!filter.kind || item.kind === filter.kind) &&
      (!filter.health?.length || (item.health !== undefined && filter.health.includes(item.health)))
    );
  };
  const keep = (item: TreeItem): TreeItem | undefined => {
    const children = item.children.flatMap((child) => keep(child) ?? []);
    return children.length > 0 || matches(item) ? { ...item, children } : undefined;
  };
  return { ...root, children: root.children.flatMap((child) => keep(child) ?? []) };
}
