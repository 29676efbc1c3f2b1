import { useEffect, useState } from 'react';
import s from '../kit/hidden-text.module.css';

/** Changes within this time are read out as one sentence. */
const GATHER_MS = 1_500;

type Listener = (text: string) => void;
let listener: Listener | undefined;
let gathered: string[] = [];
let timer: ReturnType<typeof setTimeout> | undefined;

/** Says something politely to people who listen instead of look. */
export function announce(text: string): void {
  gathered.push(text);
  timer ??= setTimeout(() => {
    timer = undefined;
    listener?.([...new Set(gathered)].join('. '));
    gathered = [];
  }, GATHER_MS);
}

/** The one polite live region of the page. */
export function Announcer() {
  const [text, setText] = useState('');
  useEffect(() => {
    listener = setText;
    return () => {
      listener = undefined;
    };
  }, []);
  return (
    <div className={s.hidden} role="status" aria-live="polite">
      {text}
    </div>
  );
}
