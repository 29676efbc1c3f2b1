/** Whether what Git says and what the cluster has are the same. */
export type SyncStatusCode = 'Synced' | 'OutOfSync' | 'Unknown';

/** How well something runs, from best to worst in the order of `HEALTH_ORDER`. */
export type HealthStatusCode = 'Healthy' | 'Suspended' | 'Progressing' | 'Missing' | 'Degraded' | 'Unknown';

/** Healthiest first: the health of a whole is the last of these found among its parts. */
export const HEALTH_ORDER: readonly HealthStatusCode[] = [
  'Healthy',
  'Suspended',
  'Progressing',
  'Missing',
  'Degraded',
  'Unknown',
];

/** Where an operation, or one hook of it, stands. */
export type OperationPhase = 'Running' | 'Terminating' | 'Failed' | 'Error' | 'Succeeded';

/** What a sync did with one object. */
export type ResultCode = 'Synced' | 'SyncFailed' | 'Pruned' | 'PruneSkipped';

/** The phases a sync runs in order; SyncFail runs only after a failure. */
export type SyncPhase = 'PreSync' | 'Sync' | 'PostSync' | 'SyncFail';

/** Everything a hook annotation may name. PreDelete and PostDelete run when the application is deleted. */
export type HookType = SyncPhase | 'Skip' | 'PreDelete' | 'PostDelete';

/** When a hook's object goes away again. */
export type HookDeletePolicy = 'HookSucceeded' | 'HookFailed' | 'BeforeHookCreation';

/** Conditions of an application. Those ending in `Error` stop automated syncs. */
export type ConditionType =
  | 'DeletionError'
  | 'InvalidSpecError'
  | 'ComparisonError'
  | 'SyncError'
  | 'UnknownError'
  | 'SharedResourceWarning'
  | 'RepeatedResourceWarning'
  | 'DeprecatedVersionWarning'
  | 'ExcludedResourceWarning'
  | 'OrphanedResourceWarning'
  | 'SyncWindowWarning'
  | 'WebhookWarning';

/** How the manifests of a source are made. */
export type SourceType = 'Directory' | 'Kustomize' | 'Helm';
