import type { UseQueryResult } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import type { Application, ResourceTree, TreeNode } from '../../../api/types.js';
import { ErrorNotice } from '../../../kit/notice.js';
import { SkeletonLines } from '../../../kit/skeleton.js';
import { TabPanel, Tabs } from '../../../kit/tabs.js';
import {
  APPLICATION_VIEWS,
  type ApplicationSearch,
  type ApplicationView,
  type NodeTab,
} from '../application-search.js';
import { ListView } from './list-view.js';
import { TreeView } from './tree-view.js';
import { ViewFilters } from './view-filters.js';
import s from './views.module.css';

const PodsView = lazy(async () => ({ default: (await import('./pods-view.js')).PodsView }));
const NetworkView = lazy(async () => ({ default: (await import('./network-view.js')).NetworkView }));
const AppDiffView = lazy(async () => ({ default: (await import('./app-diff-view.js')).AppDiffView }));
const HistoryView = lazy(async () => ({ default: (await import('../history/history-view.js')).HistoryView }));
const EventsView = lazy(async () => ({ default: (await import('./events-view.js')).EventsView }));
const DetailsView = lazy(async () => ({ default: (await import('./details-view.js')).DetailsView }));

const NAMES: Record<ApplicationView, string> = {
  tree: 'Tree',
  list: 'List',
  pods: 'Pods',
  network: 'Network',
  diff: 'Diff',
  history: 'History',
  events: 'Events',
  settings: 'Details',
};

/** A tree needs width; on a phone its twin, the list, comes first. */
const DEFAULT_VIEW: ApplicationView = matchMedia('(max-width: 720px)').matches ? 'list' : 'tree';

interface ViewsProps {
  app: Application;
  nodes: readonly TreeNode[];
  tree: UseQueryResult<ResourceTree>;
  search: ApplicationSearch;
  onChange: (patch: Partial<ApplicationSearch>, replace?: boolean) => void;
  onOpen: (id: string | undefined, tab?: NodeTab) => void;
}

/** The ways to look at an application. */
export function Views({ app, nodes, tree, search, onChange, onOpen }: ViewsProps) {
  const view = search.view ?? DEFAULT_VIEW;
  const behind = (app.status?.resources ?? []).filter(({ status }) => status === 'OutOfSync').length;
  const needsTree = view === 'tree' || view === 'list' || view === 'pods' || view === 'network';

  const body = () => {
    if (needsTree && tree.isError && !tree.data)
      return (
        <ErrorNotice
          what="The resources could not be read"
          error={tree.error}
          onRetry={() => void tree.refetch()}
        />
      );
    if (needsTree && !tree.data) return loading;
    switch (view) {
      case 'tree':
        return (
          <TreeView
            app={app}
            nodes={nodes}
            search={search}
            onOpen={onOpen}
            onView={(next) => onChange({ view: next }, false)}
          />
        );
      case 'list':
        return <ListView app={app} nodes={nodes} search={search} onOpen={onOpen} />;
      case 'pods':
        return <PodsView nodes={nodes} search={search} onOpen={onOpen} />;
      case 'network':
        return <NetworkView app={app} nodes={nodes} search={search} onOpen={onOpen} />;
      case 'diff':
        return <AppDiffView app={app} search={search} onChange={onChange} />;
      case 'history':
        return <HistoryView app={app} search={search} onChange={onChange} />;
      case 'events':
        return <EventsView app={app} />;
      case 'settings':
        return <DetailsView app={app} />;
    }
  };

  return (
    <Tabs
      label="Views"
      value={view}
      onChange={(next) => onChange({ view: next === DEFAULT_VIEW ? undefined : next }, false)}
      className={s.views}
      listClassName={s.tabs}
      tabs={APPLICATION_VIEWS.map((each) => ({
        value: each,
        label: NAMES[each],
        ...(each === 'diff' ? { count: behind, tone: 'warn' as const } : {}),
      }))}
      trailing={
        view === 'tree' || view === 'list' ? (
          <ViewFilters nodes={nodes} app={app} search={search} onChange={onChange} />
        ) : null
      }
    >
      <TabPanel value={view} className={s.panel} tabIndex={-1}>
        <Suspense fallback={loading}>{body()}</Suspense>
      </TabPanel>
    </Tabs>
  );
}

const loading = (
  <div className={s.loading}>
    <SkeletonLines count={6} height={38} />
  </div>
);
