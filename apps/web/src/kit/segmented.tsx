import { ToggleGroup } from 'radix-ui';
import s from './segmented.module.css';

interface SegmentedProps<T extends string> {
  label: string;
  value: T;
  onChange: (value: T) => void;
  options: { value: T; label: string; icon?: React.ReactNode; hideLabel?: boolean }[];
}

/** One choice out of a few, all visible. */
export function Segmented<T extends string>({ label, value, onChange, options }: SegmentedProps<T>) {
  return (
    <ToggleGroup.Root
      type="single"
      aria-label={label}
      className={s.group}
      value={value}
      onValueChange={(next: string) => {
        const option = options.find((candidate) => candidate.value === next);
        if (option) onChange(option.value);
      }}
    >
      {options.map((option) => (
        <ToggleGroup.Item
          key={option.value}
          value={option.value}
          className={s.item}
          {...(option.hideLabel ? { 'aria-label': option.label, title: option.label } : {})}
        >
          {option.icon}
          {option.hideLabel ? null : option.label}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}
