import { primarySource, type Application } from '../application/types.js';
import { sameJson } from '../compare/normalize.js';

/**
 * Whether an automated operation that waits for another attempt is about what is no longer wanted: Git has moved on, or the
 * source or the sync options have been changed. What a person asked for is tried as often as that person said.
 */
export function isSuperseded(
  { spec, status }: Application,
  revision: string,
  revisions: readonly string[] = [revision],
): boolean {
  const state = status?.operationState;
  const sync = state?.operation.sync;
  if (!state || !sync || state.phase !== 'Running' || !state.retryCount) return false;
  if (state.operation.initiatedBy?.automated !== true) return false;
  const planned = state.syncResult?.revisions ?? (sync.revision === undefined ? [] : [sync.revision]);
  return (
    !sameJson(planned, revisions) ||
    (sync.source !== undefined && !sameJson(sync.source, primarySource(spec))) ||
    !sameJson(sync.syncOptions ?? [], spec.syncPolicy?.syncOptions ?? [])
  );
}
