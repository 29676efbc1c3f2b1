import type { CronJob, Job, JobSpec, Pod, ReplicationController, StatefulSet } from '../../types/index.js';
import { jsonEqual } from '../json-equal.js';
import { dnsLabelProblems } from '../names.js';
import { podWarnings, templateWarnings } from './pod-warnings.js';
import { claimSpecWarnings } from './storage-warnings.js';

/** From here on a job may lose track of the indexes that failed. */
const MANY_COMPLETIONS = 100_000;
const MUCH_PARALLELISM = 10_000;

interface Workload {
  readonly metadata: { readonly name?: string; readonly generation?: number };
  readonly spec?: { readonly template?: Parameters<typeof templateWarnings>[0] };
}

/** Names that become part of other names should be labels. Kubernetes shows what is wrong as Go prints a list. */
function nameWarnings(name: string | undefined, use: string): string[] {
  const problems = dnsLabelProblems(name ?? '');
  return problems.length === 0
    ? []
    : [
        `metadata.name: this is used in ${use}, which can result in surprising behavior; a DNS label is recommended: [${problems.join(' ')}]`,
      ];
}

const ofPods = (name: string | undefined): string[] => nameWarnings(name, 'Pod names and hostnames');

/** A change that does not count (labels, status) is nothing to speak about. */
const isSame = (object: Workload, old: Workload): boolean =>
  old.metadata.generation === object.metadata.generation;

/** What is told about a pod: only when it is made, because nobody writes to one by hand. */
export function ofPod({ spec, metadata }: Pod, old?: Pod): string[] {
  if (old) return [];
  return [...nameWarnings(metadata.name, "the Pod's hostname"), ...podWarnings(spec, metadata)];
}

/** What is told about a workload that names its pods after itself. */
export function ofNamingWorkload(object: Workload, old?: Workload): string[] {
  return old ? ofWorkload(object, old) : [...ofPods(object.metadata.name), ...ofWorkload(object)];
}

/** What is told about the template of a workload. */
export function ofWorkload(object: Workload, old?: Workload): string[] {
  return old && isSame(object, old) ? [] : templateWarnings(object.spec?.template, 'spec.template');
}

/** What is told about a set of daemons, whose template counts alone. */
export function ofDaemons({ spec }: Workload, old?: Workload): string[] {
  return old && jsonEqual(old.spec?.template, spec?.template)
    ? []
    : templateWarnings(spec?.template, 'spec.template');
}

/** What is told about a replication controller: of a changed one Kubernetes looks at the template before the change. */
export function ofController(object: ReplicationController, old?: ReplicationController): string[] {
  if (!old) return ofNamingWorkload(object);
  return isSame(object, old) ? [] : templateWarnings(old.spec?.template, 'spec.template');
}

/** What is told about a stateful set. Kubernetes names the place of a claim in another way once the set is there. */
export function ofStatefulSet(object: StatefulSet, old?: StatefulSet): string[] {
  const { volumeClaimTemplates = [], revisionHistoryLimit = 0 } = object.spec ?? {};
  return [
    ...ofWorkload(object, old),
    ...volumeClaimTemplates.flatMap(({ spec = {} }, index) =>
      claimSpecWarnings(spec, `spec.volumeClaimTemplates[${index}]${old ? '.Spec' : ''}`),
    ),
    ...(revisionHistoryLimit < 0
      ? [
          'spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended',
        ]
      : []),
  ];
}

/** What is told about a job. */
export function ofJob(object: Job, old?: Job): string[] {
  if (old && isSame(object, old)) return [];
  return [...(old ? [] : ofPods(object.metadata.name)), ...ofJobSpec(object.spec, 'spec')];
}

/** What is told about a cron job. */
export function ofCronJob(object: CronJob, old?: CronJob): string[] {
  const { spec, metadata } = object;
  const isQuiet = old !== undefined && isSame(object as Workload, old as Workload);
  return [
    ...(old ? [] : ofPods(metadata.name)),
    ...(isQuiet ? [] : ofJobSpec(spec?.jobTemplate.spec, 'spec.jobTemplate.spec')),
    ...(old && spec?.schedule.includes('TZ')
      ? [
          'cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details',
        ]
      : []),
  ];
}

function ofJobSpec(spec: JobSpec | undefined, field: string): string[] {
  const { completionMode, completions = 0, parallelism = 0, template } = spec ?? {};
  const isLarge =
    completionMode === 'Indexed' && completions > MANY_COMPLETIONS && parallelism > MUCH_PARALLELISM;
  return [
    ...(isLarge
      ? [
          `${field}: In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail`,
        ]
      : []),
    ...templateWarnings(template, `${field}.template`),
  ];
}
