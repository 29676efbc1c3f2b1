import { healthTone } from '../../status/tone.js';
import type { HealthStatus } from '../../status/health.js';
import { HealthGlyph } from '../../status/status-label.js';
import s from './health-bar.module.css';

interface HealthBarProps {
  counts: { health: HealthStatus; count: number }[];
  chosen: readonly HealthStatus[];
  onChoose: (health: HealthStatus[] | undefined) => void;
}

/** The whole list as one line of proportions; each part, and each number below, filters the list. */
export function HealthBar({ counts, chosen, onChoose }: HealthBarProps) {
  const present = counts.filter(({ count, health }) => count > 0 || chosen.includes(health));
  // Healthy ones come first in the line: the eye reads how far the green goes.
  const line = [...present].reverse().filter(({ count }) => count > 0);
  const toggle = (health: HealthStatus) => {
    const next = chosen.includes(health) ? chosen.filter((each) => each !== health) : [...chosen, health];
    onChoose(next.length > 0 ? next : undefined);
  };
  return (
    <div className={s.bar}>
      <div className={s.line} aria-hidden="true">
        {line.map(({ health, count }) => (
          <button
            key={health}
            type="button"
            tabIndex={-1}
            className={s.part}
            data-tone={healthTone(health)}
            data-faint={(chosen.length > 0 && !chosen.includes(health)) || undefined}
            style={{ flexGrow: count }}
            title={`${count} ${health}`}
            onClick={() => toggle(health)}
          />
        ))}
      </div>
      <div className={s.legend} role="group" aria-label="Filter by health">
        {present.map(({ health, count }) => (
          <button
            key={health}
            type="button"
            className={s.entry}
            aria-pressed={chosen.includes(health)}
            onClick={() => toggle(health)}
          >
            <HealthGlyph health={health} size={13} />
            <span className={s.number}>{count.toLocaleString()}</span>
            <span className={s.word}>{health}</span>
          </button>
        ))}
      </div>
    </div>
  );
}
