import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { resourceQuery } from '../../../api/applications.js';
import type { Application, ObjectRef, ResourceStatus, TreeNode } from '../../../api/types.js';
import { Ago } from '../../../kit/ago.js';
import { ExternalLink } from '../../../kit/external-link.js';
import { Fact, Facts } from '../../../kit/facts.js';
import { HealthLabel, SyncLabel } from '../../../status/status-label.js';
import { toHealth } from '../../../status/health.js';
import { toSync } from '../../../status/sync.js';
import { Conditions } from './conditions.js';
import { OwnerChain } from './owner-chain.js';
import s from './summary-tab.module.css';

interface SummaryTabProps {
  app: Application;
  refTo: ObjectRef;
  node: TreeNode | undefined;
  resource: ResourceStatus | undefined;
  nodes: readonly TreeNode[];
  onOpen: (id: string) => void;
}

/** What one needs to know first: state, why, where it comes from, what it says about itself. */
export function SummaryTab({ app, refTo, node, resource, nodes, onOpen }: SummaryTabProps) {
  const live = useQuery({ ...resourceQuery(app.metadata.name, refTo), enabled: node !== undefined });
  const report = node?.health ?? resource?.health;
  const object = parse(live.data);
  const urls = node?.networkingInfo?.externalURLs ?? [];
  return (
    <div className={s.summary} tabIndex={0} role="region" aria-label="Summary">
      {report?.message ? (
        <p className={s.message} data-trouble={report.status === 'Degraded' || undefined}>
          {report.message}
        </p>
      ) : null}
      {!node && resource ? (
        <p className={s.message}>It is in Git and not in the cluster. A sync creates it.</p>
      ) : null}
      {refTo.kind === 'Application' && refTo.group === 'argoproj.io' ? (
        <p className={s.message}>
          <Link to="/applications/$name" params={{ name: refTo.name }} className={s.link}>
            Open the application {refTo.name}
          </Link>
        </p>
      ) : null}
      <Facts>
        {report?.status ? (
          <Fact name="Health">
            <HealthLabel health={toHealth(report.status)} />
          </Fact>
        ) : null}
        {resource ? (
          <Fact name="Sync">
            <SyncLabel sync={toSync(resource.status)} />
            {resource.requiresPruning ? <span className={s.quiet}> to be pruned</span> : null}
            {resource.syncWave ? <span className={s.quiet}> wave {resource.syncWave}</span> : null}
          </Fact>
        ) : null}
        <Fact name="API">
          {refTo.group ? `${refTo.group}/` : ''}
          {refTo.version ?? ''}
        </Fact>
        {node ? (
          <Fact name="Owners">
            <OwnerChain node={node} nodes={nodes} appName={app.metadata.name} onOpen={onOpen} />
          </Fact>
        ) : null}
        {node?.createdAt ? (
          <Fact name="Created">
            <Ago time={node.createdAt} long />
          </Fact>
        ) : null}
        {(node?.info ?? []).map(({ name, value }) => (
          <Fact key={name} name={name}>
            {value}
          </Fact>
        ))}
        {(node?.images ?? []).length > 0 ? (
          <Fact name="Images">
            {(node?.images ?? []).map((image) => (
              <div key={image}>
                <code>{image}</code>
              </div>
            ))}
          </Fact>
        ) : null}
        {urls.length > 0 ? (
          <Fact name="Links">
            {urls.map((url) => (
              <div key={url}>
                <ExternalLink href={url} />
              </div>
            ))}
          </Fact>
        ) : null}
        {object?.labels && Object.keys(object.labels).length > 0 ? (
          <Fact name="Labels">
            <ul className={s.labels}>
              {Object.entries(object.labels).map(([key, value]) => (
                <li key={key}>
                  <code>
                    {key}={value}
                  </code>
                </li>
              ))}
            </ul>
          </Fact>
        ) : null}
      </Facts>
      {object?.conditions ? <Conditions conditions={object.conditions} /> : null}
    </div>
  );
}

interface Seen {
  labels: Record<string, string> | undefined;
  conditions: unknown;
}

function parse(manifest: string | undefined): Seen | undefined {
  if (!manifest) return undefined;
  try {
    const object = JSON.parse(manifest) as {
      metadata?: { labels?: Record<string, string> };
      status?: { conditions?: unknown };
    };
    return { labels: object.metadata?.labels, conditions: object.status?.conditions };
  } catch {
    return undefined;
  }
}
