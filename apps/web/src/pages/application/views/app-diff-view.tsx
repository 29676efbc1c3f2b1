import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { CircleCheck } from 'lucide-react';
import { managedQuery } from '../../../api/applications.js';
import type { Application } from '../../../api/types.js';
import { DiffSections } from '../../../code/diff-sections.js';
import { managedChanges } from '../../../code/pair-manifests.js';
import { ErrorNotice, Notice } from '../../../kit/notice.js';
import { SkeletonLines } from '../../../kit/skeleton.js';
import type { ApplicationSearch } from '../application-search.js';
import s from './padded.module.css';

interface AppDiffViewProps {
  app: Application;
  search: ApplicationSearch;
  onChange: (patch: Partial<ApplicationSearch>) => void;
}

/** What a sync would change now: what is live against what it would become. */
export function AppDiffView({ app, search, onChange }: AppDiffViewProps) {
  const managed = useQuery(managedQuery(app.metadata.name));
  const changes = useMemo(() => managedChanges(managed.data ?? []), [managed.data]);
  if (managed.isError && !managed.data)
    return (
      <ErrorNotice
        what="The comparison could not be read"
        error={managed.error}
        onRetry={() => void managed.refetch()}
      />
    );
  if (!managed.data)
    return (
      <div className={s.padded}>
        <SkeletonLines count={8} />
      </div>
    );
  if (changes.length === 0)
    return (
      <Notice icon={<CircleCheck size={20} />} title="No differences">
        Everything in the cluster is what Git says.
      </Notice>
    );
  return (
    <div className={s.padded}>
      <DiffSections
        changes={changes}
        isSplit={search.split === true}
        onSplit={(split) => onChange({ split: split || undefined })}
        heading={`A sync would change ${changes.length} of ${managed.data.length} objects.`}
      />
    </div>
  );
}
