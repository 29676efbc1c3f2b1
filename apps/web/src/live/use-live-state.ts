import { useSyncExternalStore } from 'react';
import { live, type LiveState } from './live-connection.js';

/** Whether data on the page is live right now. */
export function useLiveState(): LiveState {
  return useSyncExternalStore(live.onChange, live.getState);
}
