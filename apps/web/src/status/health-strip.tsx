import { healthTone } from './tone.js';
import type { HealthStatus } from './health.js';
import { classNames } from '../kit/class-names.js';
import s from './health-strip.module.css';
import tones from './tones.module.css';

/** Proportions of health in one thin line; the words are its label. */
export function HealthStrip({ counts }: { counts: readonly { health: HealthStatus; count: number }[] }) {
  const label = counts.map(({ health, count }) => `${count} ${health}`).join(', ');
  return (
    <div
      className={s.strip}
      role="img"
      aria-label={label || 'No resources with a health'}
      title={label || undefined}
    >
      {[...counts].reverse().map(({ health, count }) => (
        <span
          key={health}
          className={classNames(tones.solid, s.part)}
          data-tone={healthTone(health)}
          style={{ flexGrow: count }}
        />
      ))}
    </div>
  );
}
