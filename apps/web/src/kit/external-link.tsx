import { ArrowUpRight } from 'lucide-react';
import s from './external-link.module.css';

/** A link out of the product. Only http and https become links; anything else stays text. */
export function ExternalLink({ href, children }: { href: string; children?: React.ReactNode }) {
  if (!/^https?:\/\//i.test(href)) return <span>{children ?? href}</span>;
  return (
    <a className={s.link} href={href} target="_blank" rel="noreferrer noopener">
      {children ?? href}
      <ArrowUpRight size={12} aria-hidden="true" />
    </a>
  );
}
