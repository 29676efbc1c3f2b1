import s from './kbd.module.css';

const IS_APPLE = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.userAgent);

/** Keys as printed on the keyboard: `mod+k`, `g a`. */
export function Kbd({ keys }: { keys: string }) {
  const caps = keys
    .split(/[+ ]/)
    .map((key) => (key === 'mod' ? (IS_APPLE ? '⌘' : 'Ctrl') : key.length === 1 ? key.toUpperCase() : key));
  return (
    <span className={s.keys}>
      {caps.map((cap, index) => (
        <kbd key={index} className={s.key}>
          {cap}
        </kbd>
      ))}
    </span>
  );
}
