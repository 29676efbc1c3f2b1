import { useQueryClient } from '@tanstack/react-query';
import { WifiOff } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button } from '../kit/button.js';
import { duration } from '../kit/age.js';
import { live } from '../live/live-connection.js';
import { useLiveState } from '../live/use-live-state.js';
import s from './connection-banner.module.css';

/** A hiccup shorter than this heals before anyone could read about it. */
const GRACE_MS = 2_000;

/** Says how old the data on the page is when changes no longer arrive; the data itself stays. */
export function ConnectionBanner() {
  const state = useLiveState();
  const client = useQueryClient();
  const [now, setNow] = useState(Date.now);
  const since = state.kind === 'lost' ? state.since : undefined;

  useEffect(() => {
    if (since === undefined) return undefined;
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => {
      clearInterval(timer);
      // What was missed is asked for again as soon as the connection is back.
      void client.invalidateQueries({ predicate: (query) => query.queryKey[0] !== 'userinfo' });
    };
  }, [since, client]);

  if (since === undefined || now - since < GRACE_MS) return null;
  return (
    <div className={s.banner} role="status">
      <WifiOff size={15} />
      <span>
        <strong>Connection lost.</strong> What you see is{' '}
        {duration(Math.floor((now - since) / 1_000) * 1_000)} old and stays until the server answers again.
      </span>
      <Button size="s" onClick={() => live.retry()}>
        Retry now
      </Button>
    </div>
  );
}
