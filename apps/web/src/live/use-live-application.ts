import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { applicationQuery, historyQuery, managedQuery, treeQuery } from '../api/applications.js';
import type { Application, KubeObject } from '../api/types.js';
import { isStale } from './deltas.js';
import { live } from './live-connection.js';
import { throttle } from './throttle.js';
import { applyNodeDeltas, isTreeNode } from './tree-deltas.js';

/** Comparing is the dearest answer, and nobody reads faster than this. */
const COMPARE_INTERVAL_MS = 1_000;

/** Keeps one application, its tree and its comparison current for as long as the caller is on the page. */
export function useLiveApplication(name: string): void {
  const client = useQueryClient();

  useEffect(() => {
    // What is not sent live is asked for again; only what is on the screen really is.
    const compare = throttle(() => {
      for (const key of [
        managedQuery(name).queryKey,
        ['application', name, 'resource'],
        ['application', name, 'events'],
      ])
        void client.invalidateQueries({ queryKey: key });
    }, COMPARE_INTERVAL_MS);

    const receive = (object: KubeObject | undefined) => {
      if (!object) return;
      const app = object as unknown as Application;
      const before = client.getQueryData(applicationQuery(name).queryKey);
      if (isStale(app, before)) return;
      client.setQueryData(applicationQuery(name).queryKey, app);
      if (before && latestEntry(before) !== latestEntry(app))
        void client.invalidateQueries({ queryKey: historyQuery(name).queryKey, exact: true });
    };

    const end = live.subscribe(
      { topic: 'application', name },
      {
        onState: (items) => {
          receive(items.find(isApplication));
          client.setQueryData(treeQuery(name).queryKey, (tree) => ({
            ...tree,
            nodes: items.filter(isTreeNode).map(({ node }) => node),
          }));
          compare.call();
        },
        onDeltas: (deltas) => {
          const last = deltas.findLast(({ object }) => isApplication(object));
          if (last?.type === 'DELETED')
            void client.invalidateQueries({ queryKey: applicationQuery(name).queryKey, exact: true });
          else receive(last?.object);
          client.setQueryData(treeQuery(name).queryKey, (tree) => {
            if (!tree) return tree;
            const nodes = applyNodeDeltas(tree.nodes, deltas);
            return nodes === tree.nodes ? tree : { ...tree, nodes: [...nodes] };
          });
          compare.call();
        },
      },
    );
    return () => {
      end();
      compare.cancel();
    };
  }, [client, name]);
}

const isApplication = ({ kind }: KubeObject) => kind === 'Application';
const latestEntry = (app: Application) => app.status?.history?.at(-1)?.id;
