import type { HealthStatus } from '../../status/health.js';
import { HealthGlyph, SyncGlyph } from '../../status/status-label.js';
import { syncLabel, type SyncStatus } from '../../status/sync.js';
import { healthTone } from '../../status/tone.js';
import { classNames } from '../../kit/class-names.js';
import s from './health-bar.module.css';
import tones from '../../status/tones.module.css';

interface HealthBarProps {
  healths: { health: HealthStatus; count: number }[];
  syncs: { sync: SyncStatus; count: number }[];
  chosenHealth: readonly HealthStatus[];
  chosenSync: readonly SyncStatus[];
  onHealth: (health: HealthStatus[] | undefined) => void;
  onSync: (sync: SyncStatus[] | undefined) => void;
}

/** The whole list as one line of proportions; each part, and each number below, filters the list. */
export function HealthBar({ healths, syncs, chosenHealth, chosenSync, onHealth, onSync }: HealthBarProps) {
  const present = healths.filter(({ count, health }) => count > 0 || chosenHealth.includes(health));
  // Healthy ones come first in the line: the eye reads how far the green goes.
  const line = [...present].reverse().filter(({ count }) => count > 0);
  return (
    <div className={s.bar}>
      <div className={s.line} aria-hidden="true">
        {line.map(({ health, count }) => (
          <button
            key={health}
            type="button"
            tabIndex={-1}
            className={classNames(tones.solid, s.part)}
            data-tone={healthTone(health)}
            data-faint={(chosenHealth.length > 0 && !chosenHealth.includes(health)) || undefined}
            style={{ flexGrow: count }}
            title={`${count} ${health}`}
            onClick={() => onHealth(toggled(chosenHealth, health))}
          />
        ))}
      </div>
      <div className={s.legend}>
        <div className={s.group} role="group" aria-label="Filter by health">
          {present.map(({ health, count }) => (
            <Entry
              key={health}
              glyph={<HealthGlyph health={health} size={13} />}
              word={health}
              count={count}
              isChosen={chosenHealth.includes(health)}
              onToggle={() => onHealth(toggled(chosenHealth, health))}
            />
          ))}
        </div>
        <div className={s.group} role="group" aria-label="Filter by sync">
          {syncs
            .filter(({ sync, count }) => count > 0 || chosenSync.includes(sync))
            .map(({ sync, count }) => (
              <Entry
                key={sync}
                glyph={<SyncGlyph sync={sync} size={13} />}
                word={syncLabel(sync)}
                count={count}
                isChosen={chosenSync.includes(sync)}
                onToggle={() => onSync(toggled(chosenSync, sync))}
              />
            ))}
        </div>
      </div>
    </div>
  );
}

function toggled<T>(chosen: readonly T[], value: T): T[] | undefined {
  const next = chosen.includes(value) ? chosen.filter((each) => each !== value) : [...chosen, value];
  return next.length > 0 ? next : undefined;
}

interface EntryProps {
  glyph: React.ReactNode;
  word: string;
  count: number;
  isChosen: boolean;
  onToggle: () => void;
}

function Entry({ glyph, word, count, isChosen, onToggle }: EntryProps) {
  return (
    <button type="button" className={s.entry} aria-pressed={isChosen} onClick={onToggle}>
      {glyph}
      <span className={s.number}>{count.toLocaleString()}</span>
      <span className={s.word}>{word}</span>
    </button>
  );
}
