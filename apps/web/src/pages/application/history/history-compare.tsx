import { useQueries } from '@tanstack/react-query';
import { useEffect, useMemo, useRef } from 'react';
import { historyManifestsQuery } from '../../../api/applications.js';
import { DiffSections } from '../../../code/diff-sections.js';
import { pairManifests } from '../../../code/pair-manifests.js';
import { ErrorNotice, Notice } from '../../../kit/notice.js';
import { SkeletonLines } from '../../../kit/skeleton.js';

interface HistoryCompareProps {
  name: string;
  from: number;
  to: number;
  isSplit: boolean;
  onSplit: (isSplit: boolean) => void;
}

/** What changed from one delivery to another, from the manifests that were applied then. */
export function HistoryCompare({ name, from, to, isSplit, onSplit }: HistoryCompareProps) {
  const [before, after] = useQueries({
    queries: [historyManifestsQuery(name, from), historyManifestsQuery(name, to)],
  });
  const changes = useMemo(
    () => pairManifests(before.data ?? [], after.data ?? []),
    [before.data, after.data],
  );
  const start = useRef<HTMLDivElement>(null);
  const isReady = before.data !== undefined && after.data !== undefined;

  useEffect(() => {
    if (isReady) start.current?.scrollIntoView({ behavior: 'smooth', block: 'start' });
  }, [isReady, from, to]);

  const error = before.error ?? after.error;
  if (error) return <ErrorNotice what="The manifests of these entries could not be read" error={error} />;
  if (!isReady) return <SkeletonLines count={8} />;
  if (changes.length === 0)
    return <Notice title="No differences">Both entries applied the same manifests.</Notice>;
  return (
    <div ref={start} style={{ scrollMarginTop: 12 }}>
      <DiffSections
        changes={changes}
        isSplit={isSplit}
        onSplit={onSplit}
        heading={`From entry ${from} to entry ${to}, ${changes.length} ${changes.length === 1 ? 'object' : 'objects'} changed.`}
      />
    </div>
  );
}
