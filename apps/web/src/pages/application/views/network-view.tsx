import { useMemo, useState } from 'react';
import type { Application, TreeNode } from '../../../api/types.js';
import { Notice } from '../../../kit/notice.js';
import type { ApplicationSearch, NodeTab } from '../application-search.js';
import { objectId } from '../object-id.js';
import { chooseVisible } from '../tree/choose-visible.js';
import { groupSiblings } from '../tree/group-siblings.js';
import { TreeCanvas } from '../tree/tree-canvas.js';
import type { TreeItem } from '../tree/tree-item.js';
import { networkTree } from './network-forest.js';

interface NetworkViewProps {
  app: Application;
  nodes: readonly TreeNode[];
  search: ApplicationSearch;
  onOpen: (id: string | undefined, tab?: NodeTab) => void;
}

/** Where traffic enters and which pods answer it. */
export function NetworkView({ app, nodes, search, onOpen }: NetworkViewProps) {
  const [openGroups, setOpenGroups] = useState<ReadonlySet<string>>(new Set());
  const root = useMemo(
    () => chooseVisible(groupSiblings(networkTree(app, nodes), openGroups)).root,
    [app, nodes, openGroups],
  );
  const toggleGroup = ({ id }: TreeItem) =>
    setOpenGroups((was) => {
      const next = new Set(was);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  if (root.children.length === 0)
    return <Notice title="No traffic">This application has no services or ingresses.</Notice>;
  const openItem = search.node ? findItem(root, search.node) : undefined;
  return (
    <TreeCanvas
      label={`Traffic of ${app.metadata.name}`}
      root={root}
      openId={openItem?.id}
      onToggleGroup={toggleGroup}
      onOpen={(item) => {
        if (item.type === 'group') toggleGroup(item);
        else if (item.node) onOpen(objectId(item.node));
      }}
    />
  );
}

function findItem(item: TreeItem, id: string): TreeItem | undefined {
  if (item.node && objectId(item.node) === id) return item;
  for (const child of item.children) {
    const found = findItem(child, id);
    if (found) return found;
  }
  return undefined;
}
