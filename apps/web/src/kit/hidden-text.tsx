import s from './hidden-text.module.css';

/** Words for people who listen instead of look. */
export function HiddenText({ children }: { children: React.ReactNode }) {
  return <span className={s.hidden}>{children}</span>;
}
