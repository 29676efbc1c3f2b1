import { healthTone } from '../../status/tone.js';
import { PodCell } from '../../status/pod-cell.js';
import { HealthGlyph } from '../../status/status-label.js';
import type { PodSummary } from './node-summary.js';
import s from './pod-grid.module.css';

interface PodGridProps {
  pods: readonly PodSummary[];
  find: string | undefined;
  onOpen: (pod: string) => void;
}

/** Up to this many pods are read by name; more are looked at as a pattern. */
const NAMED = 10;

/** Every pod by name or as one mark; those that do not match what is looked for step back. */
export function PodGrid({ pods, find, onOpen }: PodGridProps) {
  const isFaint = ({ id }: PodSummary) => find !== undefined && !id.includes(find.toLowerCase());
  if (pods.length === 0) return <p className={s.none}>Nothing runs here.</p>;
  if (pods.length <= NAMED)
    return (
      <ul className={s.list}>
        {pods.map((pod) => (
          <li key={pod.id} data-faint={isFaint(pod) || undefined}>
            <PodCell name={pod.name} health={pod.health} note={pod.note} onOpen={() => onOpen(pod.id)} />
          </li>
        ))}
      </ul>
    );
  return (
    <ul className={s.grid}>
      {pods.map((pod) => (
        <li key={pod.id}>
          <button
            type="button"
            className={s.pod}
            data-tone={healthTone(pod.health)}
            data-faint={isFaint(pod) || undefined}
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
