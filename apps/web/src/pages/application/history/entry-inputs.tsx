import type { SourceInput } from '../../../api/types.js';
import { describeInput } from './describe-input.js';
import s from './history-row.module.css';

/** The commits, charts and files from elsewhere that a deployment was made of. */
export function EntryInputs({ inputs }: { inputs: readonly SourceInput[] }) {
  if (inputs.length === 0) return null;
  const described = inputs.map(describeInput);
  return (
    <p className={s.sub} title={described.map(({ full }) => full).join('\n')}>
      with {described.map(({ short }) => short).join(', ')}
    </p>
  );
}
