import type {
  ApplicationSource,
  OperationInitiator,
  RevisionHistory,
  SourceInput,
} from '../application/types.js';

/** Entries kept on the object itself; all are kept in the store. */
export const DEFAULT_HISTORY_LIMIT = 10;

/** A finished deployment, as the object's own history lists it. */
export interface FinishedDeployment {
  readonly id: number;
  readonly revision: string;
  readonly source: ApplicationSource | undefined;
  readonly inputs?: readonly SourceInput[] | undefined;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly initiatedBy: OperationInitiator | undefined;
  /** The entry that it was a return to. */
  readonly rollbackTo?: number;
}

/** The history with a deployment added and the oldest beyond the limit dropped. An id that is there already is not added twice. */
export function appendHistory(
  history: readonly RevisionHistory[],
  deployment: FinishedDeployment,
  limit = DEFAULT_HISTORY_LIMIT,
): RevisionHistory[] {
  if (history.some((entry) => entry.id === deployment.id)) return [...history];
  const entry: RevisionHistory = {
    id: deployment.id,
    revision: deployment.revision,
    deployStartedAt: deployment.startedAt,
    deployedAt: deployment.finishedAt,
    ...(deployment.source && { source: deployment.source }),
    ...(deployment.inputs && deployment.inputs.length > 0 && { inputs: [...deployment.inputs] }),
    ...(deployment.initiatedBy && { initiatedBy: deployment.initiatedBy }),
    ...(deployment.rollbackTo !== undefined && { rollbackTo: deployment.rollbackTo }),
  };
  return [...history, entry].slice(-Math.max(1, limit));
}
