import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { applicationQuery, historyQuery, managedQuery, treeQuery } from '../api/applications.js';
import type { Application } from '../api/types.js';
import { live } from './live-connection.js';
import { throttle } from './throttle.js';

/** The tree is asked for again at most this often while its objects change. */
const TREE_INTERVAL_MS = 400;
/** Comparing is the dearest answer, and nobody reads faster than this. */
const COMPARE_INTERVAL_MS = 1_500;

const CHILD_RESOURCES = ['pods', 'replicasets'];

/** Keeps one application, its tree and its comparison current for as long as the caller is on the page. */
export function useLiveApplication(name: string, namespace: string | undefined): void {
  const client = useQueryClient();

  useEffect(() => {
    const tree = throttle(
      () => void client.invalidateQueries({ queryKey: treeQuery(name).queryKey }),
      TREE_INTERVAL_MS,
    );
    const compare = throttle(() => {
      void client.invalidateQueries({ queryKey: managedQuery(name).queryKey });
      void client.invalidateQueries({ queryKey: ['application', name, 'resource'] });
      void client.invalidateQueries({ queryKey: ['application', name, 'events'] });
    }, COMPARE_INTERVAL_MS);

    const receive = (app: Application) => {
      const before = client.getQueryData(applicationQuery(name).queryKey);
      client.setQueryData(applicationQuery(name).queryKey, app);
      if (latestEntry(before) !== latestEntry(app))
        void client.invalidateQueries({ queryKey: historyQuery(name).queryKey, exact: true });
    };
    const refresh = () => {
      tree.call();
      compare.call();
    };

    const endings = [
      live.subscribe(
        { topic: 'application', name },
        {
          onState: (items) => {
            const app = items.find((item) => item.kind === 'Application' && item.metadata.name === name);
            if (app) receive(app as unknown as Application);
            refresh();
          },
          onDeltas: (deltas) => {
            const apps = deltas.filter(
              ({ object }) => object.kind === 'Application' && object.metadata.name === name,
            );
            const last = apps.at(-1);
            if (last?.type === 'DELETED')
              void client.invalidateQueries({ queryKey: applicationQuery(name).queryKey, exact: true });
            else if (last) receive(last.object as unknown as Application);
            refresh();
          },
        },
      ),
      ...(namespace
        ? CHILD_RESOURCES.map((resource) =>
            live.subscribe(
              { topic: 'cluster', resource, namespace },
              { onState: () => {}, onDeltas: refresh },
            ),
          )
        : []),
    ];
    return () => {
      for (const end of endings) end();
      tree.cancel();
      compare.cancel();
    };
  }, [client, name, namespace]);
}

const latestEntry = (app: Application | undefined) => app?.status?.history?.at(-1)?.id;
