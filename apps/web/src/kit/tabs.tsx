import { Tabs as Radix } from 'radix-ui';
import type { Tone } from '../status/tone.js';
import { classNames } from './class-names.js';
import s from './tabs.module.css';

interface TabsProps<T extends string> {
  label: string;
  value: T;
  onChange: (value: T) => void;
  tabs: {
    value: T;
    label: string;
    icon?: React.ReactNode;
    count?: number | undefined;
    tone?: Tone | undefined;
  }[];
  className?: string | undefined;
  listClassName?: string | undefined;
  trailing?: React.ReactNode;
  children: React.ReactNode;
}

/** A row of tabs over one panel; which tab is open is the caller's, so that it can live in the address. */
export function Tabs<T extends string>({
  label,
  value,
  onChange,
  tabs,
  className,
  listClassName,
  trailing,
  children,
}: TabsProps<T>) {
  return (
    <Radix.Root
      value={value}
      activationMode="manual"
      className={className}
      onValueChange={(next) => {
        const tab = tabs.find((candidate) => candidate.value === next);
        if (tab) onChange(tab.value);
      }}
    >
      <div className={classNames(s.list, listClassName)}>
        <Radix.List aria-label={label} style={{ display: 'flex', gap: 2 }}>
          {tabs.map((tab) => (
            <Radix.Trigger key={tab.value} value={tab.value} className={s.tab}>
              {tab.icon}
              {tab.label}
              {tab.count ? (
                <span className={s.count} data-tone={tab.tone}>
                  {tab.count}
                </span>
              ) : null}
            </Radix.Trigger>
          ))}
        </Radix.List>
        {trailing}
      </div>
      {children}
    </Radix.Root>
  );
}

export const TabPanel = Radix.Content;
