import type { UseQueryResult } from '@tanstack/react-query';
import type { ManagedResource } from '../../../api/types.js';
import { parseState } from '../../../code/to-yaml.js';
import { ErrorNotice, Notice } from '../../../kit/notice.js';
import { SkeletonLines } from '../../../kit/skeleton.js';
import s from './resource-panel.module.css';
import { YamlPanel } from './yaml-panel.js';

interface DesiredTabProps {
  query: UseQueryResult<ManagedResource[]>;
  managed: ManagedResource | undefined;
  label: string;
}

/** The object as Git says it should be. */
export function DesiredTab({ query, managed, label }: DesiredTabProps) {
  if (query.isError && !query.data)
    return (
      <ErrorNotice
        what="The desired state could not be read"
        error={query.error}
        onRetry={() => void query.refetch()}
      />
    );
  if (!query.data)
    return (
      <div className={s.loading}>
        <SkeletonLines count={10} />
      </div>
    );
  const target = parseState(managed?.targetState);
  if (target === undefined)
    return (
      <Notice title="Not in Git any more">
        The object is only in the cluster. A sync with prune deletes it.
      </Notice>
    );
  return <YamlPanel value={target} label={`Desired ${label}`} />;
}
