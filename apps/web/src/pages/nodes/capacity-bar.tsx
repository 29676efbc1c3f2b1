import s from './capacity-bar.module.css';

interface CapacityBarProps {
  name: string;
  used: number;
  capacity: number;
  write: (value: number) => string;
}

/** From here on a node is worth a look, and from here it is full for most. */
const HIGH = 0.75;
const FULL = 0.92;

/** How much of something is asked for, as a line and in numbers. */
export function CapacityBar({ name, used, capacity, write }: CapacityBarProps) {
  const share = capacity > 0 ? Math.min(1, used / capacity) : 0;
  const level = share >= FULL ? 'full' : share >= HIGH ? 'high' : 'fine';
  const numbers = `${write(used)} of ${write(capacity)}`;
  return (
    <div className={s.bar}>
      <span className={s.name}>{name}</span>
      <span
        className={s.track}
        role="meter"
        aria-label={`${name} requested`}
        aria-valuenow={Math.round(share * 100)}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuetext={numbers}
      >
        <span className={s.fill} data-level={level} style={{ width: `${share * 100}%` }} />
      </span>
      <span className={s.numbers}>{numbers}</span>
    </div>
  );
}
