import { useMemo } from 'react';
import { Server } from 'lucide-react';
import type { TreeNode } from '../../../api/types.js';
import { Notice } from '../../../kit/notice.js';
import { toHealth } from '../../../status/health.js';
import { PodCell } from '../../../status/pod-cell.js';
import type { ApplicationSearch, NodeTab } from '../application-search.js';
import { objectId } from '../object-id.js';
import s from './pods-view.module.css';

interface PodsViewProps {
  nodes: readonly TreeNode[];
  search: ApplicationSearch;
  onOpen: (id: string | undefined, tab?: NodeTab) => void;
}

const UNPLACED = 'Not placed on a node';

const infoOf = (node: TreeNode, name: string) => node.info?.find((each) => each.name === name)?.value;

/** Where the application's pods run. */
export function PodsView({ nodes, search, onOpen }: PodsViewProps) {
  const hosts = useMemo(() => {
    const byHost = new Map<string, TreeNode[]>();
    for (const pod of nodes.filter(({ kind }) => kind === 'Pod')) {
      const host = infoOf(pod, 'Node') || UNPLACED;
      byHost.set(host, [...(byHost.get(host) ?? []), pod]);
    }
    return [...byHost].sort(
      ([a], [b]) =>
        Number(a === UNPLACED) - Number(b === UNPLACED) || a.localeCompare(b, undefined, { numeric: true }),
    );
  }, [nodes]);

  if (hosts.length === 0)
    return <Notice title="No pods">This application runs nothing at the moment.</Notice>;
  return (
    <div className={s.scroller}>
      <div className={s.hosts}>
        {hosts.map(([host, pods]) => (
          <section key={host} className={s.host} aria-label={host}>
            <h3 className={s.head}>
              <Server size={14} />
              <span className={s.name}>{host}</span>
              <span className={s.count}>
                {pods.length} {pods.length === 1 ? 'pod' : 'pods'}
              </span>
            </h3>
            <ul className={s.pods}>
              {pods
                .sort((a, b) => a.name.localeCompare(b.name))
                .map((pod) => {
                  const id = objectId(pod);
                  return (
                    <li key={pod.uid}>
                      <PodCell
                        name={pod.name}
                        health={toHealth(pod.health?.status)}
                        note={infoOf(pod, 'Status Reason') ?? ''}
                        isOpen={search.node === id}
                        onOpen={() => onOpen(search.node === id ? undefined : id)}
                      />
                    </li>
                  );
                })}
            </ul>
          </section>
        ))}
      </div>
    </div>
  );
}
