import type { ConditionType } from '@lotse/gitops';

/** What a look at an application has found wrong with it. */
export type Finding = { type: ConditionType; message: string };

/** Conditions a look at the application decides about; others stay as they are. */
export const EVALUATED: ReadonlySet<ConditionType> = new Set<ConditionType>([
  'InvalidSpecError',
  'ComparisonError',
  'SharedResourceWarning',
  'RepeatedResourceWarning',
  'DeprecatedVersionWarning',
  'SyncError',
  'SyncWindowWarning',
  'WebhookWarning',
  'UnknownError',
]);
