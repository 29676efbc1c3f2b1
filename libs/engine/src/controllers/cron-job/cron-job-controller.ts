import { isDeepStrictEqual } from 'node:util';
import { isApiError } from '../../api/api-error.js';
import { CronJobs, Jobs } from '../../clients/resource-type.js';
import type { ReconcileResult } from '../../clients/work-queue.js';
import { formatTime, parseTime } from '../../time.js';
import type { CronJob, CronJobStatus, Job } from '../../types/index.js';
import type { Controller, ControllerContext } from '../controller.js';
import { startKeyedController } from '../shared/keyed-controller.js';
import { controlledBy, controllerOf, controllerReference, indexByController } from '../shared/ownership.js';
import { told } from '../shared/told-refusal.js';
import { parseSchedule, type Schedule } from './schedule.js';

const NAME = 'cronjob-controller';
/** Jobs start this long after their minute, so that a clock a little slow does not run them twice (nextScheduleDelta). */
const START_DELAY_MS = 100;
/** More missed starts than this look like a clock that jumped. */
const MANY_MISSED = 100;

/** Starts the Jobs of CronJobs when they are due (pkg/controller/cronjob). */
export const cronJobController: Controller = {
  name: NAME,
  start(context) {
    const jobs = context.client.lister(Jobs);
    indexByController(jobs);
    return startKeyedController(
      context,
      NAME,
      CronJobs,
      (cronJob) => reconcile(context, cronJob),
      (queue) => [
        jobs.watch((_, job) => {
          const owner = controllerOf(job);
          if (owner?.kind === 'CronJob') queue.add(`${job.metadata.namespace}/${owner.name}`);
        }),
      ],
    );
  },
};

const endOf = (job: Job): 'Complete' | 'Failed' | undefined => {
  const condition = job.status?.conditions?.find(
    ({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True',
  );
  return condition?.type as 'Complete' | 'Failed' | undefined;
};

/** Tells once of every job that was running and is not any more. */
function tellEnds({ events }: ControllerContext, cronJob: CronJob, jobs: readonly Job[]): void {
  const byUid = new Map(jobs.map((job) => [job.metadata.uid, job]));
  for (const { uid, name } of cronJob.status?.active ?? []) {
    const job = byUid.get(uid);
    const end = job && endOf(job);
    if (end)
      events.event(cronJob, 'Normal', 'SawCompletedJob', `Saw completed job: ${name}, condition: ${end}`);
    else if (!job) events.event(cronJob, 'Normal', 'MissingJob', `Active job went missing: ${name}`);
  }
}

function reconcile(context: ControllerContext, cronJob: CronJob): ReconcileResult | undefined {
  const { client, clock, events } = context;
  if (cronJob.metadata.deletionTimestamp) return undefined;
  const jobs = controlledBy(client.lister(Jobs), cronJob);
  tellEnds(context, cronJob, jobs);
  trimHistory(context, cronJob, jobs);
  let status = statusOf(cronJob, jobs);
  let schedule: Schedule;
  try {
    schedule = parseSchedule(cronJob.spec?.schedule ?? '', cronJob.spec?.timeZone ?? 'UTC');
  } catch (error) {
    events.event(
      cronJob,
      'Warning',
      'UnparseableSchedule',
      `unparseable schedule: ${error instanceof Error ? error.message : String(error)}`,
    );
    writeStatus(context, cronJob, status);
    return undefined;
  }
  const nowMs = clock.now();
  const nextMs = schedule.next(nowMs);
  if (nextMs === undefined && !cronJob.spec?.suspend) {
    // A 31st of February. Kubernetes says it with the words it has for schedules that come too often.
    const why = 'time difference between two schedules is less than 1 second';
    events.event(
      cronJob,
      'Warning',
      'InvalidSchedule',
      `invalid schedule: ${cronJob.spec?.schedule ?? ''} : ${why}`,
    );
    writeStatus(context, cronJob, status);
    return undefined;
  }
  if (!cronJob.spec?.suspend) {
    const due = lastMissed(context, cronJob, schedule, nowMs);
    if (due !== undefined) status = startJob(context, cronJob, status, due);
  }
  writeStatus(context, cronJob, status);
  return nextMs === undefined || cronJob.spec?.suspend
    ? undefined
    : { requeueAfterMs: nextMs - nowMs + START_DELAY_MS };
}

/** The most recent start that has not happened; earlier ones are never made up for. */
function lastMissed(
  { events }: ControllerContext,
  cronJob: CronJob,
  schedule: Schedule,
  nowMs: number,
): number | undefined {
  let earliestMs =
    parseTime(cronJob.status?.lastScheduleTime) ?? parseTime(cronJob.metadata.creationTimestamp) ?? nowMs;
  const deadline = cronJob.spec?.startingDeadlineSeconds;
  if (deadline !== undefined) earliestMs = Math.max(earliestMs, nowMs - deadline * 1000);
  const dueAfter = (ms: number): number | undefined => {
    const next = schedule.next(ms);
    return next !== undefined && next <= nowMs ? next : undefined;
  };
  let last: number | undefined;
  let missed = 0;
  for (let next = dueAfter(earliestMs); next !== undefined && missed < MANY_MISSED; missed++) {
    last = next;
    next = dueAfter(next);
  }
  if (last === undefined || missed < MANY_MISSED) return last;
  events.event(
    cronJob,
    'Warning',
    'TooManyMissedTimes',
    'too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew',
  );
  // Counting on would cost time in proportion to the downtime: the last start is found by halving what is left.
  let [low, high] = [last - 1, nowMs];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (dueAfter(middle) === undefined) high = middle;
    else low = middle;
  }
  return dueAfter(low);
}

function startJob(
  context: ControllerContext,
  cronJob: CronJob,
  status: CronJobStatus,
  dueMs: number,
): CronJobStatus {
  const { client, events } = context;
  const policy = cronJob.spec?.concurrencyPolicy ?? 'Allow';
  const active = status.active ?? [];
  if (policy === 'Forbid' && active.length > 0) {
    events.event(
      cronJob,
      'Normal',
      'JobAlreadyActive',
      'Not starting job because prior execution is running and concurrency policy is Forbid',
    );
    return status;
  }
  let kept = active;
  if (policy === 'Replace') {
    for (const reference of active) {
      client.delete(Jobs, cronJob.metadata.namespace, reference.name ?? '', {
        propagationPolicy: 'Background',
      });
      events.event(cronJob, 'Normal', 'SuccessfulDelete', `Deleted job ${reference.name}`);
    }
    kept = [];
  }
  const name = `${cronJob.metadata.name}-${Math.floor(dueMs / 60_000)}`;
  const template = cronJob.spec?.jobTemplate;
  try {
    const job = client.create(Jobs, {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: {
        name,
        ...(cronJob.metadata.namespace !== undefined && { namespace: cronJob.metadata.namespace }),
        labels: { ...template?.metadata?.labels },
        annotations: {
          ...template?.metadata?.annotations,
          'batch.kubernetes.io/cronjob-scheduled-timestamp': formatTime(dueMs),
        },
        ownerReferences: [controllerReference(cronJob)],
      },
      ...(template?.spec && { spec: template.spec }),
    });
    events.event(cronJob, 'Normal', 'SuccessfulCreate', `Created job ${name}`);
    const reference = {
      kind: 'Job',
      namespace: job.metadata.namespace ?? '',
      name,
      uid: job.metadata.uid ?? '',
      apiVersion: 'batch/v1',
      resourceVersion: job.metadata.resourceVersion ?? '',
    };
    return { ...status, active: [...kept, reference], lastScheduleTime: formatTime(dueMs) };
  } catch (error) {
    // The name is made from the minute: it exists when this start has already happened.
    if (isApiError(error, 'AlreadyExists')) return { ...status, lastScheduleTime: formatTime(dueMs) };
    if (!isApiError(error)) throw error;
    events.event(cronJob, 'Warning', 'FailedCreate', `Error creating job: ${error.message}`);
    throw told(error);
  }
}

function statusOf(cronJob: CronJob, jobs: readonly Job[]): CronJobStatus {
  const active = (cronJob.status?.active ?? []).filter((reference) =>
    jobs.some((job) => job.metadata.uid === reference.uid && !endOf(job)),
  );
  const successes = jobs
    .filter((job) => endOf(job) === 'Complete')
    .map((job) => job.status?.completionTime ?? '');
  const lastSuccessfulTime = [...successes, cronJob.status?.lastSuccessfulTime ?? ''].sort().at(-1);
  const { active: _, ...rest } = cronJob.status ?? {};
  return { ...rest, ...(active.length > 0 && { active }), ...(lastSuccessfulTime && { lastSuccessfulTime }) };
}

function writeStatus({ client }: ControllerContext, cronJob: CronJob, status: CronJobStatus): void {
  const latest = client.lister(CronJobs).get(cronJob.metadata.namespace, cronJob.metadata.name ?? '');
  if (latest && !isDeepStrictEqual(latest.status ?? {}, status))
    client.updateStatus(CronJobs, { ...latest, status });
}

function trimHistory({ client, events }: ControllerContext, cronJob: CronJob, jobs: readonly Job[]): void {
  const trim = (end: 'Complete' | 'Failed', limit: number): void => {
    const ended = jobs
      .filter((job) => endOf(job) === end && !job.metadata.deletionTimestamp)
      .sort((a, b) => ((a.status?.startTime ?? '') < (b.status?.startTime ?? '') ? -1 : 1));
    for (const job of ended.slice(0, Math.max(0, ended.length - limit))) {
      client.delete(Jobs, job.metadata.namespace, job.metadata.name ?? '', {
        propagationPolicy: 'Background',
      });
      events.event(cronJob, 'Normal', 'SuccessfulDelete', `Deleted job ${job.metadata.name}`);
    }
  };
  trim('Complete', cronJob.spec?.successfulJobsHistoryLimit ?? 3);
  trim('Failed', cronJob.spec?.failedJobsHistoryLimit ?? 1);
}
