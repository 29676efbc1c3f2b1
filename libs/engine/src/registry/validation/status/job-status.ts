import type { FieldError } from '../../../api/api-error.js';
import { parseTime } from '../../../time.js';
import type { Job, JobStatus } from '../../../types/index.js';
import { duplicate, IMMUTABLE, invalidField, invalidValue, required } from '../../field-errors.js';
import { jsonEqual } from '../../json-equal.js';
import { validateCounts } from './counts.js';
import { commonIndex, indexesProblem } from './job-indexes.js';

const CONDITIONS = 'status.conditions';
/** Whoever has said one of these can't take it back. */
const TERMINAL = ['Failed', 'Complete', 'FailureTarget'];

const is = ({ status }: Job, type: string, value = 'True'): boolean =>
  (status?.conditions ?? []).some((condition) => condition.type === type && condition.status === value);
const isFinished = (job: Job): boolean => is(job, 'Complete') || is(job, 'Failed');

/**
 * What may be told about a job (ValidateJobUpdateStatus). Most of it is asked of what changes only: a spec that has changed since
 * may have made wrong what was right.
 */
export function validateJobStatus(job: Job, old: Job): FieldError[] {
  return [
    ...validateCounts(job.status ?? {}, ['active', 'succeeded', 'failed', 'ready', 'terminating']),
    ...uncountedErrors(job.status),
    ...endErrors(job, old),
    ...finishedErrors(job, old),
    ...indexErrors(job, old),
    ...leftoverErrors(job, old),
    ...criteriaErrors(job),
    ...changeErrors(job, old),
  ];
}

function uncountedErrors(status: JobStatus | undefined): FieldError[] {
  const seen = new Set<string>();
  return (['succeeded', 'failed'] as const).flatMap((list) =>
    (status?.uncountedTerminatedPods?.[list] ?? []).flatMap((uid, index) => {
      const field = `status.uncountedTerminatedPods.${list}[${index}]`;
      if (uid === '') return [invalidValue(field, uid, 'must not be empty')];
      if (seen.has(uid)) return [duplicate(field, uid)];
      seen.add(uid);
      return [];
    }),
  );
}

/** Whether a status says something else now, times being the same in whatever way they are written. */
function differs(job: Job, old: Job, key: keyof JobStatus): boolean {
  const [now, before] = [job.status?.[key], old.status?.[key]];
  if (key === 'startTime' || key === 'completionTime')
    return parseTime(job.status?.[key]) !== parseTime(old.status?.[key]);
  return !jsonEqual(now, before);
}

const turned = (job: Job, old: Job, type: string): boolean => is(job, type) !== is(old, type);

/** How it ended, and when. */
function endErrors(job: Job, old: Job): FieldError[] {
  const { startTime, completionTime } = job.status ?? {};
  const [isComplete, isFailed] = [is(job, 'Complete'), is(job, 'Failed')];
  const [completed, failed] = [turned(job, old, 'Complete'), turned(job, old, 'Failed')];
  const isTimed = differs(job, old, 'completionTime');
  const errors: FieldError[] = [];
  const refuse = (detail: string) => void errors.push(invalidField(CONDITIONS, detail));
  if ((completed || failed) && isComplete && isFailed)
    refuse('cannot set Complete=True and Failed=true conditions');
  if ((completed || turned(job, old, 'FailureTarget')) && isComplete && is(job, 'FailureTarget'))
    refuse('cannot set Complete=True and FailureTarget=true conditions');
  if ((completed || isTimed) && completionTime && !isComplete)
    errors.push(
      invalidValue(
        'status.completionTime',
        completionTime,
        'cannot set completionTime when there is no Complete=True condition',
      ),
    );
  if ((completed || isTimed) && !completionTime && isComplete)
    errors.push(required('status.completionTime', 'completionTime is required for Complete jobs'));
  if (
    (isTimed || differs(job, old, 'startTime')) &&
    (parseTime(completionTime) ?? Infinity) < (parseTime(startTime) ?? -Infinity)
  )
    errors.push(
      invalidValue('status.completionTime', completionTime, 'must be equal to or after `startTime`'),
    );
  if ((failed || differs(job, old, 'failedIndexes')) && isFailed && !is(job, 'FailureTarget'))
    refuse('cannot set Failed=True condition without the FailureTarget=true condition');
  if ((completed || turned(job, old, 'SuccessCriteriaMet')) && isComplete && !is(job, 'SuccessCriteriaMet'))
    refuse('cannot set Complete=True condition without the SuccessCriteriaMet=true condition');
  return errors;
}

/** A job that has ended has been started, and nothing of it runs or is to be counted. */
function finishedErrors(job: Job, old: Job): FieldError[] {
  if (!isFinished(job)) return [];
  const { active = 0, startTime, uncountedTerminatedPods: pods } = job.status ?? {};
  const ended = !isFinished(old);
  const never = job.spec?.suspend === true && job.spec.completions === 0;
  const errors: FieldError[] = [];
  if ((ended || differs(job, old, 'active')) && active > 0)
    errors.push(invalidValue('status.active', active, 'active>0 is invalid for finished job'));
  if ((ended || differs(job, old, 'startTime')) && !never && !startTime)
    errors.push(required('status.startTime', 'startTime is required for finished job'));
  if (
    (ended || differs(job, old, 'uncountedTerminatedPods')) &&
    [...(pods?.succeeded ?? []), ...(pods?.failed ?? [])].length > 0
  )
    errors.push(
      invalidValue(
        'status.uncountedTerminatedPods',
        { Succeeded: pods?.succeeded ?? null, Failed: pods?.failed ?? null },
        'must be empty for finished job',
      ),
    );
  return errors;
}

/** Which of its indexes have succeeded, and which have failed for good. */
function indexErrors(job: Job, old: Job): FieldError[] {
  const { completions, completionMode, backoffLimitPerIndex } = job.spec ?? {};
  const { completedIndexes = '', failedIndexes } = job.status ?? {};
  const isCompletedNew = completedIndexes !== (old.status?.completedIndexes ?? '');
  const isFailedNew = differs(job, old, 'failedIndexes');
  const errors: FieldError[] = [];
  const check = (name: 'completedIndexes' | 'failedIndexes', text: string, most: number) => {
    const problem = indexesProblem(text, most);
    if (problem !== undefined)
      errors.push(invalidValue(`status.${name}`, text, `error parsing ${name}: ${problem}`));
  };
  if (isCompletedNew && completions !== undefined) check('completedIndexes', completedIndexes, completions);
  if (isFailedNew && completions !== undefined && backoffLimitPerIndex !== undefined)
    check('failedIndexes', failedIndexes ?? '', completions);
  if (isCompletedNew && completedIndexes !== '' && completionMode !== 'Indexed')
    errors.push(
      invalidValue(
        'status.completedIndexes',
        completedIndexes,
        'cannot set non-empty completedIndexes when non-indexed completion mode',
      ),
    );
  if (isFailedNew && backoffLimitPerIndex === undefined && failedIndexes !== undefined)
    errors.push(
      invalidValue(
        'status.failedIndexes',
        failedIndexes,
        'cannot set non-null failedIndexes when backoffLimitPerIndex is null',
      ),
    );
  if ((isFailedNew || isCompletedNew) && completions !== undefined && failedIndexes !== undefined) {
    const common = commonIndex(completedIndexes, failedIndexes, completions);
    if (common !== undefined)
      errors.push(
        invalidValue(
          'status.failedIndexes',
          failedIndexes,
          `failedIndexes and completedIndexes overlap at index: ${common}`,
        ),
      );
  }
  return errors;
}

function leftoverErrors(job: Job, old: Job): FieldError[] {
  const { active = 0, ready, terminating } = job.status ?? {};
  const errors: FieldError[] = [];
  if (
    (isFinished(job) !== isFinished(old) || differs(job, old, 'terminating')) &&
    (terminating ?? 0) > 0 &&
    isFinished(job)
  )
    errors.push(invalidValue('status.terminating', terminating, 'terminating>0 is invalid for finished job'));
  if ((differs(job, old, 'ready') || differs(job, old, 'active')) && (ready ?? 0) > active)
    errors.push(invalidValue('status.ready', ready, 'cannot set more ready pods than active'));
  return errors;
}

function criteriaErrors(job: Job): FieldError[] {
  const isMet = is(job, 'SuccessCriteriaMet');
  const errors: FieldError[] = [];
  if (isMet && is(job, 'Failed'))
    errors.push(invalidField(CONDITIONS, 'cannot set SuccessCriteriaMet=True and Failed=true conditions'));
  if (isMet && is(job, 'FailureTarget'))
    errors.push(
      invalidField(CONDITIONS, 'cannot set SuccessCriteriaMet=True and FailureTarget=true conditions'),
    );
  if (job.spec?.successPolicy && !isMet && is(job, 'Complete'))
    errors.push(
      invalidField(
        CONDITIONS,
        'cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True',
      ),
    );
  return errors;
}

/** What was said once and stays. */
function changeErrors(job: Job, old: Job): FieldError[] {
  const { spec, status = {} } = job;
  const errors: FieldError[] = TERMINAL.filter((type) => is(old, type) && !is(job, type)).map((type) =>
    invalidField(CONDITIONS, `cannot disable the terminal ${type}=True condition`),
  );
  // Whoever has as many indexes as pods at once may be given fewer of both.
  const mayShrink = spec?.completionMode === 'Indexed' && spec.completions === spec.parallelism;
  for (const count of mayShrink ? (['failed'] as const) : (['failed', 'succeeded'] as const))
    if ((status[count] ?? 0) < (old.status?.[count] ?? 0))
      errors.push(
        invalidValue(`status.${count}`, status[count] ?? 0, `cannot decrease the ${count} counter`),
      );
  if (status.completionTime && old.status?.completionTime && differs(job, old, 'completionTime'))
    errors.push(invalidValue('status.completionTime', status.completionTime, IMMUTABLE));
  const isResumed = is(old, 'Suspended') && is(job, 'Suspended', 'False');
  if (differs(job, old, 'startTime') && !isResumed && old.status?.startTime && !spec?.suspend)
    errors.push(
      invalidValue(
        'status.startTime',
        status.startTime ?? null,
        'field is immutable for unsuspended job once set',
      ),
    );
  const [isMet, wasMet] = [is(job, 'SuccessCriteriaMet'), is(old, 'SuccessCriteriaMet')];
  if (wasMet && !isMet)
    errors.push(invalidField(CONDITIONS, 'cannot disable the SuccessCriteriaMet=True condition'));
  if (is(old, 'Complete') && !wasMet && isMet)
    errors.push(
      invalidField(
        CONDITIONS,
        'cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions',
      ),
    );
  return errors;
}
