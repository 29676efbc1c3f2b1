import type {
  APIService,
  ComponentStatus,
  ConfigMap,
  Event,
  Lease,
  Namespace,
  Node,
  PriorityClass,
  ResourceQuota,
  RuntimeClass,
  Secret,
  ServiceAccount,
} from '../../types/index.js';
import { age } from './age.js';
import { NONE } from './format.js';
import { columns, printer } from './printer.js';

export const namespacePrinter = printer<Namespace>({
  columns: columns('Name', 'Status', 'Age'),
  cells: ({ metadata, status }, { nowMs }) => [
    metadata.name ?? '',
    status?.phase ?? '',
    age(metadata.creationTimestamp, nowMs),
  ],
});

export const configMapPrinter = printer<ConfigMap>({
  columns: columns('Name', '#Data', 'Age'),
  cells: ({ metadata, data, binaryData }, { nowMs }) => [
    metadata.name ?? '',
    Object.keys(data ?? {}).length + Object.keys(binaryData ?? {}).length,
    age(metadata.creationTimestamp, nowMs),
  ],
});

export const secretPrinter = printer<Secret>({
  columns: columns('Name', 'Type', '#Data', 'Age'),
  cells: ({ metadata, type, data }, { nowMs }) => [
    metadata.name ?? '',
    type ?? '',
    Object.keys(data ?? {}).length,
    age(metadata.creationTimestamp, nowMs),
  ],
});

export const serviceAccountPrinter = printer<ServiceAccount>({
  columns: columns('Name', 'Age'),
  cells: ({ metadata }, { nowMs }) => [metadata.name ?? '', age(metadata.creationTimestamp, nowMs)],
});

const ROLE_LABEL = 'node-role.kubernetes.io/';
const OLD_ROLE_LABEL = 'kubernetes.io/role';

export const nodePrinter = printer<Node>({
  columns: columns(
    'Name',
    'Status',
    'Roles',
    'Age',
    'Version',
    'Internal-IP+',
    'External-IP+',
    'OS-Image+',
    'Kernel-Version+',
    'Container-Runtime+',
  ),
  cells({ metadata, spec, status }, { nowMs }) {
    const ready = (status?.conditions ?? []).find(({ type }) => type === 'Ready');
    const states = [ready ? (ready.status === 'True' ? 'Ready' : 'NotReady') : 'Unknown'];
    if (spec?.unschedulable) states.push('SchedulingDisabled');
    const roles = new Set<string>();
    for (const [label, value] of Object.entries(metadata.labels ?? {})) {
      if (label.startsWith(ROLE_LABEL) && label.length > ROLE_LABEL.length)
        roles.add(label.slice(ROLE_LABEL.length));
      else if (label === OLD_ROLE_LABEL && value !== '') roles.add(value);
    }
    const address = (type: string): string =>
      (status?.addresses ?? []).find((found) => found.type === type)?.address ?? NONE;
    const info = status?.nodeInfo;
    return [
      metadata.name ?? '',
      states.join(','),
      roles.size > 0 ? [...roles].sort().join(',') : NONE,
      age(metadata.creationTimestamp, nowMs),
      info?.kubeletVersion ?? '',
      address('InternalIP'),
      address('ExternalIP'),
      info?.osImage || '<unknown>',
      `${info?.kernelVersion || '<unknown>'}${info?.architecture ? ` (${info.architecture})` : ''}`,
      info?.containerRuntimeVersion || '<unknown>',
    ];
  },
});

export const eventPrinter = printer<Event>({
  columns: columns(
    'Last Seen',
    'Type',
    'Reason',
    'Object',
    'Subobject+',
    'Source+',
    'Message',
    'First Seen+',
    'Count+',
    'Name+',
  ),
  cells(event, { nowMs }) {
    const first = age(event.firstTimestamp || event.eventTime, nowMs);
    const last = event.series
      ? age(event.series.lastObservedTime, nowMs)
      : event.lastTimestamp
        ? age(event.lastTimestamp, nowMs)
        : first;
    const { kind = '', name = '', fieldPath = '' } = event.involvedObject ?? {};
    const component = event.source?.component || event.reportingComponent || '';
    const host = event.source?.host || event.reportingInstance || '';
    return [
      last,
      event.type ?? '',
      event.reason ?? '',
      name === '' ? kind.toLowerCase() : `${kind.toLowerCase()}/${name}`,
      fieldPath,
      host === '' ? component : `${component}, ${host}`,
      (event.message ?? '').trim(),
      first,
      event.series?.count ?? (event.count || 1),
      event.metadata.name ?? '',
    ];
  },
});

export const resourceQuotaPrinter = printer<ResourceQuota>({
  columns: columns('Name', 'Request', 'Limit', 'Age'),
  cells({ metadata, status }, { nowMs }) {
    const hard = Object.entries(status?.hard ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
    const text = (limits: boolean): string =>
      hard
        .filter(([name]) => name.startsWith('limits') === limits)
        .map(([name, value]) => `${name}: ${status?.used?.[name] ?? '0'}/${value}`)
        .join(', ');
    return [metadata.name ?? '', text(false), text(true), age(metadata.creationTimestamp, nowMs)];
  },
});

export const priorityClassPrinter = printer<PriorityClass>({
  columns: columns('Name', '#Value', 'Global-Default', 'Age', 'PreemptionPolicy'),
  cells: ({ metadata, value, globalDefault, preemptionPolicy }, { nowMs }) => [
    metadata.name ?? '',
    value ?? 0,
    globalDefault ?? false,
    age(metadata.creationTimestamp, nowMs),
    preemptionPolicy ?? '',
  ],
});

export const runtimeClassPrinter = printer<RuntimeClass>({
  columns: columns('Name', 'Handler', 'Age'),
  cells: ({ metadata, handler }, { nowMs }) => [
    metadata.name ?? '',
    handler ?? '',
    age(metadata.creationTimestamp, nowMs),
  ],
});

export const leasePrinter = printer<Lease>({
  columns: columns('Name', 'Holder', 'Age'),
  cells: ({ metadata, spec }, { nowMs }) => [
    metadata.name ?? '',
    spec?.holderIdentity ?? '',
    age(metadata.creationTimestamp, nowMs),
  ],
});

export const componentStatusPrinter = printer<ComponentStatus>({
  columns: columns('Name', 'Status', 'Message', 'Error'),
  cells({ metadata, conditions }) {
    const healthy = (conditions ?? []).find(({ type }) => type === 'Healthy');
    const status =
      healthy?.status === 'True' ? 'Healthy' : healthy?.status === 'False' ? 'Unhealthy' : 'Unknown';
    return [metadata.name ?? '', status, healthy?.message ?? '', healthy?.error ?? ''];
  },
});

export const apiServicePrinter = printer<APIService>({
  columns: columns('Name', 'Service', 'Available', 'Age'),
  cells({ metadata, spec, status }, { nowMs }) {
    const service = spec?.service;
    const available = (status?.conditions ?? []).find(({ type }) => type === 'Available');
    const state =
      available?.status === 'False' && available.reason
        ? `${available.status} (${available.reason})`
        : (available?.status ?? 'Unknown');
    return [
      metadata.name ?? '',
      service ? `${service.namespace}/${service.name}` : 'Local',
      state,
      age(metadata.creationTimestamp, nowMs),
    ];
  },
});
