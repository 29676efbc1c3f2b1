import { useLiveState } from '../live/use-live-state.js';
import s from './connection-mark.module.css';

const WORDS = { live: 'Live', connecting: 'Connecting', lost: 'Offline' } as const;

/** Whether what is on the screen is what is happening. */
export function ConnectionMark() {
  const { kind } = useLiveState();
  return (
    <span
      className={s.mark}
      data-kind={kind}
      title={kind === 'live' ? 'Changes appear as they happen' : 'Changes are not arriving'}
    >
      <span className={s.dot} />
      <span className={s.word}>{WORDS[kind]}</span>
    </span>
  );
}
