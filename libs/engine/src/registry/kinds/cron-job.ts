import type { FieldError } from '../../api/api-error.js';
import type { CronJob, CronJobSpec, JobSpec } from '../../types/index.js';
import { defaultPodTemplate } from '../defaults/pod-spec.js';
import { invalidValue, notSupported, required } from '../field-errors.js';
import { fill, within } from '../fill.js';
import type { Strategy } from '../resource.js';
import { nonNegative } from '../validation/numbers.js';
import { validateJobSpec } from '../validation/job-spec.js';
import { oneOf } from '../validation/paths.js';
import { cronProblem } from '../validation/cron.js';

const POLICIES = ['Allow', 'Forbid', 'Replace'];
/** Ten characters less than a DNS label, because a job's name adds the minute it is for. */
const LONGEST_NAME = 52;

/** batch/v1 CronJob. */
export const cronJobStrategy: Strategy<CronJob> = {
  defaults: (cron) =>
    within(cron, 'spec', (spec) =>
      within(
        fill(spec, {
          concurrencyPolicy: 'Allow',
          suspend: false,
          successfulJobsHistoryLimit: 3,
          failedJobsHistoryLimit: 1,
        }),
        'jobTemplate',
        (template) => within(template, 'spec', (job) => within(job, 'template', defaultPodTemplate)),
      ),
    ),
  validate: ({ metadata, spec }) => [
    ...validateSpec(spec ?? ({} as CronJobSpec), undefined),
    ...((metadata.name ?? '').length > LONGEST_NAME
      ? [invalidValue('metadata.name', metadata.name, `must be no more than ${LONGEST_NAME} characters`)]
      : []),
  ],
  validatesUpdateAlone: true,
  validateUpdate: ({ spec }, old) =>
    spec === old.spec ? [] : validateSpec(spec ?? ({} as CronJobSpec), old.spec),
};

function validateSpec(spec: CronJobSpec, old: CronJobSpec | undefined): FieldError[] {
  const { schedule, timeZone, concurrencyPolicy, jobTemplate } = spec;
  const job = jobTemplate?.spec ?? ({} as JobSpec);
  const errors: FieldError[] = [];
  if (!schedule) errors.push(required('spec.schedule'));
  else {
    const problem = cronProblem(schedule);
    if (problem) errors.push(invalidValue('spec.schedule', schedule, problem));
  }
  errors.push(...nonNegative(spec.startingDeadlineSeconds, 'spec.startingDeadlineSeconds'));
  if (timeZone !== undefined && timeZone !== old?.timeZone) errors.push(...validateTimeZone(timeZone));
  errors.push(
    ...oneOf(concurrencyPolicy, 'spec.concurrencyPolicy', POLICIES),
    ...validateJobSpec(job, 'spec.jobTemplate.spec'),
  );
  if (job.selector)
    errors.push(
      invalidValue('spec.jobTemplate.spec.selector', job.selector, '`selector` will be auto-generated'),
    );
  if (job.manualSelector)
    errors.push(notSupported('spec.jobTemplate.spec.manualSelector', true, ['nil', 'false']));
  return [
    ...errors,
    ...nonNegative(spec.successfulJobsHistoryLimit, 'spec.successfulJobsHistoryLimit'),
    ...nonNegative(spec.failedJobsHistoryLimit, 'spec.failedJobsHistoryLimit'),
  ];
}

/** A name of the time zone database (validateTimeZone). */
function validateTimeZone(zone: string): FieldError[] {
  const field = 'spec.timeZone';
  const wrong = (text: string) => [invalidValue(field, zone, text)];
  if (zone === '') return wrong('timeZone must be nil or non-empty string');
  if (
    zone
      .split('/')
      .some((part) => part === '.' || part === '..' || !/^[A-Za-z._0-9+][A-Za-z._0-9+-]{0,13}$/.test(part))
  )
    return wrong(`unknown time zone ${zone}`);
  const errors =
    zone.toLowerCase() === 'local'
      ? wrong('timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones')
      : [];
  return isKnownZone(zone) ? errors : [...errors, ...wrong(`unknown time zone ${zone}`)];
}

function isKnownZone(zone: string): boolean {
  if (zone === 'Local') return true;
  try {
    return Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
