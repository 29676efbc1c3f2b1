import { useQuery } from '@tanstack/react-query';
import { Search } from 'lucide-react';
import { useMemo } from 'react';
import { objectsQuery } from '../../api/system.js';
import type { ApiResource } from '../../api/types.js';
import { Ago } from '../../kit/ago.js';
import { Select } from '../../kit/field.js';
import { MiddleText } from '../../kit/middle-text.js';
import { ErrorNotice, Notice } from '../../kit/notice.js';
import { SearchInput } from '../../kit/search-input.js';
import { SkeletonLines } from '../../kit/skeleton.js';
import { useVirtualRows } from '../../kit/use-virtual-rows.js';
import { VirtualRow, VirtualTable, wholeRow } from '../../kit/virtual-table.js';
import { useLiveObjects } from '../../live/use-live-objects.js';
import { podState } from '../nodes/node-summary.js';
import { HealthGlyph } from '../../status/status-label.js';
import { objectAddress, stateWord, type KindParts } from './kind-address.js';
import { ObjectPanel } from './object-panel.js';
import s from './object-table.module.css';

interface Search {
  q?: string | undefined;
  namespace?: string | undefined;
  object?: string | undefined;
}

interface ObjectTableProps {
  parts: KindParts;
  kind: ApiResource | undefined;
  search: Search;
  onChange: (patch: {
    q?: string | undefined;
    namespace?: string | undefined;
    object?: string | undefined;
  }) => void;
}

const HEADS = ['Name', 'Namespace', 'State', 'Age'];

/** The objects of one kind, live. */
export function ObjectTable({ parts, kind, search, onChange }: ObjectTableProps) {
  const query = objectsQuery(parts);
  const objects = useQuery(query);
  useLiveObjects(
    parts.group ? `${parts.resource}.${parts.group}` : parts.resource,
    undefined,
    query.queryKey,
  );

  const all = useMemo(() => objects.data?.items ?? [], [objects.data]);
  const namespaces = useMemo(
    () => [...new Set(all.flatMap(({ metadata }) => metadata.namespace ?? []))].sort(),
    [all],
  );
  const rows = useMemo(() => {
    const text = (search.q ?? '').toLowerCase();
    return all
      .filter(
        (object) =>
          (!search.namespace || object.metadata.namespace === search.namespace) &&
          objectAddress(object).toLowerCase().includes(text),
      )
      .sort((a, b) => (objectAddress(a) < objectAddress(b) ? -1 : 1));
  }, [all, search.q, search.namespace]);
  const open = search.object ? all.find((object) => objectAddress(object) === search.object) : undefined;
  const isPod = parts.resource === 'pods' && parts.group === '';
  const table = useVirtualRows(rows.length);

  const body = () => {
    if (objects.isError && !objects.data)
      return (
        <ErrorNotice
          what={`${kind?.kind ?? 'These'} objects could not be read`}
          error={objects.error}
          onRetry={() => void objects.refetch()}
        />
      );
    if (!objects.data)
      return (
        <div className={s.loading}>
          <SkeletonLines count={10} height={20} />
        </div>
      );
    if (rows.length === 0)
      return <Notice title={all.length === 0 ? `No ${kind?.kind ?? 'object'} exists` : 'Nothing matches'} />;
    return (
      <VirtualTable label={kind?.kind ?? parts.resource} rows={table} heads={HEADS} className={s.table}>
        {(index, top) => {
          const object = rows[index];
          if (!object) return null;
          const address = objectAddress(object);
          const pod = isPod ? podState(object) : undefined;
          return (
            <VirtualRow key={address} index={index} top={top} isMarked={address === search.object}>
              <span role="cell">
                <button
                  type="button"
                  className={wholeRow}
                  onClick={() => onChange({ object: address === search.object ? undefined : address })}
                >
                  <MiddleText text={object.metadata.name} />
                </button>
              </span>
              <span role="cell" className={s.quiet}>
                {object.metadata.namespace ?? '–'}
              </span>
              <span role="cell" className={s.state}>
                {pod ? (
                  <>
                    <HealthGlyph health={pod.health} size={13} /> {pod.note}
                  </>
                ) : (
                  (stateWord(object) ?? '–')
                )}
              </span>
              <span role="cell" className={s.quiet}>
                <Ago time={object.metadata.creationTimestamp} />
              </span>
            </VirtualRow>
          );
        }}
      </VirtualTable>
    );
  };

  return (
    <div className={s.columns}>
      <div className={s.main}>
        <div className={s.bar}>
          <SearchInput
            label="Find objects"
            placeholder="Find"
            icon={<Search size={14} />}
            value={search.q ?? ''}
            onChange={(q) => onChange({ q: q || undefined })}
            className={s.find}
          />
          {namespaces.length > 1 || search.namespace ? (
            <Select
              dense
              aria-label="Namespace"
              className={s.namespace}
              value={search.namespace ?? ''}
              onChange={(event) => onChange({ namespace: event.target.value || undefined })}
            >
              <option value="">All namespaces</option>
              {namespaces.map((namespace) => (
                <option key={namespace}>{namespace}</option>
              ))}
            </Select>
          ) : null}
          <span className={s.count}>{rows.length.toLocaleString()}</span>
        </div>
        {body()}
      </div>
      {open ? (
        <ObjectPanel
          object={open}
          kind={kind?.kind ?? open.kind ?? parts.resource}
          onClose={() => onChange({ object: undefined })}
        />
      ) : null}
    </div>
  );
}
