import { hierarchy } from 'd3-hierarchy';
import type { TreeItem } from './tree-item.js';

export const BOX_WIDTH = 236;
export const BOX_HEIGHT = 46;
export const COLUMN_GAP = 56;
export const ROW_GAP = 10;
/** Families of different parents stand a little further apart. */
const FAMILY_GAP = 8;

export interface PlacedItem {
  item: TreeItem;
  parent: string | undefined;
  depth: number;
  x: number;
  y: number;
  /** Where it stands among its siblings, from 1, and how many those are. */
  position: number;
  siblings: number;
}

export interface PlacedTree {
  items: PlacedItem[];
  width: number;
  height: number;
}

/**
 * Places a tree in columns by depth. A parent stands in the row of its first child, so that the page reads like an
 * outline from the top left, and nothing has to be searched for in the middle of a tall picture. Linear in the
 * number of boxes. Boxes in `folded` show no children.
 */
export function placeTree(root: TreeItem, folded: ReadonlySet<string>): PlacedTree {
  const forest = hierarchy(root, (item) => (folded.has(item.id) ? [] : item.children));
  const items: PlacedItem[] = [];
  let y = 0;
  let previousDepth = -1;
  const positions = new Map<string, number>();
  forest.eachBefore((node) => {
    const isFirst = node.parent?.children?.[0] === node;
    const parent = node.parent?.data.id;
    if (previousDepth >= 0 && !isFirst) {
      y += BOX_HEIGHT + ROW_GAP;
      if (previousDepth > node.depth && node.depth <= 1) y += FAMILY_GAP;
    }
    const position = (positions.get(parent ?? '') ?? 0) + 1;
    positions.set(parent ?? '', position);
    items.push({
      item: node.data,
      parent,
      depth: node.depth,
      x: node.depth * (BOX_WIDTH + COLUMN_GAP),
      y,
      position,
      siblings: node.parent?.children?.length ?? 1,
    });
    previousDepth = node.depth;
  });
  return {
    items,
    width: (forest.height + 1) * (BOX_WIDTH + COLUMN_GAP) - COLUMN_GAP,
    height: y + BOX_HEIGHT,
  };
}

/** The line from a parent's right edge to a child's left edge, with a rounded corner. */
export function edgePath(from: { x: number; y: number }, to: { x: number; y: number }): string {
  const startX = from.x + BOX_WIDTH;
  const startY = from.y + BOX_HEIGHT / 2;
  const endY = to.y + BOX_HEIGHT / 2;
  if (startY === endY) return `M${startX} ${startY}H${to.x}`;
  const middle = to.x - COLUMN_GAP / 2;
  const radius = Math.min(9, Math.abs(endY - startY) / 2);
  const turn = endY > startY ? radius : -radius;
  return `M${startX} ${startY}H${middle - radius}Q${middle} ${startY} ${middle} ${startY + turn}V${endY - turn}Q${middle} ${endY} ${middle + radius} ${endY}H${to.x}`;
}

/** The box a key leads to from another: owner to the left, first child to the right, neighbours in the same column. */
export function neighbour(placed: readonly PlacedItem[], id: string, key: string): PlacedItem | undefined {
  const here = placed.find(({ item }) => item.id === id);
  if (!here) return placed[0];
  const column = placed.filter(({ depth }) => depth === here.depth);
  const index = column.indexOf(here);
  switch (key) {
    case 'ArrowLeft':
      return placed.find(({ item }) => item.id === here.parent);
    case 'ArrowRight':
      return placed.find(({ parent }) => parent === here.item.id);
    case 'ArrowUp':
      return column[index - 1];
    case 'ArrowDown':
      return column[index + 1];
    case 'Home':
      return placed[0];
    case 'End':
      return placed.at(-1);
    default:
      return undefined;
  }
}
