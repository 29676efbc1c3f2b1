import { useIsFetching, useIsMutating } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import s from './loading-bar.module.css';

/** Work shorter than this is not worth mentioning. */
const PATIENCE_MS = 300;

/** A thin bar on top of the window while a first load or an action takes noticeably long. */
export function LoadingBar() {
  const firstLoads = useIsFetching({ predicate: (query) => query.state.data === undefined });
  const actions = useIsMutating();
  const isBusy = firstLoads + actions > 0;
  const [isLong, setLong] = useState(false);

  useEffect(() => {
    if (!isBusy) {
      setLong(false);
      return undefined;
    }
    const timer = setTimeout(() => setLong(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [isBusy]);

  return isLong ? <div className={s.bar} aria-hidden="true" /> : null;
}
