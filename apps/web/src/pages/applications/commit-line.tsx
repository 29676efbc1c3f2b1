import { useQuery } from '@tanstack/react-query';
import { revisionQuery } from '../../api/applications.js';
import type { AppRow } from './app-row.js';

/** The first line of the commit an application stands at; what it follows until that is known. */
export function CommitLine({ row }: { row: AppRow }) {
  const isCommit = row.revision !== undefined && /^[0-9a-f]{40,64}$/.test(row.revision);
  const commit = useQuery({
    ...revisionQuery(row.name, row.repoURL, row.revision ?? ''),
    enabled: isCommit && row.message === undefined,
  });
  return <>{row.message ?? commit.data?.message?.split('\n', 1)[0] ?? row.target}</>;
}
