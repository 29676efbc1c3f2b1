import type { Application } from '../../api/types.js';
import { between, duration } from '../../kit/age.js';
import { Ago } from '../../kit/ago.js';
import { PhaseLabel } from '../../status/status-label.js';
import { Initiator } from './initiator.js';
import { operationProgress } from './operation-progress.js';
import s from './operation-summary.module.css';

/** The last or running operation in two lines; opens its details. */
export function OperationSummary({ app, onOpen }: { app: Application; onOpen: () => void }) {
  const state = app.status?.operationState;
  if (!state) return <p className={s.none}>{app.operation ? 'Queued' : 'Nothing has been synced yet'}</p>;
  const { total, done, failed } = operationProgress(state);
  const took = between(state.startedAt, state.finishedAt);
  const isRunning = state.phase === 'Running' || state.phase === 'Terminating';
  return (
    <>
      <button
        type="button"
        className={s.open}
        onClick={onOpen}
        aria-label={`Last operation: ${state.phase}. Show details`}
      >
        <PhaseLabel phase={state.phase} toned size={16} />
        {isRunning && total > 0 ? (
          <span className={s.count}>
            {done + failed} / {total}
          </span>
        ) : null}
      </button>
      {isRunning ? (
        <div
          className={s.track}
          role="progressbar"
          aria-label="Sync progress"
          aria-valuenow={done + failed}
          aria-valuemin={0}
          aria-valuemax={Math.max(1, total)}
        >
          <span className={s.fill} style={{ width: `${total > 0 ? ((done + failed) / total) * 100 : 8}%` }} />
        </div>
      ) : (
        <p className={s.note} title={state.message}>
          <Ago time={state.finishedAt ?? state.startedAt} long />
          {took === undefined ? '' : ` in ${duration(took)}`} ·{' '}
          <Initiator by={state.operation?.initiatedBy} />
        </p>
      )}
    </>
  );
}
