import { MiddleText } from '../kit/middle-text.js';
import type { HealthStatus } from './health.js';
import s from './pod-cell.module.css';
import { HealthGlyph } from './status-label.js';

interface PodCellProps {
  name: string;
  health: HealthStatus;
  /** A word for its state, such as Running or ImagePullBackOff. */
  note: string;
  /** Left out where nothing stays open. */
  isOpen?: boolean | undefined;
  onOpen: () => void;
}

/** One pod in one line; opens its details. */
export function PodCell({ name, health, note, isOpen, onOpen }: PodCellProps) {
  return (
    <button type="button" className={s.pod} aria-pressed={isOpen} onClick={onOpen} title={name}>
      <HealthGlyph health={health} size={13} />
      <MiddleText text={name} className={s.name} />
      <span className={s.note}>{note}</span>
    </button>
  );
}
