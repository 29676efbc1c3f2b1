import type { ApplicationSetCondition, ApplicationSetConditionType } from './types.js';

/** How a look at a set ended: well, or with the part that failed. */
export interface SetOutcome {
  readonly error: { readonly reason: string; readonly message: string } | undefined;
  /** Whether the generators gave parameters at all. */
  readonly generated: boolean;
}

/** The conditions of a set, as Argo CD has them; one that says the same as before keeps its time. */
export function applicationSetConditions(
  before: readonly ApplicationSetCondition[],
  { error, generated }: SetOutcome,
  now: string,
): ApplicationSetCondition[] {
  const fine = 'ApplicationSetUpToDate';
  const condition = (
    type: ApplicationSetConditionType,
    holds: boolean,
    reason: string,
    message: string,
  ): ApplicationSetCondition => {
    const status = holds ? 'True' : 'False';
    const old = before.find((each) => each.type === type);
    const same = old?.status === status && old.reason === reason && old.message === message;
    return { type, status, reason, message, lastTransitionTime: same ? old.lastTransitionTime : now };
  };
  const reason = error?.reason ?? fine;
  return [
    condition(
      'ErrorOccurred',
      error !== undefined,
      reason,
      error?.message ?? 'Successfully generated parameters for all Applications',
    ),
    condition(
      'ParametersGenerated',
      generated,
      generated ? 'ParametersGenerated' : reason,
      generated ? 'Successfully generated parameters for all Applications' : (error?.message ?? ''),
    ),
    condition(
      'ResourcesUpToDate',
      error === undefined,
      reason,
      error?.message ?? 'All applications have been generated successfully',
    ),
  ];
}
