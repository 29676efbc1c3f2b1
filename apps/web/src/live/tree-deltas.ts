import type { KubeObject, TreeNode } from '../api/types.js';
import type { Delta } from './deltas.js';

/** A node of an application's tree, as it travels in a live message. */
interface TreeNodeObject extends KubeObject {
  node: TreeNode;
}

/** Whether a live object stands for a node of the tree. */
export function isTreeNode(object: KubeObject): object is TreeNodeObject {
  return (
    object.kind === 'TreeNode' && 'node' in object && typeof object.node === 'object' && object.node !== null
  );
}

/** The nodes after a batch of changes; nodes are known by their uid, as names repeat between kinds. */
export function applyNodeDeltas(nodes: readonly TreeNode[], deltas: readonly Delta[]): readonly TreeNode[] {
  const changes = new Map<string, TreeNode | undefined>();
  for (const { type, object } of deltas) {
    if (isTreeNode(object)) changes.set(object.node.uid, type === 'DELETED' ? undefined : object.node);
  }
  if (changes.size === 0) return nodes;
  const next: TreeNode[] = [];
  for (const node of nodes) {
    if (!changes.has(node.uid)) next.push(node);
    else {
      const changed = changes.get(node.uid);
      if (changed) next.push(changed);
      changes.delete(node.uid);
    }
  }
  for (const node of changes.values()) if (node) next.push(node);
  return next;
}
