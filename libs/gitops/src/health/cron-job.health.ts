import type { HealthCheck } from './check.js';
import { fieldAt, listAt, textAt } from './read.js';

/** CronJob: degraded only when the last run ended without success. One that never ran has an empty status, or none. */
export const cronJobHealth: HealthCheck = (object) => {
  if (fieldAt(object, 'spec', 'suspend') === true)
    return { status: 'Healthy', message: 'CronJob is Suspended' };
  const scheduled = textAt(object, 'status', 'lastScheduleTime');
  if (!scheduled) return { status: 'Healthy', message: 'CronJob has not been scheduled yet' };
  const succeeded = textAt(object, 'status', 'lastSuccessfulTime');
  if (!succeeded) return { status: 'Healthy', message: 'CronJob has not completed successfully yet' };
  if (listAt(object, 'status', 'active').length > 0)
    return { status: 'Healthy', message: 'The job is running' };
  if (Date.parse(succeeded) < Date.parse(scheduled)) {
    return { status: 'Degraded', message: 'CronJob has not completed its last execution successfully' };
  }
  return { status: 'Healthy', message: 'CronJob has completed its last execution successfully' };
};
