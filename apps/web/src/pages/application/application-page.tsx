import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useEffect } from 'react';
import { ApiError } from '../../api/api-error.js';
import { applicationQuery, treeQuery } from '../../api/applications.js';
import { lazyComponent } from '../../app/lazy-component.js';
import { PageBar } from '../../app/page-bar.js';
import { whenIdle } from '../../app/when-idle.js';
import { ErrorNotice } from '../../kit/notice.js';
import { useLiveApplication } from '../../live/use-live-application.js';
import { lastApplicationsSearch } from '../applications/applications-search.js';
import { AppActions } from './app-actions.js';
import s from './application-page.module.css';
import type { ApplicationSearch } from './application-search.js';
import { Banners } from './banners.js';
import { PageLoading } from './page-loading.js';
import { ResourcePanel } from './panel/resource-panel.js';
import { StatusHead } from './status-head.js';
import { useAppKeys } from './use-app-keys.js';
import { Views } from './views/views.js';

const route = getRouteApi('/app/applications/$name');
const SyncPanel = lazyComponent(async () => (await import('./sync-panel.js')).SyncPanel);
const DeleteDialog = lazyComponent(async () => (await import('./delete-dialog.js')).DeleteDialog);
const OperationPanel = lazyComponent(async () => (await import('./operation-panel.js')).OperationPanel);

export function ApplicationPage() {
  const { name } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const application = useQuery(applicationQuery(name));
  const tree = useQuery(treeQuery(name));
  const app = application.data;
  useLiveApplication(name);
  // The panels people open next are fetched before they ask.
  useEffect(
    () =>
      whenIdle(() => {
        SyncPanel.preload();
        OperationPanel.preload();
        void import('./history/history-view.js');
      }),
    [],
  );

  const change = (patch: Partial<ApplicationSearch>, replace = true) =>
    void navigate({ search: (was) => ({ ...was, ...patch }), replace });
  const openDialog = (dialog: ApplicationSearch['dialog']) => change({ dialog }, false);
  const openNode = (node: string | undefined, tab?: ApplicationSearch['tab']) =>
    change(
      { node, tab: tab ?? (node ? search.tab : undefined), pod: undefined, container: undefined },
      false,
    );
  useAppKeys({ name, search, change, openDialog });

  const isGone = application.error instanceof ApiError && application.error.status === 404;
  const before = (
    <>
      <Link to="/applications" search={lastApplicationsSearch.get()} className={s.back}>
        Applications
      </Link>
      <span className={s.slash} aria-hidden="true">
        /
      </span>
    </>
  );

  if (!app || isGone)
    return (
      <>
        <PageBar title={name} before={before} />
        {application.isError ? (
          <ErrorNotice
            what={isGone ? `${name} does not exist` : `${name} could not be read`}
            error={application.error}
            onRetry={() => void application.refetch()}
            actions={
              <Link to="/applications" search={lastApplicationsSearch.get()}>
                All applications
              </Link>
            }
          />
        ) : (
          <PageLoading />
        )}
      </>
    );

  const nodes = tree.data?.nodes ?? [];
  return (
    <>
      <PageBar title={name} before={before}>
        <AppActions app={app} onDialog={openDialog} onView={(view) => change({ view }, false)} />
      </PageBar>
      <StatusHead
        app={app}
        nodes={nodes}
        onOpen={openNode}
        onDialog={openDialog}
        onView={(view) => change({ view }, false)}
      />
      <Banners app={app} />
      <div className={s.work}>
        <Views app={app} nodes={nodes} tree={tree} search={search} onChange={change} onOpen={openNode} />
        {search.node ? (
          <ResourcePanel
            app={app}
            nodes={nodes}
            id={search.node}
            search={search}
            onChange={change}
            onClose={() => openNode(undefined)}
          />
        ) : null}
      </div>
      {search.dialog === 'sync' ? <SyncPanel app={app} onClose={() => openDialog(undefined)} /> : null}
      {search.dialog === 'delete' ? <DeleteDialog app={app} onClose={() => openDialog(undefined)} /> : null}
      {search.dialog === 'operation' ? (
        <OperationPanel app={app} onClose={() => openDialog(undefined)} />
      ) : null}
    </>
  );
}
