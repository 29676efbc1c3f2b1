import { classNames } from './class-names.js';
import s from './middle-text.module.css';

/** Names of generated objects differ in their last letters; those stay visible when there is too little room. */
const TAIL = 6;

/** A name that is shortened in its middle rather than at its end. */
export function MiddleText({ text, className }: { text: string; className?: string | undefined }) {
  if (text.length <= TAIL * 2) return <span className={classNames(s.whole, className)}>{text}</span>;
  return (
    <span className={classNames(s.split, className)} title={text}>
      <span className={s.head}>{text.slice(0, -TAIL)}</span>
      <span className={s.tail}>{text.slice(-TAIL)}</span>
    </span>
  );
}
