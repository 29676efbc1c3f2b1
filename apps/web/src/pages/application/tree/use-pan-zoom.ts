import { useCallback, useEffect, useRef, useState } from 'react';

export interface Camera {
  x: number;
  y: number;
  scale: number;
}

const SMALLEST = 0.15;
const LARGEST = 1.6;
const MARGIN = 28;
/** Below this, names are no longer read. */
const READABLE = 0.8;

const clamp = (scale: number) => Math.min(LARGEST, Math.max(SMALLEST, scale));

/** The camera that shows a whole width, never larger than life, at the top left. */
export function fitWidth(
  content: { width: number; height: number },
  view: { width: number; height: number },
): Camera {
  const scale = clamp(Math.min(1, (view.width - 2 * MARGIN) / Math.max(1, content.width)));
  // Unreadably small helps nobody: better to begin at the left and let people move.
  return { x: MARGIN, y: MARGIN, scale: Math.max(scale, READABLE) };
}

/** The camera that shows everything. */
export function fitAll(
  content: { width: number; height: number },
  view: { width: number; height: number },
): Camera {
  const scale = clamp(
    Math.min(
      1,
      (view.width - 2 * MARGIN) / Math.max(1, content.width),
      (view.height - 2 * MARGIN) / Math.max(1, content.height),
    ),
  );
  return { x: MARGIN, y: MARGIN, scale };
}

/** The camera after scaling around a point that stays where it is. */
export function zoomAt(camera: Camera, factor: number, at: { x: number; y: number }): Camera {
  const scale = clamp(camera.scale * factor);
  const ratio = scale / camera.scale;
  return { scale, x: at.x - (at.x - camera.x) * ratio, y: at.y - (at.y - camera.y) * ratio };
}

/** The camera moved no further than needed to show a box. */
export function reveal(
  camera: Camera,
  box: { x: number; y: number; width: number; height: number },
  view: { width: number; height: number },
): Camera {
  const left = box.x * camera.scale + camera.x;
  const top = box.y * camera.scale + camera.y;
  const right = left + box.width * camera.scale;
  const bottom = top + box.height * camera.scale;
  const dx = left < MARGIN ? MARGIN - left : right > view.width - MARGIN ? view.width - MARGIN - right : 0;
  const dy = top < MARGIN ? MARGIN - top : bottom > view.height - MARGIN ? view.height - MARGIN - bottom : 0;
  return dx === 0 && dy === 0 ? camera : { ...camera, x: camera.x + dx, y: camera.y + dy };
}

/** Panning by dragging and scrolling, zooming by pinch or Ctrl and wheel. The stage moves without drawing again. */
export function usePanZoom(content: { width: number; height: number }) {
  const view = useRef<HTMLDivElement>(null);
  const stage = useRef<HTMLDivElement>(null);
  const camera = useRef<Camera>({ x: MARGIN, y: MARGIN, scale: 1 });
  const [scale, setScale] = useState(1);
  const latest = useRef(content);
  useEffect(() => {
    latest.current = content;
  });

  const apply = useCallback((next: Camera) => {
    camera.current = next;
    if (stage.current)
      stage.current.style.transform = `translate(${next.x}px, ${next.y}px) scale(${next.scale})`;
    setScale(next.scale);
  }, []);

  const size = () => ({ width: view.current?.clientWidth ?? 1, height: view.current?.clientHeight ?? 1 });
  const middle = () => ({ x: size().width / 2, y: size().height / 2 });

  useEffect(() => {
    const element = view.current;
    if (!element) return undefined;
    apply(fitWidth(latest.current, size()));

    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      const box = element.getBoundingClientRect();
      if (event.ctrlKey || event.metaKey)
        apply(
          zoomAt(camera.current, Math.exp(-event.deltaY / 240), {
            x: event.clientX - box.left,
            y: event.clientY - box.top,
          }),
        );
      else
        apply({ ...camera.current, x: camera.current.x - event.deltaX, y: camera.current.y - event.deltaY });
    };
    let drag: { x: number; y: number; camera: Camera } | undefined;
    const down = (event: PointerEvent) => {
      if (
        event.button !== 0 ||
        (event.target instanceof Element && event.target.closest('[role=treeitem], button'))
      )
        return;
      drag = { x: event.clientX, y: event.clientY, camera: camera.current };
      element.setPointerCapture(event.pointerId);
      element.dataset['dragging'] = '';
    };
    const move = (event: PointerEvent) => {
      if (drag)
        apply({
          ...drag.camera,
          x: drag.camera.x + event.clientX - drag.x,
          y: drag.camera.y + event.clientY - drag.y,
        });
    };
    const up = () => {
      drag = undefined;
      delete element.dataset['dragging'];
    };
    element.addEventListener('wheel', wheel, { passive: false });
    element.addEventListener('pointerdown', down);
    element.addEventListener('pointermove', move);
    element.addEventListener('pointerup', up);
    element.addEventListener('pointercancel', up);
    return () => {
      element.removeEventListener('wheel', wheel);
      element.removeEventListener('pointerdown', down);
      element.removeEventListener('pointermove', move);
      element.removeEventListener('pointerup', up);
      element.removeEventListener('pointercancel', up);
    };
  }, [apply]);

  return {
    view,
    stage,
    scale,
    zoom: (factor: number) => apply(zoomAt(camera.current, factor, middle())),
    fit: () => apply(fitAll(latest.current, size())),
    pan: (dx: number, dy: number) =>
      apply({ ...camera.current, x: camera.current.x + dx, y: camera.current.y + dy }),
    show: (box: { x: number; y: number; width: number; height: number }) =>
      apply(reveal(camera.current, box, size())),
  };
}
