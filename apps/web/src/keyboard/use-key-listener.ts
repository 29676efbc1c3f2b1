import { useEffect } from 'react';
import { shortcuts } from './shortcut-registry.js';

const FIELDS = 'input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable=true]';

/** Feeds the window's keys to the registry; mounted once. */
export function useKeyListener(): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.altKey || event.isComposing || event.key === 'Shift') return;
      const chord = event.ctrlKey || event.metaKey;
      const key = chord ? `mod+${event.key.toLowerCase()}` : event.key;
      const target = event.composedPath()[0];
      const element = target instanceof Element ? target : undefined;
      const inField = element?.matches(FIELDS) ?? false;
      const inDialog = document.querySelector('dialog[open], [role=menu]') !== null;
      if (shortcuts.press(key, { inField, inDialog, at: event.timeStamp })) event.preventDefault();
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, []);
}
