import { GitCommitHorizontal } from 'lucide-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { revisionQuery } from '../../api/applications.js';
import type { Application, TreeNode } from '../../api/types.js';
import { Ago } from '../../kit/ago.js';
import { toHealth } from '../../status/health.js';
import { toSync } from '../../status/sync.js';
import { HealthLabel, SyncLabel } from '../../status/status-label.js';
import { sourceOf, repoName } from '../applications/app-row.js';
import { ShortRevision } from '../applications/short-revision.js';
import type { ApplicationSearch } from './application-search.js';
import { OperationSummary } from './operation-summary.js';
import s from './status-head.module.css';
import { troubleOf } from './trouble.js';

interface StatusHeadProps {
  app: Application;
  nodes: readonly TreeNode[];
  onOpen: (id: string) => void;
  onDialog: (dialog: ApplicationSearch['dialog']) => void;
  onView: (view: ApplicationSearch['view']) => void;
}

/** The four questions on top of the page: is it well, is it what Git says, what is it, what happened last. */
export function StatusHead({ app, nodes, onOpen, onDialog, onView }: StatusHeadProps) {
  const { status } = app;
  const trouble = useMemo(() => troubleOf(nodes), [nodes]);
  const health = toHealth(status?.health?.status);
  const sync = toSync(status?.sync?.status);
  const behind = (status?.resources ?? []).filter((resource) => resource.status === 'OutOfSync').length;
  return (
    <section className={s.head} aria-label="Status">
      <div className={s.cell}>
        <h2 className={s.title}>Health</h2>
        <div className={s.value}>
          <HealthLabel health={health} toned size={16} />
        </div>
        {trouble && health !== 'Healthy' ? (
          <button
            type="button"
            className={s.trouble}
            title={status?.health?.message}
            onClick={() => onOpen(trouble.id)}
          >
            {trouble.text}
          </button>
        ) : (
          <p className={s.note} title={status?.health?.message}>
            {status?.health?.message ?? healthNote(app)}
          </p>
        )}
      </div>
      <div className={s.cell}>
        <h2 className={s.title}>Sync</h2>
        <div className={s.value}>
          {sync === 'OutOfSync' ? (
            <button type="button" className={s.link} onClick={() => onView('diff')}>
              <SyncLabel sync={sync} toned size={16} />
            </button>
          ) : (
            <SyncLabel sync={sync} toned size={16} />
          )}
        </div>
        <p className={s.note}>
          {behind > 0 ? `${behind} of ${status?.resources?.length ?? 0} differ · ` : ''}
          {autoWord(app)}
        </p>
      </div>
      <Revision app={app} />
      <div className={s.cell}>
        <h2 className={s.title}>Last operation</h2>
        <OperationSummary app={app} onOpen={() => onDialog('operation')} />
      </div>
    </section>
  );
}

function Revision({ app }: { app: Application }) {
  const revision = app.status?.sync?.revision ?? app.status?.sync?.revisions?.[0];
  const source = sourceOf(app);
  const entry = app.status?.history?.find((each) => each.revision === revision);
  const known = entry?.message !== undefined;
  const asked = useQuery({
    ...revisionQuery(app.metadata.name, source?.repoURL ?? '', revision ?? ''),
    enabled: revision !== undefined && !known,
  });
  const message = entry?.message ?? asked.data?.message;
  const author = entry?.author ?? asked.data?.author;
  return (
    <div className={s.cell}>
      <h2 className={s.title}>
        {repoName(source?.repoURL ?? '')} <span aria-hidden="true">·</span> {source?.targetRevision || 'HEAD'}
      </h2>
      <div className={s.value}>
        <GitCommitHorizontal size={16} className={s.icon} aria-hidden="true" />
        <ShortRevision revision={revision} />
        <span className={s.message} title={message}>
          {message?.split('\n', 1)[0] ?? source?.path ?? source?.chart}
        </span>
      </div>
      <p className={s.note}>
        {author ? `${author.replace(/\s*<.*>$/, '')} · ` : ''}
        {asked.data?.date ? (
          <Ago time={asked.data.date} long />
        ) : entry?.deployedAt ? (
          <>
            deployed <Ago time={entry.deployedAt} long />
          </>
        ) : (
          source?.path
        )}
      </p>
    </div>
  );
}

function healthNote({ status }: Application): string {
  const withHealth = (status?.resources ?? []).filter(({ health }) => health?.status);
  const healthy = withHealth.filter(({ health }) => health?.status === 'Healthy').length;
  return withHealth.length > 0 ? `${healthy} of ${withHealth.length} healthy` : 'Nothing with a health yet';
}

function autoWord({ spec, status }: Application): string {
  const automated = spec.syncPolicy?.automated;
  if (!automated || automated.enabled === false) return 'Manual sync';
  if (status?.rollbackHold) return 'Auto-sync held';
  return ['Auto-sync', automated.prune ? 'prune' : '', automated.selfHeal ? 'self-heal' : '']
    .filter(Boolean)
    .join(', ');
}
