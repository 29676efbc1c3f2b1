import { sourceOf, syncPolicyOf, type Application, type ResourceStatus } from '../api/application.js';
import { table } from './table.js';

/** The summary `lotse app get` prints. */
export function describeApplication(application: Application, server: string, trouble?: string): string {
  const { metadata, spec, status } = application;
  const source = sourceOf(application);
  const lines: [string, string | undefined][] = [
    ['Name', metadata.name],
    ['Project', spec.project ?? 'default'],
    ['Server', spec.destination.server ?? spec.destination.name],
    ['Namespace', spec.destination.namespace],
    ['URL', `${server}/applications/${metadata.name}`],
    ['Repo', source?.repoURL],
    ['Target', source?.targetRevision ?? 'HEAD'],
    ['Path', source?.path ?? source?.chart],
    ['Sync Policy', syncPolicyOf(application)],
    [
      'Sync Status',
      `${status?.sync?.status ?? 'Unknown'}${status?.sync?.revision ? ` (${status.sync.revision.slice(0, 7)})` : ''}`,
    ],
    [
      'Health Status',
      [status?.health?.status ?? 'Unknown', status?.health?.message].filter(Boolean).join(': '),
    ],
    ['Cause', trouble],
    [
      'Held At',
      status?.rollbackHold
        ? `history ${status.rollbackHold.historyId} (${status.rollbackHold.revision.slice(0, 7)}); automatic sync waits`
        : undefined,
    ],
  ];
  const head = lines
    .filter(([, value]) => value !== undefined)
    .map(([label, value]) => `${`${label}:`.padEnd(16)} ${value}`);
  const conditions = (status?.conditions ?? []).map(({ type, message }) => `${type}: ${message}`);
  const operation = status?.operationState;
  const last = operation
    ? [`${'Operation:'.padEnd(16)} ${[operation.phase, operation.message].filter(Boolean).join(': ')}`]
    : [];
  return [
    ...head,
    ...last,
    ...(conditions.length > 0 ? ['', ...conditions] : []),
    '',
    resourceTable(status?.resources ?? []),
  ].join('\n');
}

/** The resources of an application with their state. */
export function resourceTable(resources: readonly ResourceStatus[]): string {
  return table(
    ['GROUP', 'KIND', 'NAMESPACE', 'NAME', 'STATUS', 'HEALTH', 'MESSAGE'],
    resources.map(({ group, kind, namespace, name, status, health, requiresPruning }) => [
      group,
      kind,
      namespace,
      name,
      requiresPruning ? 'OutOfSync (prune)' : status,
      health?.status,
      health?.message,
    ]),
  );
}
