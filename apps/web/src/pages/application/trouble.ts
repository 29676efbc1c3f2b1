import type { TreeNode } from '../../api/types.js';
import { objectId } from './object-id.js';
import { plural } from './tree/group-siblings.js';

export interface Trouble {
  /** What is wrong in a few words: `2 Pods ImagePullBackOff`. */
  text: string;
  /** The first object it is wrong with. */
  id: string;
}

const reasonOf = ({ info, health }: TreeNode) =>
  info?.find(({ name }) => name === 'Status Reason')?.value || health?.message || 'Degraded';

/**
 * The commonest trouble below an application, so that "Progressing" comes with its reason. Pods speak for those who
 * made them; only when no pod is broken do others have a say.
 */
export function troubleOf(nodes: readonly TreeNode[]): Trouble | undefined {
  const broken = nodes.filter(({ health }) => health?.status === 'Degraded');
  const pods = broken.filter(({ kind }) => kind === 'Pod');
  const byReason = new Map<string, TreeNode[]>();
  for (const node of pods.length > 0 ? pods : broken) {
    const key = `${node.kind} ${reasonOf(node)}`;
    const members = byReason.get(key) ?? [];
    members.push(node);
    byReason.set(key, members);
  }
  const [commonest] = [...byReason.values()].sort((a, b) => b.length - a.length);
  const first = commonest?.[0];
  if (!commonest || !first) return undefined;
  const who =
    commonest.length > 1 ? `${commonest.length} ${plural(first.kind)}` : `${first.kind} ${first.name}`;
  return { text: `${who} ${reasonOf(first)}`, id: objectId(first) };
}
