import { HEALTH_STATUSES, isTrouble, worse, type HealthStatus } from '../../../status/health.js';
import type { TreeItem } from './tree-item.js';

/** Above this many siblings of one kind a person counts instead of reading. */
export const GROUP_ABOVE = 8;

/**
 * Replaces siblings of the same kind, when there are more than eight, by one box that stands for them; the worst of
 * them stay beside it. Groups in `open` show their members below the box.
 */
export function groupSiblings(item: TreeItem, open: ReadonlySet<string>): TreeItem {
  const byKind = new Map<string, TreeItem[]>();
  for (const child of item.children) {
    const members = byKind.get(child.kind) ?? [];
    members.push(child);
    byKind.set(child.kind, members);
  }
  const children: TreeItem[] = [];
  const later: TreeItem[] = [];
  for (const [kind, all] of byKind) {
    const idle = kind === 'ReplicaSet' ? idleRevisions(all) : [];
    if (idle.length > 0) {
      const members = idle.map((member) => groupSiblings(member, open));
      later.push(toGroup(`${item.id}>idle`, kind, members, open, `${idle.length} idle ${plural(kind)}`));
    }
    const members = idle.length > 0 ? all.filter((member) => !idle.includes(member)) : all;
    const grouped = members.map((member) => groupSiblings(member, open));
    if (members.length <= GROUP_ABOVE) {
      children.push(...grouped);
      continue;
    }
    // Trouble is never folded away, as long as there is little of it; siblings are sorted worst first.
    const shown = grouped.filter(({ worst }) => isTrouble(worst)).slice(0, GROUP_ABOVE);
    children.push(...shown, toGroup(`${item.id}>${kind}`, kind, grouped.slice(shown.length), open));
  }
  return { ...item, children: [...children, ...later] };
}

/** Revisions that run nothing beside one that does are kept only for going back; more than one of them is clutter. */
function idleRevisions(members: readonly TreeItem[]): TreeItem[] {
  const idle = members.filter(({ children, worst }) => children.length === 0 && worst === 'Healthy');
  return idle.length > 1 && idle.length < members.length ? idle : [];
}

function toGroup(
  id: string,
  kind: string,
  members: TreeItem[],
  open: ReadonlySet<string>,
  name = members.length === 1 ? `1 ${kind}` : `${members.length} ${plural(kind)}`,
): TreeItem {
  return {
    id,
    type: 'group',
    kind,
    name,
    health: undefined,
    worst: members.reduce<HealthStatus>((worst, member) => worse(worst, member.worst), 'Healthy'),
    sync: members.some(({ sync }) => sync === 'OutOfSync') ? 'OutOfSync' : undefined,
    count: members.length,
    counts: countHealth(members),
    node: undefined,
    children: open.has(id) ? members : [],
  };
}

/** English plurals of kinds, as they are written: Ingresses, NetworkPolicies, Endpoints. */
export function plural(kind: string): string {
  if (/(s|x|ch)$/.test(kind)) return kind === 'Endpoints' ? kind : `${kind}es`;
  return /[^aeiou]y$/.test(kind) ? `${kind.slice(0, -1)}ies` : `${kind}s`;
}

/** How many have each health, worst first, over whole subtrees' worst. */
function countHealth(items: readonly TreeItem[]): { health: HealthStatus; count: number }[] {
  return HEALTH_STATUSES.flatMap((health) => {
    const count = items.filter(({ worst }) => worst === health).length;
    return count > 0 ? [{ health, count }] : [];
  });
}
