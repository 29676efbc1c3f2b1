import type { Application } from '../../api/types.js';
import { between, duration } from '../../kit/age.js';
import { Ago } from '../../kit/ago.js';
import { Dialog } from '../../kit/dialog.js';
import { Notice } from '../../kit/notice.js';
import { KindIcon } from '../../status/kind-icon.js';
import { Glyph } from '../../status/glyph.js';
import { PhaseLabel } from '../../status/status-label.js';
import { ShortRevision } from '../applications/short-revision.js';
import { Initiator } from './initiator.js';
import { objectId } from './object-id.js';
import s from './operation-panel.module.css';
import { operationProgress, resultState } from './operation-progress.js';

/** An operation as it happens: phases and waves in their order, every object with its result. */
export function OperationPanel({ app, onClose }: { app: Application; onClose: () => void }) {
  const state = app.status?.operationState;
  const { waves, total, done, failed } = operationProgress(state);
  const took = between(state?.startedAt, state?.finishedAt);
  const isOver = state?.finishedAt !== undefined;
  return (
    <Dialog
      title="Operation"
      subtitle={state ? <PhaseLabel phase={state.phase} toned /> : null}
      onClose={onClose}
      side
    >
      {!state ? (
        <Notice title="Nothing has been synced yet">The first sync appears here step by step.</Notice>
      ) : (
        <div className={s.panel}>
          <dl className={s.facts}>
            <div>
              <dt>Started</dt>
              <dd>
                <Ago time={state.startedAt} long />
              </dd>
            </div>
            <div>
              <dt>{isOver ? 'Took' : 'Done'}</dt>
              <dd>{isOver && took !== undefined ? duration(took) : `${done + failed} of ${total}`}</dd>
            </div>
            <div>
              <dt>By</dt>
              <dd>
                <Initiator by={state.operation?.initiatedBy} />
              </dd>
            </div>
            <div>
              <dt>Revision</dt>
              <dd>
                <ShortRevision revision={state.syncResult?.revision ?? state.operation?.sync?.revision} />
              </dd>
            </div>
          </dl>
          {state.message ? <p className={s.message}>{state.message}</p> : null}
          {waves.map(({ phase, wave, results, done: finished, failed: broken }) => (
            <section key={`${phase}/${wave}`} aria-label={`${phase}, wave ${wave}`}>
              <h3 className={s.wave}>
                {phase} <span className={s.number}>wave {wave}</span>
                <span className={s.count}>
                  {finished + broken} / {results.length}
                </span>
              </h3>
              <ul className={s.results}>
                {results.map((result) => {
                  const how = isOver && resultState(result) === 'running' ? 'done' : resultState(result);
                  return (
                    <li key={objectId(result)} className={s.result}>
                      <Glyph
                        shape={how === 'failed' ? 'alert' : how === 'done' ? 'check' : 'ring'}
                        tone={how === 'failed' ? 'bad' : how === 'done' ? 'good' : 'busy'}
                      />
                      <KindIcon kind={result.kind} />
                      <span className={s.name}>{result.name}</span>
                      <span className={s.kind}>{result.kind}</span>
                      <span className={s.outcome}>{result.message || result.status || 'waiting'}</span>
                    </li>
                  );
                })}
              </ul>
            </section>
          ))}
        </div>
      )}
    </Dialog>
  );
}
