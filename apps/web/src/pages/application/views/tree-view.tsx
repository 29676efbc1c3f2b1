import { useMemo, useState } from 'react';
import type { Application, TreeNode } from '../../../api/types.js';
import { Notice } from '../../../kit/notice.js';
import type { ApplicationSearch } from '../application-search.js';
import { buildTree } from '../tree/build-tree.js';
import { chooseVisible } from '../tree/choose-visible.js';
import { filterTree } from '../tree/filter-tree.js';
import { groupSiblings } from '../tree/group-siblings.js';
import { TreeCanvas } from '../tree/tree-canvas.js';
import type { TreeItem } from '../tree/tree-item.js';
import s from './tree-view.module.css';

interface TreeViewProps {
  app: Application;
  nodes: readonly TreeNode[];
  search: ApplicationSearch;
  onOpen: (id: string | undefined) => void;
  /** Another view says more: the details of the application, the list of what is not drawn. */
  onView: (view: 'settings' | 'list') => void;
}

/** Everything the application consists of, who made whom, and what is broken. */
export function TreeView({ app, nodes, search, onOpen, onView }: TreeViewProps) {
  const [openGroups, setOpenGroups] = useState<ReadonlySet<string>>(new Set());
  const { q, kind, health } = search;
  const full = useMemo(() => buildTree(app, nodes), [app, nodes]);
  const visible = useMemo(
    () => chooseVisible(groupSiblings(filterTree(full, { q, kind, health }), openGroups)),
    [full, q, kind, health, openGroups],
  );

  const toggleGroup = (item: TreeItem) =>
    setOpenGroups((was) => {
      const next = new Set(was);
      if (!next.delete(item.id)) next.add(item.id);
      return next;
    });
  const open = (item: TreeItem) => {
    switch (item.type) {
      case 'application':
        return onView('settings');
      case 'more':
        return onView('list');
      case 'group':
        return toggleGroup(item);
      case 'resource':
        return onOpen(item.id === search.node ? undefined : item.id);
    }
  };

  if (full.children.length === 0)
    return (
      <Notice title="Nothing is deployed yet">
        After the first sync, everything the application consists of appears here.
      </Notice>
    );
  return (
    <div className={s.wrap}>
      {visible.drawn < visible.total ? (
        <p className={s.honest} role="status">
          Showing the {visible.drawn} most urgent of {visible.total.toLocaleString()}; filter to see others.
        </p>
      ) : null}
      <TreeCanvas
        label={`Resources of ${app.metadata.name}`}
        root={visible.root}
        openId={search.node}
        onOpen={open}
        onToggleGroup={toggleGroup}
      />
    </div>
  );
}
