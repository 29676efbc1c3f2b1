import s from './glyph.module.css';
import type { Tone } from './tone.js';

/** Shapes differ as well as colours, so that a status can be read without seeing colour. */
export type GlyphShape =
  'tick' | 'check' | 'ring' | 'alert' | 'ghost' | 'pause' | 'question' | 'behind' | 'stop';

const SHAPES: Record<GlyphShape, React.ReactNode> = {
  check: (
    <>
      <circle cx="8" cy="8" r="7" fill="currentColor" />
      <path d="M4.9 8.3l2.1 2.1 4.1-4.5" className={s.cut} />
    </>
  ),
  tick: <path d="M3.2 8.6l3.2 3.2 6.4-7.2" className={s.bold} />,
  ring: (
    <>
      <circle cx="8" cy="8" r="5.8" fill="none" stroke="currentColor" strokeWidth="2.2" opacity="0.28" />
      <path d="M8 2.2a5.8 5.8 0 0 1 5.8 5.8" className={s.arc} />
    </>
  ),
  alert: (
    <>
      <path
        d="M8 1.2c.5 0 .9.3 1.2.7l5.5 10c.5 1-.1 2.1-1.2 2.1h-11C1.4 14 .8 12.9 1.3 11.9l5.5-10c.3-.4.7-.7 1.2-.7z"
        fill="currentColor"
      />
      <path d="M8 5.4v3.6M8 11.3v.1" className={s.cut} />
    </>
  ),
  ghost: (
    <>
      <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" strokeWidth="2" strokeDasharray="2.7 2" />
      <path d="M5.8 8h4.4" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />
    </>
  ),
  pause: (
    <>
      <circle cx="8" cy="8" r="7" fill="currentColor" />
      <path d="M6.3 5.5v5M9.7 5.5v5" className={s.cut} />
    </>
  ),
  question: (
    <>
      <circle cx="8" cy="8" r="6.2" fill="none" stroke="currentColor" strokeWidth="1.6" />
      <path d="M6.2 6.4a1.8 1.8 0 1 1 2.7 1.6c-.6.3-.9.6-.9 1.2M8 11.3v.1" className={s.line} />
    </>
  ),
  behind: (
    <>
      <path
        d="M8 1l7 7-7 7-7-7z"
        fill="currentColor"
        strokeLinejoin="round"
        stroke="currentColor"
        strokeWidth="1"
      />
      <path d="M8 10.8V5.4M5.7 7.5L8 5.2l2.3 2.3" className={s.cut} />
    </>
  ),
  stop: (
    <>
      <rect x="1.5" y="1.5" width="13" height="13" rx="3.5" fill="currentColor" />
      <path d="M5.7 5.7l4.6 4.6M10.3 5.7l-4.6 4.6" className={s.cut} />
    </>
  ),
};

interface GlyphProps {
  shape: GlyphShape;
  tone: Tone;
  size?: number | undefined;
}

/** A decorative status shape; the word beside it, or a label on its parent, carries the meaning. */
export function Glyph({ shape, tone, size = 14 }: GlyphProps) {
  return (
    <svg
      className={s.glyph}
      data-tone={tone}
      data-spin={shape === 'ring' || undefined}
      width={size}
      height={size}
      viewBox="0 0 16 16"
      aria-hidden="true"
    >
      {SHAPES[shape]}
    </svg>
  );
}
