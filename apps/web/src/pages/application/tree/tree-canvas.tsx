import { Maximize, Minus, Plus } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { IconButton } from '../../../kit/button.js';
import { useNow } from '../../../kit/ticker.js';
import { BOX_HEIGHT, BOX_WIDTH, edgePath, neighbour, placeTree } from './place-tree.js';
import { TreeCard } from './tree-card.js';
import s from './tree-canvas.module.css';
import type { TreeItem } from './tree-item.js';
import { usePanZoom } from './use-pan-zoom.js';

interface TreeCanvasProps {
  label: string;
  root: TreeItem;
  openId: string | undefined;
  onOpen: (item: TreeItem) => void;
  onToggleGroup: (item: TreeItem) => void;
}

const KEY_PAN = 80;

/** A tree as boxes and lines, to be walked with the arrow keys, panned and zoomed. */
export function TreeCanvas({ label, root, openId, onOpen, onToggleGroup }: TreeCanvasProps) {
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const [focusId, setFocusId] = useState<string>();
  const now = useNow();
  const placed = useMemo(() => placeTree(root, folded), [root, folded]);
  // Lines of trouble are drawn last, over the others they share a way with.
  const byUrgency = useMemo(
    () =>
      placed.items.toSorted(
        (a, b) => Number(a.item.worst === 'Degraded') - Number(b.item.worst === 'Degraded'),
      ),
    [placed],
  );
  const byId = useMemo(() => new Map(placed.items.map((each) => [each.item.id, each])), [placed]);
  const { view, stage, scale, zoom, fit, pan, show } = usePanZoom(placed);
  const focused = focusId && byId.has(focusId) ? focusId : placed.items[0]?.item.id;

  const fold = (item: TreeItem) => {
    if (item.type === 'group') return onToggleGroup(item);
    setFolded((was) => {
      const next = new Set(was);
      if (!next.delete(item.id)) next.add(item.id);
      return next;
    });
  };

  const reveal = useRef(show);
  useEffect(() => {
    reveal.current = show;
  });
  useEffect(() => {
    const box = openId ? byId.get(openId) : undefined;
    // The panel that opens beside the picture takes room first.
    if (box)
      requestAnimationFrame(() =>
        reveal.current({ x: box.x, y: box.y, width: BOX_WIDTH, height: BOX_HEIGHT }),
      );
    // Only opening another object moves the picture; updates of the tree never do.
  }, [openId]);

  const focus = (id: string) => {
    setFocusId(id);
    const box = byId.get(id);
    if (box) show({ x: box.x, y: box.y, width: BOX_WIDTH, height: BOX_HEIGHT });
    requestAnimationFrame(() =>
      stage.current
        ?.querySelector<HTMLElement>(`[data-id="${CSS.escape(id)}"]`)
        ?.focus({ preventScroll: true }),
    );
  };

  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !focused) return;
    const here = byId.get(focused);
    if (!here) return;
    const act = keyAction(event.key);
    if (act) {
      event.preventDefault();
      switch (act) {
        case 'open':
          return onOpen(here.item);
        case 'fold':
          return fold(here.item);
        case 'in':
          return zoom(1.25);
        case 'out':
          return zoom(0.8);
        case 'fit':
          return fit();
      }
    }
    if (event.shiftKey && event.key.startsWith('Arrow')) {
      event.preventDefault();
      return pan(
        event.key === 'ArrowLeft' ? KEY_PAN : event.key === 'ArrowRight' ? -KEY_PAN : 0,
        event.key === 'ArrowUp' ? KEY_PAN : event.key === 'ArrowDown' ? -KEY_PAN : 0,
      );
    }
    const next = neighbour(placed.items, focused, event.key);
    if (!next) return;
    event.preventDefault();
    focus(next.item.id);
  };

  return (
    <div ref={view} className={s.view}>
      <div ref={stage} className={s.stage}>
        <svg className={s.edges} width={placed.width} height={placed.height} aria-hidden="true">
          {byUrgency.map((each) => {
            const parent = each.parent === undefined ? undefined : byId.get(each.parent);
            return parent ? (
              <path
                key={each.item.id}
                d={edgePath(parent, each)}
                data-worst={each.item.worst}
                className={s.edge}
              />
            ) : null;
          })}
        </svg>
        <div
          role="tree"
          aria-label={label}
          onKeyDown={onKeyDown}
          onFocus={(event) => setFocusId((event.target as HTMLElement).dataset['id'] ?? focusId)}
        >
          {placed.items.map((each) => (
            <TreeCard
              key={each.item.id}
              placed={each}
              now={now}
              isOpen={each.item.id === openId}
              isFocused={each.item.id === focused}
              isFolded={folded.has(each.item.id)}
              onOpen={onOpen}
              onFold={fold}
            />
          ))}
        </div>
      </div>
      <div className={s.tools} role="group" aria-label="Zoom">
        <IconButton size="s" label="Zoom out (-)" onClick={() => zoom(0.8)}>
          <Minus size={14} />
        </IconButton>
        <span className={s.scale}>{Math.round(scale * 100)}%</span>
        <IconButton size="s" label="Zoom in (+)" onClick={() => zoom(1.25)}>
          <Plus size={14} />
        </IconButton>
        <IconButton size="s" label="Show everything (0)" onClick={fit}>
          <Maximize size={14} />
        </IconButton>
      </div>
    </div>
  );
}

function keyAction(key: string): 'open' | 'fold' | 'in' | 'out' | 'fit' | undefined {
  switch (key) {
    case 'Enter':
    case ' ':
      return 'open';
    case '.':
      return 'fold';
    case '+':
    case '=':
      return 'in';
    case '-':
      return 'out';
    case '0':
      return 'fit';
    default:
      return undefined;
  }
}
