import type { TreeNode } from '../../../api/types.js';

/** The pods an object made, directly or through others; a pod is its own. Newest first, as the newest is asked about. */
export function podsBelow(node: TreeNode, nodes: readonly TreeNode[]): TreeNode[] {
  const below = new Set([node.uid]);
  let grew = true;
  // Owners stand before what they own only by chance, so this repeats until nothing is found; chains are short.
  while (grew) {
    grew = false;
    for (const each of nodes) {
      if (below.has(each.uid) || !each.parentRefs?.some(({ uid }) => below.has(uid))) continue;
      below.add(each.uid);
      grew = true;
    }
  }
  return nodes
    .filter((each) => each.kind === 'Pod' && below.has(each.uid))
    .sort((a, b) => (b.createdAt ?? '').localeCompare(a.createdAt ?? ''));
}
