import type { Job, Pod, PodFailurePolicyRule } from '../../types/index.js';
import { parseTime } from '../../time.js';
import { parseIndexes } from './indexes.js';

/** Why a Job ends, before its pods have. */
export interface Verdict {
  readonly type: 'FailureTarget' | 'SuccessCriteriaMet' | 'Complete';
  readonly reason: string;
  readonly message: string;
}

/** What a verdict is reached from. */
export interface JobFacts {
  readonly job: Job;
  readonly active: readonly Pod[];
  /** Failed pods not yet counted. */
  readonly newlyFailed: readonly Pod[];
  readonly succeeded: number;
  readonly failed: number;
  readonly completedIndexes: ReadonlySet<number>;
  readonly failedIndexes: ReadonlySet<number>;
  readonly nowMs: number;
}

/** What a pod failure policy makes of a failed pod (job/pod_failure_policy.go). */
export function failureAction(
  job: Job,
  pod: Pod,
): { action: PodFailurePolicyRule['action']; message: string } | undefined {
  for (const [ruleNumber, rule] of (job.spec?.podFailurePolicy?.rules ?? []).entries()) {
    const subject = `pod ${pod.metadata.namespace}/${pod.metadata.name}`;
    if (rule.onExitCodes) {
      const { containerName, operator, values } = rule.onExitCodes;
      const statuses = [
        ...(pod.status?.containerStatuses ?? []),
        ...(pod.status?.initContainerStatuses ?? []),
      ];
      for (const status of statuses) {
        const exitCode = status.state?.terminated?.exitCode;
        if (!exitCode || (containerName && containerName !== status.name)) continue;
        if (values.includes(exitCode) === (operator === 'In')) {
          return {
            action: rule.action,
            message: `Container ${status.name} for ${subject} failed with exit code ${exitCode} matching ${rule.action} rule at index ${ruleNumber}`,
          };
        }
      }
    } else if (rule.onPodConditions) {
      const match = rule.onPodConditions.find((pattern) =>
        pod.status?.conditions?.some(
          (condition) => condition.type === pattern.type && condition.status === (pattern.status ?? 'True'),
        ),
      );
      if (match)
        return {
          action: rule.action,
          message: `Pod ${pod.metadata.namespace}/${pod.metadata.name} has condition ${match.type} matching ${rule.action} rule at index ${ruleNumber}`,
        };
    }
  }
  return undefined;
}

/** Whether the Job is decided, in the order in which the controller asks (job_controller.go, syncJob). */
export function verdictOf(facts: JobFacts): Verdict | undefined {
  const { job, nowMs } = facts;
  const earlier = job.status?.conditions?.find(
    ({ type, status }) => status === 'True' && (type === 'FailureTarget' || type === 'SuccessCriteriaMet'),
  );
  if (earlier)
    return {
      type: earlier.type as Verdict['type'],
      reason: earlier.reason ?? '',
      message: earlier.message ?? '',
    };
  for (const pod of facts.newlyFailed) {
    const action = failureAction(job, pod);
    if (action?.action === 'FailJob')
      return { type: 'FailureTarget', reason: 'PodFailurePolicy', message: action.message };
  }
  const isPerIndex = job.spec?.backoffLimitPerIndex !== undefined;
  const limit = job.spec?.backoffLimit ?? 6;
  if (facts.failed > limit || exceedsRestarts(facts, limit)) {
    return {
      type: 'FailureTarget',
      reason: 'BackoffLimitExceeded',
      message: 'Job has reached the specified backoff limit',
    };
  }
  const startMs = parseTime(job.status?.startTime);
  const deadline = job.spec?.activeDeadlineSeconds;
  if (
    !job.spec?.suspend &&
    deadline !== undefined &&
    startMs !== undefined &&
    nowMs >= startMs + deadline * 1000
  ) {
    return {
      type: 'FailureTarget',
      reason: 'DeadlineExceeded',
      message: 'Job was active longer than specified deadline',
    };
  }
  if (isPerIndex) {
    const most = job.spec?.maxFailedIndexes;
    if (most !== undefined && facts.failedIndexes.size > most) {
      return {
        type: 'FailureTarget',
        reason: 'MaxFailedIndexesExceeded',
        message: 'Job has exceeded the specified maximal number of failed indexes',
      };
    }
    if (
      facts.failedIndexes.size > 0 &&
      facts.failedIndexes.size + facts.completedIndexes.size >= (job.spec?.completions ?? 0)
    ) {
      return { type: 'FailureTarget', reason: 'FailedIndexes', message: 'Job has failed indexes' };
    }
  }
  return successOf(facts);
}

function successOf({ job, active, succeeded, completedIndexes }: JobFacts): Verdict | undefined {
  const completions = job.spec?.completions;
  for (const [ruleNumber, rule] of (job.spec?.successPolicy?.rules ?? []).entries()) {
    const wanted =
      rule.succeededIndexes === undefined ? undefined : parseIndexes(rule.succeededIndexes, completions ?? 0);
    const count = wanted
      ? [...wanted].filter((index) => completedIndexes.has(index)).length
      : completedIndexes.size;
    const needed = rule.succeededCount ?? wanted?.size ?? Infinity;
    if (count >= needed)
      return {
        type: 'SuccessCriteriaMet',
        reason: 'SuccessPolicy',
        message: `Matched rules at index ${ruleNumber}`,
      };
  }
  const isComplete =
    completions === undefined || completions === null
      ? succeeded > 0 && active.length === 0
      : succeeded >= completions && active.length === 0;
  return isComplete
    ? { type: 'Complete', reason: 'CompletionsReached', message: 'Reached expected number of succeeded pods' }
    : undefined;
}

/** With restartPolicy OnFailure a container's restarts count as failures. */
function exceedsRestarts({ job, active }: JobFacts, limit: number): boolean {
  if (job.spec?.template.spec?.restartPolicy !== 'OnFailure') return false;
  let restarts = 0;
  for (const pod of active) {
    if (pod.status?.phase !== 'Running' && pod.status?.phase !== 'Pending') continue;
    for (const status of [
      ...(pod.status.initContainerStatuses ?? []),
      ...(pod.status.containerStatuses ?? []),
    ])
      restarts += status.restartCount;
  }
  return limit === 0 ? restarts > 0 : restarts >= limit;
}
