import type {
  Application,
  ApplicationSource,
  Operation,
  ResourceStatus,
  SourceInput,
} from '../application/types.js';
import { primarySource } from '../application/types.js';
import { sameJson } from '../compare/normalize.js';

/** Attempts of an automated sync when the application doesn't say. */
const DEFAULT_RETRY_LIMIT = 5;
const SELF_HEAL_BASE_MS = 2_000;
const SELF_HEAL_FACTOR = 3;
const SELF_HEAL_MAX_MS = 300_000;

/** What automation makes of an application that was compared. */
export type AutoSyncDecision =
  | { readonly type: 'sync'; readonly operation: Operation }
  /** Self-healing waits: look again after so long. */
  | { readonly type: 'later'; readonly delayMs: number; readonly reason: string }
  /** `error` becomes a SyncError condition. */
  | { readonly type: 'none'; readonly reason: string; readonly error?: string };

/** What automation looks at. */
export interface AutoSyncInput {
  readonly application: Application;
  /** The revision that was compared. */
  readonly revision: string;
  /** Of each source, where there are several. */
  readonly revisions?: readonly string[] | undefined;
  /** What else the manifests were made of. */
  readonly inputs?: readonly SourceInput[];
  readonly resources: readonly ResourceStatus[];
  readonly nowMs: number;
  /** False while a sync window of the project refuses. */
  readonly windowsAllow?: boolean;
}

const none = (reason: string, error?: string): AutoSyncDecision => ({
  type: 'none',
  reason,
  ...(error !== undefined && { error }),
});

/**
 * Whether to sync without being asked, by Argo CD's rules: once per revision and source unless self-healing; never again
 * after a failure of the same revision; prune-only differences need `prune`; never to nothing unless `allowEmpty`;
 * not while held at a rolled-back revision.
 */
export function decideAutoSync(input: AutoSyncInput): AutoSyncDecision {
  const { application, revision, resources } = input;
  const { spec, status, metadata } = application;
  const automated = spec.syncPolicy?.automated;
  if (!automated || automated.enabled === false) return none('automation is off');
  if (application.operation) return none('another operation is in progress');
  const state = status?.operationState;
  if (state && (state.phase === 'Running' || state.phase === 'Terminating'))
    return none('another operation is in progress');
  if (metadata.deletionTimestamp !== undefined) return none('the application is being deleted');
  if (status?.rollbackHold) return none('held at a revision from the history');
  if (status?.sync?.status !== 'OutOfSync')
    return none(`the application is ${status?.sync?.status ?? 'not compared yet'}`);
  if (
    status.conditions?.some(
      (condition) => condition.type === 'ComparisonError' || condition.type === 'InvalidSpecError',
    )
  ) {
    return none('the application has errors');
  }
  const outOfSync = resources.filter((resource) => resource.status === 'OutOfSync');
  if (automated.prune !== true && outOfSync.every((resource) => resource.requiresPruning)) {
    return none('only objects that would have to be pruned differ, and pruning is off');
  }
  const selfHeal = automated.selfHeal === true;
  const source = primarySource(spec);
  const operation: Operation = {
    sync: {
      revision,
      prune: automated.prune === true,
      ...(spec.syncPolicy?.syncOptions && { syncOptions: spec.syncPolicy.syncOptions }),
      // several sources are read from the specification
      ...(source && !spec.sources?.length && { source }),
    },
    initiatedBy: { automated: true },
    retry: spec.syncPolicy?.retry ?? { limit: DEFAULT_RETRY_LIMIT },
  };
  const attempted = attemptedBefore(application, input.revisions ?? [revision], source);
  if (attempted) {
    // the same revision with a base that moved is a deployment like any other, not drift
    const moved = !sameJson(state?.syncResult?.inputs ?? [], input.inputs ?? []);
    if (attempted.failed && !(moved && selfHeal)) {
      return none(
        'already tried',
        `Failed last sync attempt to ${revision}: ${(state?.message ?? 'unknown reason').replace(/\.$/, '')}. Push a change or sync by hand to try again`,
      );
    }
    if (!selfHeal) return none(`${revision} was already synced, and self-healing is off`);
    const attempts = state?.operation.sync?.autoHealAttemptsCount ?? 0;
    const wait = moved ? 0 : selfHealDelayMs(attempts, state?.finishedAt, input.nowMs);
    if (wait > 0) return { type: 'later', delayMs: wait, reason: 'self-healing backs off' };
    const healed = operation.sync;
    if (healed && !moved) {
      healed.autoHealAttemptsCount = attempts + 1;
      healed.resources = outOfSync
        .filter((resource) => automated.prune === true || resource.requiresPruning !== true)
        .map(({ group, kind, namespace, name }) => ({
          group: group ?? '',
          kind,
          name,
          ...(namespace !== undefined && { namespace }),
        }));
    }
  }
  const wipes =
    automated.prune === true &&
    automated.allowEmpty !== true &&
    resources.length > 0 &&
    resources.every((resource) => resource.requiresPruning === true || resource.hook === true);
  if (wipes) {
    return none(
      'would delete everything',
      'Skipping sync attempt to ' +
        revision +
        ': auto-sync will wipe out all resources. Set allowEmpty to permit it',
    );
  }
  if (input.windowsAllow === false) return none('a sync window of the project refuses');
  return { type: 'sync', operation };
}

/** Healing waits longer each time it had to heal again soon: 0, 2 s, 6 s, 18 s … up to five minutes. */
function selfHealDelayMs(attempts: number, finishedAt: string | undefined, nowMs: number): number {
  if (attempts === 0 || finishedAt === undefined) return 0;
  const wait = Math.min(SELF_HEAL_BASE_MS * SELF_HEAL_FACTOR ** (attempts - 1), SELF_HEAL_MAX_MS);
  return Math.max(0, Date.parse(finishedAt) + wait - nowMs);
}

function attemptedBefore(
  application: Application,
  revisions: readonly string[],
  source: ApplicationSource | undefined,
): { failed: boolean } | undefined {
  const state = application.status?.operationState;
  const sync = state?.operation.sync;
  if (!state || !sync || sync.dryRun === true || sync.rollbackTo !== undefined) return undefined;
  const result = state.syncResult;
  if (!result || !sameJson(result.revisions ?? [result.revision], revisions)) return undefined;
  if (!sameJson(result.source ?? sync.source, source)) return undefined;
  // what automation tried with other options is another attempt; people may choose theirs for once
  const options = application.spec.syncPolicy?.syncOptions ?? [];
  if (state.operation.initiatedBy?.automated === true && !sameJson(sync.syncOptions ?? [], options))
    return undefined;
  return { failed: state.phase === 'Failed' || state.phase === 'Error' };
}
