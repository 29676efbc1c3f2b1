import s from './logo.module.css';

/** The signal flag H, white and red: "I have a pilot on board". */
export function Logo({ size = 22 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" className={s.logo} aria-hidden="true">
      <rect x="1" y="1" width="30" height="30" rx="8" className={s.white} />
      <path d="M16 1h7a8 8 0 0 1 8 8v14a8 8 0 0 1-8 8h-7z" className={s.red} />
    </svg>
  );
}
