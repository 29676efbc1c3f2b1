import type { OperationState, ResourceResult } from '../../api/types.js';

export interface WaveProgress {
  phase: string;
  wave: number;
  done: number;
  failed: number;
  results: ResourceResult[];
}

export interface OperationProgress {
  total: number;
  done: number;
  failed: number;
  waves: WaveProgress[];
}

const PHASES = ['PreSync', 'Sync', 'PostSync', 'SyncFail'];

const isFailed = ({ status, hookPhase }: ResourceResult) =>
  status === 'SyncFailed' || hookPhase === 'Failed' || hookPhase === 'Error';
const isDone = (result: ResourceResult) =>
  isFailed(result) || (result.status !== undefined && result.status !== '' && result.hookPhase !== 'Running');

/** What state a single result is in, for its mark. */
export function resultState(result: ResourceResult): 'failed' | 'done' | 'running' {
  return isFailed(result) ? 'failed' : isDone(result) ? 'done' : 'running';
}

/** How far an operation is, per phase and wave in the order they run. */
export function operationProgress(state: OperationState | undefined): OperationProgress {
  const waves = new Map<string, WaveProgress>();
  const results = state?.syncResult?.resources ?? [];
  // A finished operation has no running parts, whatever its hooks' last words were.
  const isOver = state !== undefined && state.phase !== 'Running' && state.phase !== 'Terminating';
  for (const result of results) {
    const phase = result.syncPhase || result.hookType || 'Sync';
    const wave = result.wave ?? result.syncWave ?? 0;
    const key = `${phase}/${wave}`;
    const entry = waves.get(key) ?? { phase, wave, done: 0, failed: 0, results: [] };
    entry.results.push(result);
    if (isFailed(result)) entry.failed += 1;
    else if (isOver || isDone(result)) entry.done += 1;
    waves.set(key, entry);
  }
  const ordered = [...waves.values()].sort(
    (a, b) => PHASES.indexOf(a.phase) - PHASES.indexOf(b.phase) || a.wave - b.wave,
  );
  return {
    total: results.length,
    done: ordered.reduce((sum, { done }) => sum + done, 0),
    failed: ordered.reduce((sum, { failed }) => sum + failed, 0),
    waves: ordered,
  };
}
