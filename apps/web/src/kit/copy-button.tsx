import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { announce } from '../app/announcer.js';
import { IconButton } from './button.js';

const THANKS_MS = 1_500;

export function CopyButton({ text, label }: { text: string; label: string }) {
  const [isDone, setDone] = useState(false);
  useEffect(() => {
    if (!isDone) return undefined;
    const timer = setTimeout(() => setDone(false), THANKS_MS);
    return () => clearTimeout(timer);
  }, [isDone]);
  const copy = () => {
    void navigator.clipboard.writeText(text).then(() => {
      setDone(true);
      announce('Copied');
    });
  };
  return (
    <IconButton size="s" label={label} onClick={copy}>
      {isDone ? <Check size={14} /> : <Copy size={14} />}
    </IconButton>
  );
}
