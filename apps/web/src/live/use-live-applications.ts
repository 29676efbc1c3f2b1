import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { applicationsQuery } from '../api/applications.js';
import type { Application } from '../api/types.js';
import { announce } from '../app/announcer.js';
import { applyDeltas, type Delta } from './deltas.js';
import { healthChanges } from './health-changes.js';
import { live } from './live-connection.js';

/** Keeps the list of applications in the query cache current for as long as the caller is on the page. */
export function useLiveApplications(): void {
  const client = useQueryClient();
  useEffect(
    () =>
      live.subscribe(
        { topic: 'applications' },
        {
          onState: (items, resourceVersion) =>
            client.setQueryData(applicationsQuery.queryKey, {
              items: items as unknown as Application[],
              ...(resourceVersion ? { metadata: { resourceVersion } } : {}),
            }),
          onDeltas: (deltas) =>
            client.setQueryData(applicationsQuery.queryKey, (list) => {
              if (!list) return list;
              const items = applyDeltas(list.items, deltas as unknown as Delta<Application>[]);
              for (const sentence of healthChanges(list.items, deltas as unknown as Delta<Application>[]))
                announce(sentence);
              return items === list.items ? list : { ...list, items: items as Application[] };
            }),
        },
      ),
    [client],
  );
}
