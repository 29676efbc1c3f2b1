import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { applicationsQuery } from '../api/applications.js';
import type { Application } from '../api/types.js';
import { announce } from '../app/announcer.js';
import { applyDeltas, latestVersion, type Delta } from './deltas.js';
import { healthChanges } from './health-changes.js';
import { live } from './live-connection.js';

/** Keeps the list of applications in the query cache current for as long as the caller is on the page. */
export function useLiveApplications(): void {
  const client = useQueryClient();
  const list = useQuery(applicationsQuery);
  // With the list at hand the server is asked only for what came after it.
  const isReady = !list.isPending;

  useEffect(() => {
    if (!isReady) return undefined;
    const { queryKey } = applicationsQuery;
    return live.subscribe(
      { topic: 'applications' },
      {
        knownVersion: () => client.getQueryData(queryKey)?.metadata?.resourceVersion,
        onState: (items, resourceVersion) =>
          client.setQueryData(queryKey, {
            items: items as unknown as Application[],
            ...(resourceVersion ? { metadata: { resourceVersion } } : {}),
          }),
        onDeltas: (received) => {
          const deltas = received as unknown as Delta<Application>[];
          client.setQueryData(queryKey, (known) => {
            if (!known) return known;
            for (const sentence of healthChanges(known.items, deltas)) announce(sentence);
            const items = applyDeltas(known.items, deltas);
            const resourceVersion = latestVersion(known.metadata?.resourceVersion, deltas);
            return {
              items: items as Application[],
              ...(resourceVersion ? { metadata: { resourceVersion } } : {}),
            };
          });
        },
      },
    );
  }, [client, isReady]);
}
