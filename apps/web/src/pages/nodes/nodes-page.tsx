import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Search, Server } from 'lucide-react';
import { useMemo } from 'react';
import { nodesQuery, podsQuery } from '../../api/system.js';
import { PageBar } from '../../app/page-bar.js';
import { ErrorNotice, Notice } from '../../kit/notice.js';
import { SearchInput } from '../../kit/search-input.js';
import { SkeletonLines } from '../../kit/skeleton.js';
import { useLiveObjects } from '../../live/use-live-objects.js';
import { NodeCard } from './node-card.js';
import { summarizeNodes } from './node-summary.js';
import s from './nodes-page.module.css';
import { PodGrid } from './pod-grid.js';

const route = getRouteApi('/app/nodes');

/** The machines of the cluster, what runs on them and how full they are. */
export function NodesPage() {
  const search = route.useSearch();
  const change = route.useNavigate();
  const navigate = useNavigate();
  const nodes = useQuery(nodesQuery);
  const pods = useQuery(podsQuery);
  useLiveObjects('nodes', undefined, nodesQuery.queryKey);
  useLiveObjects('pods', undefined, podsQuery.queryKey);

  const summary = useMemo(
    () => summarizeNodes(nodes.data?.items ?? [], pods.data?.items ?? []),
    [nodes.data, pods.data],
  );
  const open = (pod: string) => void navigate({ to: '/cluster', search: { kind: '/v1/pods', object: pod } });

  const body = () => {
    const error = nodes.error ?? pods.error;
    if (error && !nodes.data)
      return (
        <ErrorNotice what="The nodes could not be read" error={error} onRetry={() => void nodes.refetch()} />
      );
    if (!nodes.data)
      return (
        <div className={s.grid}>
          <SkeletonLines count={3} height={180} />
        </div>
      );
    if (summary.nodes.length === 0)
      return (
        <Notice icon={<Server size={20} />} title="No nodes">
          The cluster has no machines, so nothing can run. <code>LOTSE_NODES</code> says how many it starts
          with.
        </Notice>
      );
    return (
      <div className={s.grid} tabIndex={0} role="region" aria-label="Nodes">
        {summary.nodes.map((node) => (
          <NodeCard key={node.name} node={node} find={search.q} onOpen={open} />
        ))}
        {summary.unplaced.length > 0 ? (
          <section className={s.unplaced} aria-label="Waiting for a node">
            <h2>Waiting for a node</h2>
            <PodGrid pods={summary.unplaced} find={search.q} onOpen={open} />
          </section>
        ) : null}
      </div>
    );
  };

  return (
    <>
      <PageBar title="Nodes" after={<span className={s.count}>{summary.nodes.length || ''}</span>}>
        <SearchInput
          label="Find pods"
          placeholder="Find pods"
          icon={<Search size={14} />}
          value={search.q ?? ''}
          onChange={(q) => void change({ search: q ? { q } : {}, replace: true })}
          className={s.find}
        />
      </PageBar>
      {body()}
    </>
  );
}
