import { between, shortAge } from './age.js';
import { useNow } from './ticker.js';

const FULL = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

interface AgoProps {
  time: string | undefined;
  /** Adds "ago". */
  long?: boolean;
  className?: string | undefined;
}

/** How long ago something was; the exact local time is its title. */
export function Ago({ time, long = false, className }: AgoProps) {
  const now = useNow();
  // A time slightly in the future is a clock difference, not a prophecy.
  const ms = between(time, Math.max(now, Date.now()));
  if (time === undefined || ms === undefined) return <span className={className}>–</span>;
  const text = ms < 4_000 ? 'now' : `${shortAge(ms)}${long ? ' ago' : ''}`;
  return (
    <time dateTime={time} title={FULL.format(new Date(time))} className={className}>
      {text}
    </time>
  );
}
