import type { Application, ObjectRef, TreeNode } from '../../../api/types.js';
import { severity, toHealth, type HealthStatus } from '../../../status/health.js';
import { toSync, type SyncStatus } from '../../../status/sync.js';
import type { ApplicationSearch } from '../application-search.js';
import { objectId } from '../object-id.js';

export interface ResourceRow {
  id: string;
  ref: ObjectRef;
  health: HealthStatus | undefined;
  message: string | undefined;
  sync: SyncStatus | undefined;
  wave: number | undefined;
  createdAt: string | undefined;
}

/** Every object of an application as one flat list: what comes from Git first, then what that created. */
export function toResourceRows(app: Application, nodes: readonly TreeNode[]): ResourceRow[] {
  const live = new Map(nodes.map((node) => [objectId(node), node]));
  const rows: ResourceRow[] = [];
  for (const resource of app.status?.resources ?? []) {
    const id = objectId(resource);
    const node = live.get(id);
    live.delete(id);
    const report = node?.health ?? resource.health;
    rows.push({
      id,
      ref: resource,
      health: report?.status ? toHealth(report.status) : undefined,
      message: report?.message,
      sync: resource.hook ? undefined : toSync(resource.status),
      wave: resource.syncWave,
      createdAt: node?.createdAt,
    });
  }
  for (const [id, node] of live)
    rows.push({
      id,
      ref: node,
      health: node.health?.status ? toHealth(node.health.status) : undefined,
      message: node.health?.message,
      sync: undefined,
      wave: undefined,
      createdAt: node.createdAt,
    });
  return rows;
}

/** The rows a search lets through, worst first. */
export function filterRows(
  rows: readonly ResourceRow[],
  { q, kind, health }: ApplicationSearch,
): ResourceRow[] {
  const words = (q ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  return rows
    .filter(({ ref, health: own }) => {
      const text = `${ref.kind} ${ref.name} ${ref.namespace ?? ''}`.toLowerCase();
      return (
        words.every((word) => text.includes(word)) &&
        (!kind || ref.kind === kind) &&
        (!health?.length || (own !== undefined && health.includes(own)))
      );
    })
    .sort(
      (a, b) =>
        severity(b.health ?? 'Healthy') - severity(a.health ?? 'Healthy') ||
        Number(b.sync === 'OutOfSync') - Number(a.sync === 'OutOfSync') ||
        Number(a.sync === undefined) - Number(b.sync === undefined) ||
        a.ref.kind.localeCompare(b.ref.kind) ||
        a.ref.name.localeCompare(b.ref.name),
    );
}
