import type { Application, ApplicationSource, ResourceStatus } from '../../api/types.js';
import { HEALTH_STATUSES, toHealth, type HealthStatus } from '../../status/health.js';
import { toSync, type SyncStatus } from '../../status/sync.js';

/** What a list shows of an application, computed once per version of it. */
export interface AppRow {
  name: string;
  project: string;
  namespace: string;
  health: HealthStatus;
  healthMessage: string | undefined;
  sync: SyncStatus;
  repo: string;
  repoURL: string;
  path: string;
  target: string;
  revision: string | undefined;
  author: string | undefined;
  message: string | undefined;
  deployedAt: string | undefined;
  createdAt: string | undefined;
  isAutomated: boolean;
  isHeld: boolean;
  /** The first thing that is wrong with the application itself. */
  error: string | undefined;
  isRunning: boolean;
  isDeleting: boolean;
  labels: readonly string[];
  counts: readonly { health: HealthStatus; count: number }[];
  text: string;
}

const rows = new WeakMap<Application, AppRow>();

/** The row of an application; the same object for the same version, so lists can compare by identity. */
export function toRow(app: Application): AppRow {
  const known = rows.get(app);
  if (known) return known;
  const row = build(app);
  rows.set(app, row);
  return row;
}

function build(app: Application): AppRow {
  const { metadata, spec, status } = app;
  const source = sourceOf(app);
  const latest = status?.history?.at(-1);
  const labels = Object.entries(metadata.labels ?? {}).map(([key, value]) => `${key}=${value}`);
  const repo = repoName(source?.repoURL ?? '');
  const namespace = spec.destination.namespace ?? '';
  const automated = spec.syncPolicy?.automated;
  return {
    name: metadata.name,
    project: spec.project || 'default',
    namespace,
    health: toHealth(status?.health?.status),
    healthMessage: status?.health?.message,
    sync: toSync(status?.sync?.status),
    repo,
    repoURL: source?.repoURL ?? '',
    path: source?.path ?? source?.chart ?? '',
    target: source?.targetRevision ?? 'HEAD',
    revision: status?.sync?.revision ?? latest?.revision,
    author: latest?.author,
    message: latest?.message?.split('\n', 1)[0],
    deployedAt: latest?.deployedAt,
    createdAt: metadata.creationTimestamp,
    isAutomated: automated !== undefined && automated.enabled !== false,
    isHeld: status?.rollbackHold !== undefined,
    error: status?.conditions?.find(({ type }) => type.endsWith('Error'))?.message,
    isRunning: status?.operationState?.phase === 'Running' || app.operation !== undefined,
    isDeleting: metadata.deletionTimestamp !== undefined,
    labels,
    counts: countHealth(status?.resources ?? []),
    text: [metadata.name, spec.project, namespace, source?.repoURL, source?.path, source?.chart, ...labels]
      .join(' ')
      .toLowerCase(),
  };
}

/** The source of an application with one, or the first of several. */
export function sourceOf(app: Application): ApplicationSource | undefined {
  return app.spec.source ?? app.spec.sources?.[0];
}

/** `owner/name` of a repository address, the host standing in for an owner, or the last folder of a path. */
export function repoName(url: string): string {
  const clean = url.replace(/\/+$/, '').replace(/\.git$/, '');
  const [, host, path] =
    /^(?!file:)[a-z+]+:\/\/(?:[^/@]*@)?([^/:]*)(?::\d+)?(.*)$/.exec(clean) ??
    /^[^/@]+@([^/:]+):(.*)$/.exec(clean) ??
    [];
  if (host === undefined) return clean.split(/[/:]/).findLast(Boolean) ?? url;
  return [host, ...(path ?? '').split('/')].filter(Boolean).slice(-2).join('/');
}

function countHealth(resources: readonly ResourceStatus[]): { health: HealthStatus; count: number }[] {
  const counts = new Map<HealthStatus, number>();
  for (const resource of resources) {
    // Kinds without a notion of health do not take part in the picture.
    if (!resource.health?.status) continue;
    const health = toHealth(resource.health.status);
    counts.set(health, (counts.get(health) ?? 0) + 1);
  }
  return HEALTH_STATUSES.flatMap((health) => {
    const count = counts.get(health);
    return count ? [{ health, count }] : [];
  });
}
