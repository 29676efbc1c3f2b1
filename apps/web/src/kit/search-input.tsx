import { X } from 'lucide-react';
import { classNames } from './class-names.js';
import { Kbd } from './kbd.js';
import s from './search-input.module.css';

interface SearchInputProps {
  label: string;
  placeholder?: string;
  value: string;
  onChange: (value: string) => void;
  icon: React.ReactNode;
  keys?: string;
  className?: string | undefined;
  ref?: React.Ref<HTMLInputElement>;
}

/** A field to find something in a list. Escape empties it, then leaves it. */
export function SearchInput({
  label,
  placeholder,
  value,
  onChange,
  icon,
  keys,
  className,
  ref,
}: SearchInputProps) {
  return (
    <div className={classNames(s.box, className)}>
      {icon}
      <input
        ref={ref}
        className={s.input}
        aria-label={label}
        placeholder={placeholder}
        value={value}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.preventDefault();
          if (value) onChange('');
          else event.currentTarget.blur();
        }}
      />
      {value ? (
        <button type="button" className={s.clear} aria-label="Clear" onClick={() => onChange('')}>
          <X size={13} />
        </button>
      ) : keys ? (
        <Kbd keys={keys} />
      ) : null}
    </div>
  );
}
