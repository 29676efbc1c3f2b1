import type { TreeNode } from '../../../api/types.js';
import type { HealthStatus } from '../../../status/health.js';
import type { SyncStatus } from '../../../status/sync.js';

/** One box of the ownership tree. */
export interface TreeItem {
  /** Stable over updates: the object's address, or its parent's plus what it stands for. */
  id: string;
  type: 'application' | 'resource' | 'group' | 'more';
  kind: string;
  name: string;
  /** Undefined for kinds without a notion of health. */
  health: HealthStatus | undefined;
  /** The worst health in the whole subtree, itself included. */
  worst: HealthStatus;
  /** Only what comes from Git directly can be in or out of sync. */
  sync: SyncStatus | undefined;
  /** How many objects the box stands for: itself, or the members of a group. */
  count: number;
  counts: readonly { health: HealthStatus; count: number }[];
  node: TreeNode | undefined;
  children: TreeItem[];
}
