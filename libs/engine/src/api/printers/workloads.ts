import type {
  ControllerRevision,
  CronJob,
  DaemonSet,
  Deployment,
  HorizontalPodAutoscaler,
  Job,
  MetricSpec,
  MetricStatus,
  PodDisruptionBudget,
  PodTemplate,
  ReplicaSet,
  ReplicationController,
  StatefulSet,
} from '../../types/index.js';
import type { StoredObject } from '../../store/stored-object.js';
import { parseTime } from '../../time.js';
import { autoscalingV1 } from '../conversion/autoscaling-v1.js';
import { age, humanDuration } from './age.js';
import { containersAndImages, formatFlag, formatLabels, formatSelector, listed, NONE } from './format.js';
import { columns, printer, type Printer } from './printer.js';

/** How many metrics of an autoscaler are spelled out. */
const MOST_METRICS = 2;

export const deploymentPrinter = printer<Deployment>({
  columns: columns(
    'Name',
    'Ready',
    '#Up-to-date',
    '#Available',
    'Age',
    'Containers+',
    'Images+',
    'Selector+',
  ),
  cells: ({ metadata, spec, status }, { nowMs }) => [
    metadata.name ?? '',
    `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`,
    status?.updatedReplicas ?? 0,
    status?.availableReplicas ?? 0,
    age(metadata.creationTimestamp, nowMs),
    ...containersAndImages(spec?.template?.spec),
    formatSelector(spec?.selector),
  ],
});

const replicaColumns = columns(
  'Name',
  '#Desired',
  '#Current',
  '#Ready',
  'Age',
  'Containers+',
  'Images+',
  'Selector+',
);

export const replicaSetPrinter = printer<ReplicaSet>({
  columns: replicaColumns,
  cells: ({ metadata, spec, status }, { nowMs }) => [
    metadata.name ?? '',
    spec?.replicas ?? 0,
    status?.replicas ?? 0,
    status?.readyReplicas ?? 0,
    age(metadata.creationTimestamp, nowMs),
    ...containersAndImages(spec?.template?.spec),
    formatSelector(spec?.selector),
  ],
});

export const replicationControllerPrinter = printer<ReplicationController>({
  columns: replicaColumns,
  cells: ({ metadata, spec, status }, { nowMs }) => [
    metadata.name ?? '',
    spec?.replicas ?? 0,
    status?.replicas ?? 0,
    status?.readyReplicas ?? 0,
    age(metadata.creationTimestamp, nowMs),
    ...containersAndImages(spec?.template?.spec),
    formatLabels(spec?.selector),
  ],
});

export const statefulSetPrinter = printer<StatefulSet>({
  columns: columns('Name', 'Ready', 'Age', 'Containers+', 'Images+'),
  cells: ({ metadata, spec, status }, { nowMs }) => [
    metadata.name ?? '',
    `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`,
    age(metadata.creationTimestamp, nowMs),
    ...containersAndImages(spec?.template?.spec),
  ],
});

export const daemonSetPrinter = printer<DaemonSet>({
  columns: columns(
    'Name',
    '#Desired',
    '#Current',
    '#Ready',
    '#Up-to-date',
    '#Available',
    'Node Selector',
    'Age',
    'Containers+',
    'Images+',
    'Selector+',
  ),
  cells: ({ metadata, spec, status }, { nowMs }) => [
    metadata.name ?? '',
    status?.desiredNumberScheduled ?? 0,
    status?.currentNumberScheduled ?? 0,
    status?.numberReady ?? 0,
    status?.updatedNumberScheduled ?? 0,
    status?.numberAvailable ?? 0,
    formatLabels(spec?.template?.spec?.nodeSelector),
    age(metadata.creationTimestamp, nowMs),
    ...containersAndImages(spec?.template?.spec),
    formatSelector(spec?.selector),
  ],
});

export const jobPrinter = printer<Job>({
  columns: columns('Name', 'Status', 'Completions', 'Duration', 'Age', 'Containers+', 'Images+', 'Selector+'),
  cells(job, { nowMs }) {
    const { metadata, spec, status } = job;
    const succeeded = status?.succeeded ?? 0;
    const parallelism = spec?.parallelism ?? 0;
    const completions =
      spec?.completions !== undefined
        ? `${succeeded}/${spec.completions}`
        : parallelism > 1
          ? `${succeeded}/1 of ${parallelism}`
          : `${succeeded}/1`;
    const start = parseTime(status?.startTime);
    const end = parseTime(status?.completionTime) ?? nowMs;
    return [
      metadata.name ?? '',
      jobStatus(job),
      completions,
      start === undefined ? '' : humanDuration(end - start),
      age(metadata.creationTimestamp, nowMs),
      ...containersAndImages(spec?.template?.spec),
      formatSelector(spec?.selector),
    ];
  },
});

function jobStatus({ metadata, status }: Job): string {
  const has = (type: string): boolean =>
    (status?.conditions ?? []).some((condition) => condition.type === type && condition.status === 'True');
  if (has('Complete')) return 'Complete';
  if (has('Failed')) return 'Failed';
  if (metadata.deletionTimestamp) return 'Terminating';
  return ['Suspended', 'FailureTarget', 'SuccessCriteriaMet'].find(has) ?? 'Running';
}

export const cronJobPrinter = printer<CronJob>({
  columns: columns(
    'Name',
    'Schedule',
    'Timezone',
    'Suspend',
    '#Active',
    'Last Schedule',
    'Age',
    'Containers+',
    'Images+',
    'Selector+',
  ),
  cells: ({ metadata, spec, status }, { nowMs }) => [
    metadata.name ?? '',
    spec?.schedule ?? '',
    spec?.timeZone ?? NONE,
    formatFlag(spec?.suspend),
    status?.active?.length ?? 0,
    status?.lastScheduleTime ? age(status.lastScheduleTime, nowMs) : NONE,
    age(metadata.creationTimestamp, nowMs),
    ...containersAndImages(spec?.jobTemplate?.spec?.template?.spec),
    formatSelector(spec?.jobTemplate?.spec?.selector),
  ],
});

export const controllerRevisionPrinter = printer<ControllerRevision>({
  columns: columns('Name', 'Controller', '#Revision', 'Age'),
  cells({ metadata, revision }, { nowMs }) {
    const owner = metadata.ownerReferences?.find(({ controller }) => controller);
    const group = owner?.apiVersion.includes('/') ? `.${owner.apiVersion.split('/')[0]}` : '';
    return [
      metadata.name ?? '',
      owner ? `${owner.kind.toLowerCase()}${group}/${owner.name}` : NONE,
      revision ?? 0,
      age(metadata.creationTimestamp, nowMs),
    ];
  },
});

export const podTemplatePrinter = printer<PodTemplate>({
  columns: columns('Name', 'Containers', 'Images', 'Pod Labels'),
  cells: ({ metadata, template }) => [
    metadata.name ?? '',
    ...containersAndImages(template?.spec),
    formatLabels(template?.metadata?.labels),
  ],
});

export const podDisruptionBudgetPrinter = printer<PodDisruptionBudget>({
  columns: columns('Name', 'Min Available', 'Max Unavailable', '#Allowed Disruptions', 'Age'),
  cells: ({ metadata, spec, status }, { nowMs }) => [
    metadata.name ?? '',
    String(spec?.minAvailable ?? 'N/A'),
    String(spec?.maxUnavailable ?? 'N/A'),
    status?.disruptionsAllowed ?? 0,
    age(metadata.creationTimestamp, nowMs),
  ],
});

export const autoscalerPrinter = printer<HorizontalPodAutoscaler>({
  columns: columns('Name', 'Reference', 'Targets', 'MinPods', 'MaxPods', 'Replicas', 'Age'),
  cells: (shown, { nowMs }) => {
    // Version 1 has the metrics in other places; the row says the same of both.
    const { metadata, spec, status } = (
      shown.apiVersion === 'autoscaling/v1' ? autoscalingV1.toStorage(shown) : shown
    ) as HorizontalPodAutoscaler;
    return [
      metadata.name ?? '',
      `${spec?.scaleTargetRef?.kind ?? ''}/${spec?.scaleTargetRef?.name ?? ''}`,
      metrics(spec?.metrics ?? [], status?.currentMetrics ?? []),
      spec?.minReplicas === undefined ? '<unset>' : String(spec.minReplicas),
      String(spec?.maxReplicas ?? 0),
      String(status?.currentReplicas ?? 0),
      age(metadata.creationTimestamp, nowMs),
    ];
  },
});

function metrics(specs: readonly MetricSpec[], statuses: readonly MetricStatus[]): string {
  if (specs.length === 0) return NONE;
  return listed(
    specs.map((spec, index) => metric(spec, statuses[index])),
    MOST_METRICS,
    ', ',
  );
}

const UNKNOWN = '<unknown>';

function metric(spec: MetricSpec, status: MetricStatus | undefined): string {
  const percent = (value: number | undefined): string | undefined =>
    value === undefined ? undefined : `${value}%`;
  const resource = spec.resource ?? spec.containerResource;
  if (resource) {
    const current = (status?.resource ?? status?.containerResource)?.current;
    const { averageValue, averageUtilization } = resource.target;
    return averageValue === undefined
      ? `${resource.name}: ${percent(current?.averageUtilization) ?? UNKNOWN}/${percent(averageUtilization) ?? '<auto>'}`
      : `${resource.name}: ${current?.averageValue ?? UNKNOWN}/${averageValue}`;
  }
  const [target, current] = spec.pods
    ? [spec.pods.target, status?.pods?.current]
    : spec.object
      ? [spec.object.target, status?.object?.current]
      : [spec.external?.target, status?.external?.current];
  return target?.averageValue === undefined
    ? `${current?.value ?? UNKNOWN}/${target?.value ?? '<auto>'}`
    : `${current?.averageValue ?? UNKNOWN}/${target.averageValue}${spec.pods ? '' : ' (avg)'}`;
}

interface ShownScale extends StoredObject {
  readonly spec?: { readonly replicas?: number };
  readonly status?: { readonly replicas?: number };
}

export const scalePrinter: Printer = printer<ShownScale>({
  columns: columns('Name', '#Desired', '#Available', 'Age'),
  cells: ({ metadata, spec, status }, { nowMs }) => [
    metadata.name ?? '',
    spec?.replicas ?? 0,
    status?.replicas ?? 0,
    age(metadata.creationTimestamp, nowMs),
  ],
});
