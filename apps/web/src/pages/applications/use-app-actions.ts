import { useMutation, useQueryClient } from '@tanstack/react-query';
import { describeError } from '../../api/api-error.js';
import {
  applicationQuery,
  applicationsQuery,
  refreshApplication,
  syncApplication,
  type SyncRequest,
} from '../../api/applications.js';
import type { Application } from '../../api/types.js';
import { toast } from '../../app/toasts.js';
import { applyDeltas } from '../../live/deltas.js';

/** Sync and refresh with their outcome reported; what the server answers is shown at once, never guessed. */
export function useAppActions() {
  const client = useQueryClient();

  const take = (app: Application) => {
    if (!app?.metadata?.name) return;
    client.setQueryData(applicationQuery(app.metadata.name).queryKey, app);
    client.setQueryData(applicationsQuery.queryKey, (list) =>
      list
        ? { ...list, items: applyDeltas(list.items, [{ type: 'MODIFIED', object: app }]) as Application[] }
        : list,
    );
  };

  const sync = useMutation({
    mutationFn: ({ name, request }: { name: string; request?: SyncRequest }) =>
      syncApplication(name, request),
    onSuccess: (app, { name, request }) => {
      take(app);
      toast('busy', request?.dryRun ? `Dry run of ${name} started` : `Sync of ${name} started`);
    },
    onError: (error, { name }) => toast('bad', `${name} was not synced`, describeError(error).message),
  });

  const refresh = useMutation({
    mutationFn: ({ name, kind }: { name: string; kind?: 'normal' | 'hard' }) =>
      refreshApplication(name, kind),
    onSuccess: (app, { name }) => {
      take(app);
      toast('good', `${name} compared with Git`);
      void client.invalidateQueries({ queryKey: ['application', name] });
    },
    onError: (error, { name }) => toast('bad', `${name} was not refreshed`, describeError(error).message),
  });

  return { sync, refresh };
}
