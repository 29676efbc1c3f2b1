import { useEffect, useRef, useState } from 'react';

/** Typing stays fluent however much there is to find; what shows the result follows this long after the last key. */
const SETTLE_MS = 100;

/** The text of a field, and what changes it; `onSettled` gets it a moment later, and `value` puts another one there. */
export function useSettledText(
  value: string,
  onSettled: (text: string) => void,
): readonly [text: string, setText: (text: string) => void] {
  const [text, setText] = useState(value);
  const latest = useRef(onSettled);
  useEffect(() => {
    latest.current = onSettled;
  });
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text === value) return undefined;
    const timer = setTimeout(() => latest.current(text), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [text, value]);
  return [text, setText];
}
