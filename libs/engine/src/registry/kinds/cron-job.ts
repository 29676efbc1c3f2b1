import type { CronJob } from '../../types/index.js';
import { defaultPodTemplate } from '../defaults/pod-spec.js';
import { invalidValue, notSupported, required, tooLong } from '../field-errors.js';
import { fill, within } from '../fill.js';
import type { Strategy } from '../resource.js';
import { nonNegative } from '../validation/numbers.js';
import { validatePodTemplate } from '../validation/pod-spec.js';
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
  validate({ metadata, spec }) {
    if (!spec) return [required('spec')];
    const errors = [];
    if ((metadata.name ?? '').length > LONGEST_NAME)
      errors.push(
        invalidValue('metadata.name', metadata.name, `must be no more than ${LONGEST_NAME} characters`),
      );
    if (!spec.schedule) errors.push(required('spec.schedule'));
    else {
      const problem = cronProblem(spec.schedule);
      if (problem) errors.push(invalidValue('spec.schedule', spec.schedule, problem));
    }
    if (spec.timeZone === '')
      errors.push(invalidValue('spec.timeZone', '', 'timeZone must be nil or non-empty string'));
    const policy = spec.concurrencyPolicy ?? '';
    if (!POLICIES.includes(policy)) errors.push(notSupported('spec.concurrencyPolicy', policy, POLICIES));
    errors.push(
      ...nonNegative(spec.startingDeadlineSeconds, 'spec.startingDeadlineSeconds'),
      ...nonNegative(spec.successfulJobsHistoryLimit, 'spec.successfulJobsHistoryLimit'),
      ...nonNegative(spec.failedJobsHistoryLimit, 'spec.failedJobsHistoryLimit'),
      ...validatePodTemplate(spec.jobTemplate?.spec?.template, 'spec.jobTemplate.spec.template', [
        'OnFailure',
        'Never',
      ]),
    );
    if ((spec.schedule ?? '').length > 1024) errors.push(tooLong('spec.schedule', 1024));
    return errors;
  },
};
