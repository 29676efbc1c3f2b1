import type { UseQueryResult } from '@tanstack/react-query';
import { CircleCheck } from 'lucide-react';
import { useMemo } from 'react';
import type { ManagedResource } from '../../../api/types.js';
import { DiffSections } from '../../../code/diff-sections.js';
import { managedChanges } from '../../../code/pair-manifests.js';
import { ErrorNotice, Notice } from '../../../kit/notice.js';
import { SkeletonLines } from '../../../kit/skeleton.js';
import s from './resource-panel.module.css';
import t from './diff-tab.module.css';

interface DiffTabProps {
  query: UseQueryResult<ManagedResource[]>;
  managed: ManagedResource | undefined;
  label: string;
  isSplit: boolean;
  onSplit: (isSplit: boolean) => void;
}

/** What a sync would change of this object. */
export function DiffTab({ query, managed, isSplit, onSplit }: DiffTabProps) {
  const changes = useMemo(() => (managed ? managedChanges([managed]) : []), [managed]);
  if (query.isError && !query.data)
    return (
      <ErrorNotice
        what="The comparison could not be read"
        error={query.error}
        onRetry={() => void query.refetch()}
      />
    );
  if (!query.data)
    return (
      <div className={s.loading}>
        <SkeletonLines count={8} />
      </div>
    );
  if (changes.length === 0)
    return (
      <Notice icon={<CircleCheck size={20} />} title="No differences">
        The object is what Git says.
      </Notice>
    );
  return (
    <div className={t.scroller}>
      <DiffSections
        changes={changes}
        isSplit={isSplit}
        onSplit={onSplit}
        heading="A sync would change this object."
      />
    </div>
  );
}
