import { useQuery } from '@tanstack/react-query';
import { Trash2, X } from 'lucide-react';
import { lazy, Suspense, useEffect, useState } from 'react';
import { managedQuery } from '../../../api/applications.js';
import type { Application, TreeNode } from '../../../api/types.js';
import { whenIdle } from '../../../app/when-idle.js';
import { IconButton } from '../../../kit/button.js';
import { Notice } from '../../../kit/notice.js';
import { SkeletonLines } from '../../../kit/skeleton.js';
import { TabPanel, Tabs } from '../../../kit/tabs.js';
import { KindIcon } from '../../../status/kind-icon.js';
import { HealthLabel, SyncLabel } from '../../../status/status-label.js';
import { toHealth } from '../../../status/health.js';
import { toSync } from '../../../status/sync.js';
import type { ApplicationSearch, NodeTab } from '../application-search.js';
import { objectId, parseObjectId } from '../object-id.js';
import { DeleteResourceDialog } from './delete-resource-dialog.js';
import s from './resource-panel.module.css';
import { SummaryTab } from './summary-tab.js';

const LiveTab = lazy(async () => ({ default: (await import('./live-tab.js')).LiveTab }));
const DesiredTab = lazy(async () => ({ default: (await import('./desired-tab.js')).DesiredTab }));
const DiffTab = lazy(async () => ({ default: (await import('./diff-tab.js')).DiffTab }));
const ObjectEvents = lazy(async () => ({ default: (await import('./object-events.js')).ObjectEvents }));
const LogsTab = lazy(async () => ({ default: (await import('./logs-tab.js')).LogsTab }));

/** Kinds that have logs: pods, and what makes them. */
const WITH_LOGS = new Set(['Pod', 'ReplicaSet', 'Deployment', 'StatefulSet', 'DaemonSet', 'Job']);

const NAMES: Record<NodeTab, string> = {
  summary: 'Summary',
  live: 'Live',
  desired: 'Desired',
  diff: 'Diff',
  events: 'Events',
  logs: 'Logs',
};

interface ResourcePanelProps {
  app: Application;
  nodes: readonly TreeNode[];
  id: string;
  search: ApplicationSearch;
  onChange: (patch: Partial<ApplicationSearch>) => void;
  onClose: () => void;
}

/** One object from every side, beside the picture it was opened from. */
export function ResourcePanel({ app, nodes, id, search, onChange, onClose }: ResourcePanelProps) {
  const [isDeleting, setDeleting] = useState(false);
  useEffect(() => whenIdle(() => void import('../../../code/yaml-editor.js')), []);
  const parsed = parseObjectId(id);
  const node = nodes.find((each) => objectId(each) === id);
  const resource = (app.status?.resources ?? []).find((each) => objectId(each) === id);
  const managed = useQuery({ ...managedQuery(app.metadata.name), enabled: resource !== undefined });
  const pair = managed.data?.find((each) => objectId(each) === id);
  const ref = node ?? resource ?? parsed;

  if (!ref)
    return (
      <aside className={s.panel} aria-label="Object">
        <Notice title="This address names no object" />
      </aside>
    );

  const tabs: NodeTab[] = [
    'summary',
    ...(node ? (['live'] as const) : []),
    ...(resource ? (['desired', 'diff'] as const) : []),
    'events',
    ...(node && WITH_LOGS.has(ref.kind) ? (['logs'] as const) : []),
  ];
  const tab = search.tab && tabs.includes(search.tab) ? search.tab : 'summary';
  const version = node?.version ?? resource?.version;
  const full = {
    ...(ref.group ? { group: ref.group } : {}),
    ...(version ? { version } : {}),
    kind: ref.kind,
    ...(ref.namespace ? { namespace: ref.namespace } : {}),
    name: ref.name,
  };

  const body = () => {
    switch (tab) {
      case 'summary':
        return (
          <SummaryTab
            app={app}
            refTo={full}
            node={node}
            resource={resource}
            nodes={nodes}
            onOpen={(next) => onChange({ node: next })}
          />
        );
      case 'live':
        return <LiveTab name={app.metadata.name} refTo={full} managed={pair} />;
      case 'desired':
        return <DesiredTab query={managed} managed={pair} label={`${ref.kind} ${ref.name}`} />;
      case 'diff':
        return (
          <DiffTab
            query={managed}
            managed={pair}
            label={`${ref.kind} ${ref.name}`}
            isSplit={search.split === true}
            onSplit={(split) => onChange({ split: split || undefined })}
          />
        );
      case 'events':
        return <ObjectEvents name={app.metadata.name} refTo={full} uid={node?.uid} />;
      case 'logs':
        return (
          <LogsTab
            name={app.metadata.name}
            refTo={full}
            nodes={nodes}
            node={node}
            search={search}
            onChange={onChange}
          />
        );
    }
  };

  return (
    <aside
      className={s.panel}
      data-wide={tab !== 'summary' || undefined}
      aria-label={`${ref.kind} ${ref.name}`}
    >
      <header className={s.head}>
        <span className={s.icon}>
          <KindIcon kind={ref.kind} size={17} />
        </span>
        <div className={s.titles}>
          <h2 className={s.title} title={ref.name}>
            {ref.name}
          </h2>
          <p className={s.sub}>
            {ref.kind}
            {ref.namespace ? ` in ${ref.namespace}` : ''}
          </p>
        </div>
        <div className={s.states}>
          {resource ? <SyncLabel sync={toSync(resource.status)} /> : null}
          {(node?.health?.status ?? resource?.health?.status) ? (
            <HealthLabel health={toHealth(node?.health?.status ?? resource?.health?.status)} />
          ) : null}
        </div>
        {node ? (
          <IconButton label={`Delete ${ref.name}…`} onClick={() => setDeleting(true)}>
            <Trash2 size={15} />
          </IconButton>
        ) : null}
        <IconButton label="Close (Esc)" onClick={onClose}>
          <X size={16} />
        </IconButton>
      </header>
      <Tabs
        label="Object"
        value={tab}
        onChange={(next) => onChange({ tab: next === 'summary' ? undefined : next })}
        className={s.tabs}
        listClassName={s.list}
        tabs={tabs.map((each) => ({ value: each, label: NAMES[each] }))}
      >
        <TabPanel value={tab} className={s.body} tabIndex={-1}>
          <Suspense
            fallback={
              <div className={s.loading}>
                <SkeletonLines count={8} />
              </div>
            }
          >
            {body()}
          </Suspense>
        </TabPanel>
      </Tabs>
      {isDeleting ? (
        <DeleteResourceDialog
          name={app.metadata.name}
          refTo={full}
          isManaged={resource !== undefined}
          onClose={() => setDeleting(false)}
          onDone={onClose}
        />
      ) : null}
    </aside>
  );
}
