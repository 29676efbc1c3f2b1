import { healthTone } from '../../status/tone.js';
import { HealthGlyph } from '../../status/status-label.js';
import type { PodSummary } from './node-summary.js';
import s from './pod-grid.module.css';

interface PodGridProps {
  pods: readonly PodSummary[];
  find: string | undefined;
  onOpen: (pod: string) => void;
}

/** Every pod as one mark; those that do not match what is looked for step back. */
export function PodGrid({ pods, find, onOpen }: PodGridProps) {
  if (pods.length === 0) return <p className={s.none}>Nothing runs here.</p>;
  return (
    <ul className={s.grid}>
      {pods.map((pod) => (
        <li key={pod.id}>
          <button
            type="button"
            className={s.pod}
            data-tone={healthTone(pod.health)}
            data-faint={(find && !pod.id.includes(find.toLowerCase())) || undefined}
            aria-label={`Pod ${pod.id}, ${pod.note}`}
            title={`${pod.id}\n${pod.note}`}
            onClick={() => onOpen(pod.id)}
          >
            <HealthGlyph health={pod.health} size={14} />
          </button>
        </li>
      ))}
    </ul>
  );
}
