import { useEffect, useRef } from 'react';

interface GridKeys {
  count: number;
  columns: number;
  scrollTo: (index: number) => void;
  onToggle: (index: number) => void;
}

/** Steps from one item to another for a key; undefined when the key is not about moving. */
export function step(key: string, columns: number): number | undefined {
  switch (key) {
    case 'ArrowDown':
    case 'j':
      return columns;
    case 'ArrowUp':
    case 'k':
      return -columns;
    case 'ArrowRight':
      return columns > 1 ? 1 : undefined;
    case 'ArrowLeft':
      return columns > 1 ? -1 : undefined;
    default:
      return undefined;
  }
}

/**
 * Arrow keys over a virtual grid: moves focus between elements marked `data-index`, scrolling them into being, and
 * Space marks. Arrow down on the page itself goes to the first item.
 */
export function useGridKeys(container: React.RefObject<HTMLElement | null>, keys: GridKeys): void {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });

  useEffect(() => {
    const focus = (index: number) => {
      latest.current.scrollTo(index);
      requestAnimationFrame(() =>
        container.current?.querySelector<HTMLElement>(`[data-index="${index}"] a`)?.focus(),
      );
    };
    const listen = (event: KeyboardEvent) => {
      const target = event.target;
      if (
        event.defaultPrevented ||
        event.ctrlKey ||
        event.metaKey ||
        event.altKey ||
        !(target instanceof HTMLElement)
      )
        return;
      if (target !== document.body && !container.current?.contains(target) && target.id !== 'main') return;
      const { count, columns, onToggle } = latest.current;
      const item = target.closest<HTMLElement>('[data-index]');
      const index = item ? Number(item.dataset['index']) : -1;
      if (event.key === ' ' && item && target instanceof HTMLAnchorElement) {
        event.preventDefault();
        onToggle(index);
        return;
      }
      const by = step(event.key, columns);
      if (by === undefined) return;
      event.preventDefault();
      const next = index < 0 ? 0 : index + by;
      if (next >= 0 && next < count) focus(next);
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, [container]);
}
