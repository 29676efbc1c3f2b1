import { useQueryClient, type QueryKey } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { KubeObject, ObjectList } from '../api/types.js';
import { applyDeltas } from './deltas.js';
import { live } from './live-connection.js';

const isList = (data: unknown): data is ObjectList<KubeObject> =>
  typeof data === 'object' && data !== null && 'items' in data && Array.isArray(data.items);

/** Keeps a cached list of cluster objects current; the cache may hold the list itself or the API's list object. */
export function useLiveObjects(resource: string, namespace: string | undefined, queryKey: QueryKey): void {
  const client = useQueryClient();
  const key = JSON.stringify(queryKey);
  useEffect(() => {
    const target: QueryKey = JSON.parse(key) as QueryKey;
    return live.subscribe(
      { topic: 'cluster', resource, namespace },
      {
        onState: (items) =>
          client.setQueryData(target, (data: unknown) =>
            Array.isArray(data) ? items : { ...(isList(data) ? data : {}), items },
          ),
        onDeltas: (deltas) =>
          client.setQueryData(target, (data: unknown) => {
            if (Array.isArray(data)) return applyDeltas(data as KubeObject[], deltas);
            if (!isList(data)) return data;
            const items = applyDeltas(data.items, deltas);
            return items === data.items ? data : { ...data, items };
          }),
      },
    );
  }, [client, resource, namespace, key]);
}
