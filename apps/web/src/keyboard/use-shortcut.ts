import { useEffect, useRef } from 'react';
import { shortcuts, type Shortcut } from './shortcut-registry.js';

/** Offers a shortcut for as long as the caller is on the page. */
export function useShortcut(
  keys: string,
  label: string,
  group: string,
  run: () => void,
  evenInFields = false,
): void {
  const latest = useRef(run);
  useEffect(() => {
    latest.current = run;
  });
  useEffect(() => {
    const shortcut: Shortcut = { keys, label, group, run: () => latest.current(), evenInFields };
    return shortcuts.add(shortcut);
  }, [keys, label, group, evenInFields]);
}
