import { isDeepStrictEqual } from 'node:util';
import { isApiError } from '../../api/api-error.js';
import { Jobs, Pods } from '../../clients/resource-type.js';
import type { ReconcileResult } from '../../clients/work-queue.js';
import { formatTime, parseTime } from '../../time.js';
import type { Job, JobCondition, JobStatus, Pod } from '../../types/index.js';
import type { Controller, ControllerContext } from '../controller.js';
import { withCondition } from '../shared/conditions.js';
import { startKeyedController } from '../shared/keyed-controller.js';
import { claim, controllerOf, indexByController } from '../shared/ownership.js';
import { isActive, isFinished, isReady, podFromTemplate } from '../shared/pod-state.js';
import { told } from '../shared/told-refusal.js';
import { backOff, INDEX_FAILURES, indexFailures } from './back-off.js';
import { formatIndexes, INDEX, indexOf, parseIndexes } from './indexes.js';
import { failureAction, verdictOf, type JobFacts, type Verdict } from './verdict.js';

const NAME = 'job-controller';
const TRACKING = 'batch.kubernetes.io/job-tracking';
/** Pods that carry the finalizer, by the name of their Job: it is all that is known of one that is gone. */
const TRACKED = 'trackedByJob';
/** Where a container reads its index. */
const INDEX_OF_LABEL = { fieldRef: { fieldPath: `metadata.labels['${INDEX}']` } };
/** Most pods created in one reconcile (MaxPodCreateDeletePerSync). */
const BURST_PODS = 500;

/** Runs Jobs to completion, counting every pod exactly once (pkg/controller/job). */
export const jobController: Controller = {
  name: NAME,
  start(context) {
    const pods = context.client.lister(Pods);
    indexByController(pods);
    pods.index(TRACKED, (pod) => {
      const owner = pod.metadata.finalizers?.includes(TRACKING) ? controllerOf(pod) : undefined;
      return owner?.kind === 'Job' ? [`${pod.metadata.namespace}/${owner.name}`] : [];
    });
    return startKeyedController(
      context,
      NAME,
      Jobs,
      (job) => reconcile(context, job),
      (queue) => [
        pods.watch((_, pod, previous) => {
          const owner = controllerOf(pod) ?? (previous && controllerOf(previous));
          if (owner?.kind === 'Job') queue.add(`${pod.metadata.namespace}/${owner.name}`);
        }),
      ],
      (namespace, name) => releaseOrphans(context, namespace, name),
    );
  },
};

const isEnded = (job: Job): boolean =>
  (job.status?.conditions ?? []).some(
    ({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True',
  );

/** Pods of a Job that is gone must not be held back by its finalizer. */
function releaseOrphans({ client }: ControllerContext, namespace: string, name: string): void {
  for (const pod of client.lister(Pods).by(TRACKED, `${namespace}/${name}`)) dropTracking(client, pod);
}

function dropTracking(client: ControllerContext['client'], pod: Pod): void {
  if (!pod.metadata.finalizers?.includes(TRACKING)) return;
  const { finalizers, ...metadata } = pod.metadata;
  const left = finalizers.filter((finalizer) => finalizer !== TRACKING);
  client.update(Pods, { ...pod, metadata: { ...metadata, ...(left.length > 0 && { finalizers: left }) } });
}

/** Deletes a pod the Job has no use for any more. */
function remove({ client, events }: ControllerContext, job: Job, pod: Pod): void {
  const { namespace, name = '' } = pod.metadata;
  client.delete(Pods, namespace, name);
  events.event(job, 'Normal', 'SuccessfulDelete', `Deleted pod: ${name}`);
}

/** The same, where that it ends so is no failure of it. */
function takeAway(context: ControllerContext, job: Job, pod: Pod): void {
  dropTracking(context.client, pod);
  remove(context, job, pod);
}

function reconcile(context: ControllerContext, job: Job): ReconcileResult | undefined {
  const { client, clock, events } = context;
  if (job.spec?.managedBy && job.spec.managedBy !== 'kubernetes.io/job-controller') return undefined;
  const nowMs = clock.now();
  const pods = claim(client, Pods, job, job.spec?.selector);
  if (isEnded(job)) {
    for (const pod of pods) dropTracking(client, pod);
    return undefined;
  }
  if (job.metadata.deletionTimestamp) {
    // Nothing is started any more, and nothing held back: the pods go with it.
    for (const pod of pods) if (pod.metadata.deletionTimestamp) dropTracking(client, pod);
    writeCounts(context, job, job.status ?? {});
    return undefined;
  }
  const started = startIfDue(context, job, nowMs);
  const counted = countFinished(context, started, pods);
  let current = counted.job;
  const remaining = client.lister(Pods).by('controllerUid', job.metadata.uid ?? '');
  const active = remaining.filter(isActive);
  const facts: JobFacts = {
    job: current,
    active,
    newlyFailed: counted.newlyFailed,
    succeeded: current.status?.succeeded ?? 0,
    failed: current.status?.failed ?? 0,
    completedIndexes: parseIndexes(current.status?.completedIndexes, current.spec?.completions ?? 0),
    failedIndexes: parseIndexes(current.status?.failedIndexes, current.spec?.completions ?? 0),
    nowMs,
  };
  const verdict = verdictOf(facts);
  let waitMs: number | undefined;
  if (verdict) current = conclude(context, current, verdict, active, nowMs);
  else if (current.spec?.suspend) for (const pod of active) takeAway(context, job, pod);
  else waitMs = scale(context, facts, remaining);

  const latest = writeCounts(context, job, current.status ?? {});
  if (!latest) return undefined;
  if (verdict && isEnded(latest)) {
    if (verdict.type === 'FailureTarget') events.event(job, 'Warning', verdict.reason, verdict.message);
    else events.event(job, 'Normal', 'Completed', 'Job completed');
  }
  const deadline = current.spec?.activeDeadlineSeconds;
  const startMs = parseTime(current.status?.startTime);
  if (!verdict && deadline !== undefined && startMs !== undefined)
    waitMs = Math.min(waitMs ?? Infinity, Math.max(0, startMs + deadline * 1000 - nowMs));
  return waitMs === undefined ? undefined : { requeueAfterMs: Math.max(1, waitMs) };
}

/** Writes a status with what there is of pods; undefined when the Job is gone. */
function writeCounts({ client }: ControllerContext, job: Job, given: JobStatus): Job | undefined {
  const left = client
    .lister(Pods)
    .by('controllerUid', job.metadata.uid ?? '')
    .filter(isActive);
  const latest = client.lister(Jobs).get(job.metadata.namespace, job.metadata.name ?? '');
  if (!latest) return undefined;
  const { active: _, ...rest } = given;
  const status: JobStatus = {
    ...rest,
    ...(left.length > 0 && { active: left.length }),
    uncountedTerminatedPods: rest.uncountedTerminatedPods ?? {},
    terminating: leavingOf(client, job).length,
    ready: left.filter(isReady).length,
  };
  return isDeepStrictEqual(status, latest.status) ? latest : client.updateStatus(Jobs, { ...latest, status });
}

/** Sets the start time and the Suspended condition as suspension begins and ends. */
function startIfDue({ client, events }: ControllerContext, job: Job, nowMs: number): Job {
  const isSuspended = job.spec?.suspend ?? false;
  const marked = job.status?.conditions?.find(({ type }) => type === 'Suspended')?.status === 'True';
  let status = job.status ?? {};
  if (isSuspended && !marked) {
    status = {
      ...status,
      conditions: withCondition(status.conditions, {
        ...at(nowMs),
        type: 'Suspended',
        status: 'True',
        reason: 'JobSuspended',
        message: 'Job suspended',
      }),
    };
    const { startTime: _, ...rest } = status;
    status = rest;
    events.event(job, 'Normal', 'Suspended', 'Job suspended');
  } else if (!isSuspended && marked) {
    status = {
      ...status,
      startTime: formatTime(nowMs),
      conditions: withCondition(status.conditions, {
        ...at(nowMs),
        type: 'Suspended',
        status: 'False',
        reason: 'JobResumed',
        message: 'Job resumed',
      }),
    };
    events.event(job, 'Normal', 'Resumed', 'Job resumed');
  } else if (!isSuspended && status.startTime === undefined)
    status = { ...status, startTime: formatTime(nowMs) };
  return status === job.status ? job : client.updateStatus(Jobs, { ...job, status });
}

const at = (nowMs: number): Pick<JobCondition, 'lastProbeTime' | 'lastTransitionTime'> => ({
  lastProbeTime: formatTime(nowMs),
  lastTransitionTime: formatTime(nowMs),
});

/**
 * Moves finished pods into the counts in three durable steps: named as uncounted, freed of the finalizer, counted. A
 * crash between any two neither loses nor doubles one.
 */
function countFinished(
  { client }: ControllerContext,
  job: Job,
  pods: readonly Pod[],
): { job: Job; newlyFailed: Pod[] } {
  const known = new Set([
    ...(job.status?.uncountedTerminatedPods?.succeeded ?? []),
    ...(job.status?.uncountedTerminatedPods?.failed ?? []),
  ]);
  const finished = pods.filter(
    (pod) =>
      pod.metadata.finalizers?.includes(TRACKING) &&
      !known.has(pod.metadata.uid ?? '') &&
      (pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed' || isGone(job, pod)),
  );
  const succeeded = finished.filter(({ status }) => status?.phase === 'Succeeded');
  const newlyFailed = finished.filter(({ status }) => status?.phase !== 'Succeeded');
  const uids = (list: readonly Pod[]): string[] => list.map(({ metadata }) => metadata.uid ?? '');
  const uncounted = {
    succeeded: [...(job.status?.uncountedTerminatedPods?.succeeded ?? []), ...uids(succeeded)],
    failed: [
      ...(job.status?.uncountedTerminatedPods?.failed ?? []),
      ...uids(newlyFailed.filter((pod) => failureAction(job, pod)?.action !== 'Ignore')),
    ],
  };
  if (finished.length === 0 && uncounted.succeeded.length + uncounted.failed.length === 0)
    return { job, newlyFailed };
  let current = job;
  if (finished.length > 0)
    current = client.updateStatus(Jobs, {
      ...job,
      status: { ...job.status, uncountedTerminatedPods: uncounted },
    });
  for (const pod of pods) {
    const uid = pod.metadata.uid ?? '';
    if (finished.includes(pod) || known.has(uid)) dropTracking(client, pod);
  }
  const completions = job.spec?.completions ?? 0;
  const { uncountedTerminatedPods: _, ...status } = current.status ?? {};
  const isIndexed = job.spec?.completionMode === 'Indexed';
  const completed = parseIndexes(status.completedIndexes, completions);
  for (const pod of succeeded) {
    const index = indexOf(pod);
    if (index !== undefined && index < completions) completed.add(index);
  }
  const failedIndexes = isIndexed ? failedIndexesOf(job, pods, completed) : undefined;
  const counts = {
    succeeded: isIndexed ? completed.size : (status.succeeded ?? 0) + uncounted.succeeded.length,
    failed: (status.failed ?? 0) + uncounted.failed.length,
  };
  const next: JobStatus = {
    ...status,
    ...(counts.succeeded > 0 && { succeeded: counts.succeeded }),
    ...(counts.failed > 0 && { failed: counts.failed }),
    ...(isIndexed && completed.size > 0 && { completedIndexes: formatIndexes(completed) }),
    ...(failedIndexes &&
      job.spec?.backoffLimitPerIndex !== undefined && { failedIndexes: formatIndexes(failedIndexes) }),
    uncountedTerminatedPods: {},
  };
  return { job: client.updateStatus(Jobs, { ...current, status: next }), newlyFailed };
}

/** A pod that is deleted counts as failed at once, unless only those that have failed are replaced: then when it is gone. */
const isGone = (job: Job, { metadata }: Pod): boolean =>
  metadata.deletionTimestamp !== undefined &&
  (job.spec?.podReplacementPolicy !== 'Failed' || (metadata.deletionGracePeriodSeconds ?? 0) === 0);

function failedIndexesOf(job: Job, pods: readonly Pod[], completed: ReadonlySet<number>): Set<number> {
  const failed = parseIndexes(job.status?.failedIndexes, job.spec?.completions ?? 0);
  const limit = job.spec?.backoffLimitPerIndex;
  if (limit === undefined) return failed;
  for (const pod of pods) {
    const index = indexOf(pod);
    if (index === undefined || completed.has(index) || pod.status?.phase !== 'Failed') continue;
    const isFatal = failureAction(job, pod)?.action === 'FailIndex';
    if (isFatal || indexFailures(pod) > limit) failed.add(index);
  }
  return failed;
}

/** Writes what was decided; the final condition only once no pod runs any more. */
function conclude(
  context: ControllerContext,
  job: Job,
  verdict: Verdict,
  active: readonly Pod[],
  nowMs: number,
): Job {
  const { client } = context;
  const isSuccess = verdict.type !== 'FailureTarget';
  for (const pod of active)
    if (isSuccess) takeAway(context, job, pod);
    else remove(context, job, pod);
  const interim = isSuccess ? 'SuccessCriteriaMet' : 'FailureTarget';
  const text = { ...at(nowMs), status: 'True', reason: verdict.reason, message: verdict.message };
  let conditions = withCondition(job.status?.conditions, { ...text, type: interim });
  const isQuiet = !client
    .lister(Pods)
    .by('controllerUid', job.metadata.uid ?? '')
    .some((pod) => pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed');
  if (isQuiet) conditions = withCondition(conditions, { ...text, type: isSuccess ? 'Complete' : 'Failed' });
  return {
    ...job,
    status: { ...job.status, conditions, ...(isQuiet && isSuccess && { completionTime: formatTime(nowMs) }) },
  };
}

/** Creates or deletes pods towards the wanted parallelism; answers how long to wait before replacing failed ones. */
function scale(context: ControllerContext, facts: JobFacts, pods: readonly Pod[]): number | undefined {
  const { client, events } = context;
  const { job, active, nowMs } = facts;
  const parallelism = job.spec?.parallelism ?? 1;
  const completions = job.spec?.completions ?? undefined;
  const wanted =
    completions === undefined
      ? facts.succeeded > 0
        ? active.length
        : parallelism
      : Math.min(
          parallelism,
          completions -
            facts.succeeded -
            (job.spec?.backoffLimitPerIndex === undefined ? 0 : facts.failedIndexes.size),
        );
  if (active.length > wanted) {
    // A Job that has become smaller has no use for indexes beyond its end.
    const isInRange = (pod: Pod): boolean => (indexOf(pod) ?? -1) < (completions ?? Infinity);
    for (const pod of [...active]
      .sort((a, b) => Number(isInRange(a)) - Number(isInRange(b)) || Number(isReady(a)) - Number(isReady(b)))
      .slice(0, active.length - wanted)) {
      takeAway(context, job, pod);
    }
    return undefined;
  }
  const leaving = job.spec?.podReplacementPolicy === 'Failed' ? leavingOf(client, job) : [];
  const missing = wanted - active.length - leaving.length;
  if (missing <= 0) return undefined;
  const waiting = backOff(job, pods, nowMs);
  if (typeof waiting === 'number' && waiting > 0) return waiting;
  const indexes =
    job.spec?.completionMode === 'Indexed'
      ? freeIndexes(facts, leaving, missing, (index) => typeof waiting === 'number' || !waiting.has(index))
      : undefined;
  try {
    for (let made = 0; made < Math.min(indexes?.length ?? missing, BURST_PODS); made++)
      create(context, job, indexes?.[made]);
  } catch (error) {
    if (!isApiError(error)) throw error;
    events.event(job, 'Warning', 'FailedCreate', `Error creating: ${error.message}`);
    throw told(error);
  }
  return waiting instanceof Map && waiting.size > 0 ? Math.min(...waiting.values()) : undefined;
}

/** Pods on their way out that have not ended yet. */
function leavingOf(client: ControllerContext['client'], job: Job): readonly Pod[] {
  return client
    .lister(Pods)
    .by('controllerUid', job.metadata.uid ?? '')
    .filter((pod) => pod.metadata.deletionTimestamp && !isFinished(pod));
}

function freeIndexes(
  { job, active, completedIndexes, failedIndexes }: JobFacts,
  leaving: readonly Pod[],
  count: number,
  mayStart: (index: number) => boolean,
): number[] {
  const taken = new Set([...active, ...leaving].map(indexOf));
  const free: number[] = [];
  for (let index = 0; index < (job.spec?.completions ?? 0) && free.length < count; index++) {
    if (taken.has(index) || completedIndexes.has(index) || failedIndexes.has(index)) continue;
    if (mayStart(index)) free.push(index);
  }
  return free;
}

function create({ client, events }: ControllerContext, job: Job, index: number | undefined): void {
  const pod = podFromTemplate(job.spec?.template, job);
  const base = `${job.metadata.name}-`;
  const isIndexed = index !== undefined;
  const indexed = isIndexed ? { [INDEX]: String(index) } : {};
  const failures =
    isIndexed && job.spec?.backoffLimitPerIndex !== undefined
      ? { [INDEX_FAILURES]: String(failureCount(client, job, index)) }
      : {};
  const created = client.create(Pods, {
    ...pod,
    metadata: {
      ...pod.metadata,
      generateName: isIndexed ? `${base}${index}-` : base,
      labels: { ...pod.metadata.labels, ...indexed },
      annotations: { ...pod.metadata.annotations, ...indexed, ...failures },
      finalizers: [...(pod.metadata.finalizers ?? []), TRACKING],
    },
    spec: {
      ...pod.spec,
      containers: (pod.spec?.containers ?? []).map((container) =>
        isIndexed
          ? {
              ...container,
              env: [...(container.env ?? []), { name: 'JOB_COMPLETION_INDEX', valueFrom: INDEX_OF_LABEL }],
            }
          : container,
      ),
      ...(isIndexed && { hostname: `${base}${index}` }),
    },
  });
  events.event(job, 'Normal', 'SuccessfulCreate', `Created pod: ${created.metadata.name}`);
}

function failureCount(client: ControllerContext['client'], job: Job, index: number): number {
  let count = 0;
  for (const pod of client.lister(Pods).by('controllerUid', job.metadata.uid ?? '')) {
    if (indexOf(pod) === index && pod.status?.phase === 'Failed') count = Math.max(count, indexFailures(pod));
  }
  return count;
}
