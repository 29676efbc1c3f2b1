import type { ApiClient } from '../api/api-client.js';
import { applicationPath, type Application } from '../api/application.js';

/** What the command line reads of an object below an application. */
export interface TreeNode {
  readonly kind: string;
  readonly name: string;
  readonly health?: { readonly status?: string; readonly message?: string };
  readonly info?: readonly { readonly name: string; readonly value: string }[];
}

/** The commonest trouble of the pods below an application: `Pod web-1 ImagePullBackOff, 2 more: MESSAGE`. */
export function troubleOf(nodes: readonly TreeNode[]): string | undefined {
  const byReason = new Map<string, TreeNode[]>();
  for (const node of nodes) {
    if (node.kind !== 'Pod' || node.health?.status !== 'Degraded') continue;
    const reason = node.info?.find(({ name }) => name === 'Status Reason')?.value ?? 'Degraded';
    byReason.set(reason, [...(byReason.get(reason) ?? []), node]);
  }
  const [commonest] = [...byReason].sort(([, a], [, b]) => b.length - a.length);
  const [reason, [first, ...others] = []] = commonest ?? [];
  if (reason === undefined || !first) return undefined;
  const more = others.length > 0 ? `, ${others.length} more` : '';
  const message = first.health?.message;
  return `Pod ${first.name} ${reason}${more}${message ? `: ${message}` : ''}`;
}

/** The same of an application of the server; nothing when it is well. */
export async function troubleBelow(
  api: ApiClient,
  { metadata, status }: Application,
): Promise<string | undefined> {
  if (status?.health?.status === 'Healthy') return undefined;
  const { nodes } = await api.get<{ nodes: TreeNode[] }>(`${applicationPath(metadata.name)}/resource-tree`);
  return troubleOf(nodes);
}
