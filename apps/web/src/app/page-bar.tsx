import { useEffect } from 'react';
import s from './page-bar.module.css';

interface PageBarProps {
  /** The page's name, in the bar and in the window's title. */
  title: string;
  /** What stands before the title, e.g. the list it belongs to. */
  before?: React.ReactNode;
  /** What belongs to the title, e.g. a count. */
  after?: React.ReactNode;
  children?: React.ReactNode;
}

/** The bar on top of a page: where am I on the left, what can I do on the right. */
export function PageBar({ title, before, after, children }: PageBarProps) {
  useEffect(() => {
    document.title = `${title} · Lotse`;
  }, [title]);
  return (
    <header className={s.bar}>
      <div className={s.titles}>
        {before}
        <h1 className={s.title}>{title}</h1>
        {after}
      </div>
      <div className={s.actions}>{children}</div>
    </header>
  );
}
