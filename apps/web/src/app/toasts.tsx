import { X } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { IconButton } from '../kit/button.js';
import { Glyph, type GlyphShape } from '../status/glyph.js';
import type { Tone } from '../status/tone.js';
import s from './toasts.module.css';

interface Toast {
  id: number;
  tone: 'good' | 'bad' | 'busy';
  title: string;
  detail?: string | undefined;
}

/** Long enough to read two lines; failures stay until dismissed. */
const STAY_MS = 5_000;
/** More than this on screen would cover the work. */
const MOST = 4;

const listeners = new Set<() => void>();
let toasts: readonly Toast[] = [];
let lastId = 0;

function change(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

const dismiss = (id: number) => change(toasts.filter((toast) => toast.id !== id));

/** Reports the outcome of something the person did. */
export function toast(tone: Toast['tone'], title: string, detail?: string): void {
  const id = ++lastId;
  change([...toasts.slice(-(MOST - 1)), { id, tone, title, detail }]);
  if (tone !== 'bad') setTimeout(() => dismiss(id), STAY_MS);
}

const SHAPES: Record<Toast['tone'], GlyphShape> = { good: 'check', bad: 'alert', busy: 'ring' };

export function Toasts() {
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => toasts,
  );
  return (
    <section className={s.stack} aria-label="Notifications">
      <div aria-live="polite" role="status">
        {shown
          .filter(({ tone }) => tone !== 'bad')
          .map((item) => (
            <Card key={item.id} item={item} />
          ))}
      </div>
      <div aria-live="assertive" role="alert">
        {shown
          .filter(({ tone }) => tone === 'bad')
          .map((item) => (
            <Card key={item.id} item={item} />
          ))}
      </div>
    </section>
  );
}

function Card({ item }: { item: Toast }) {
  const tone: Tone = item.tone;
  return (
    <div className={s.toast}>
      <Glyph shape={SHAPES[item.tone]} tone={tone} size={15} />
      <div className={s.text}>
        <p className={s.title}>{item.title}</p>
        {item.detail ? <p className={s.detail}>{item.detail}</p> : null}
      </div>
      <IconButton label="Dismiss" size="s" onClick={() => dismiss(item.id)}>
        <X size={14} />
      </IconButton>
    </div>
  );
}
