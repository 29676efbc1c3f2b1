import { severity, worse, type HealthStatus } from '../../../status/health.js';
import type { TreeItem } from './tree-item.js';

/** More boxes than this are neither read by people nor drawn at once by browsers. */
export const MOST_DRAWN = 500;

export interface Visible {
  root: TreeItem;
  drawn: number;
  total: number;
}

/**
 * Keeps the most urgent boxes of a tree: worst first, then those nearer the root. Parents always come with their
 * children, because a subtree's worst is never better than its members'. What is left out is said in a box.
 */
export function chooseVisible(root: TreeItem, most = MOST_DRAWN): Visible {
  const all: { item: TreeItem; depth: number; order: number }[] = [];
  const visit = (item: TreeItem, depth: number) => {
    all.push({ item, depth, order: all.length });
    for (const child of item.children) visit(child, depth + 1);
  };
  visit(root, 0);
  const total = all.length;
  if (total <= most) return { root, drawn: total, total };
  all.sort(
    (a, b) => severity(b.item.worst) - severity(a.item.worst) || a.depth - b.depth || a.order - b.order,
  );
  const kept = new Set(all.slice(0, most).map(({ item }) => item.id));
  kept.add(root.id);
  return { root: prune(root, kept), drawn: kept.size, total };
}

function prune(item: TreeItem, kept: ReadonlySet<string>): TreeItem {
  const children = item.children.filter(({ id }) => kept.has(id)).map((child) => prune(child, kept));
  const hidden = item.children.filter(({ id }) => !kept.has(id));
  if (hidden.length > 0) children.push(moreBox(item.id, hidden));
  return { ...item, children };
}

function moreBox(parent: string, hidden: readonly TreeItem[]): TreeItem {
  const worst = hidden.reduce<HealthStatus>((each, item) => worse(each, item.worst), 'Healthy');
  return {
    id: `${parent}>more`,
    type: 'more',
    kind: '',
    name: `${hidden.length} more`,
    health: undefined,
    worst,
    sync: undefined,
    count: hidden.length,
    counts: [],
    node: undefined,
    children: [],
  };
}
