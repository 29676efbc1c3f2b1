import { useQuery } from '@tanstack/react-query';
import { resourceQuery } from '../../../api/applications.js';
import type { ManagedResource, ObjectRef } from '../../../api/types.js';
import { parseState } from '../../../code/to-yaml.js';
import { ErrorNotice } from '../../../kit/notice.js';
import { SkeletonLines } from '../../../kit/skeleton.js';
import s from './resource-panel.module.css';
import { YamlPanel } from './yaml-panel.js';

/** The object as it is in the cluster right now. */
export function LiveTab({
  name,
  refTo,
  managed,
}: {
  name: string;
  refTo: ObjectRef;
  managed: ManagedResource | undefined;
}) {
  const live = useQuery(resourceQuery(name, refTo));
  const state = live.data ?? managed?.liveState;
  if (!state && live.isError)
    return (
      <ErrorNotice
        what="The live object could not be read"
        error={live.error}
        onRetry={() => void live.refetch()}
      />
    );
  if (!state)
    return (
      <div className={s.loading}>
        <SkeletonLines count={10} />
      </div>
    );
  return <YamlPanel value={parseState(state)} label={`Live ${refTo.kind} ${refTo.name}`} />;
}
