import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useMemo } from 'react';
import { applicationsQuery } from '../api/applications.js';
import { PLACES } from '../app/navigation.js';
import { setTheme, THEMES } from '../app/theme.js';
import { toRow } from '../pages/applications/app-row.js';
import { useAppActions } from '../pages/applications/use-app-actions.js';
import { HEALTH_STATUSES } from '../status/health.js';
import { syncLabel } from '../status/sync.js';
import type { Command } from './rank-commands.js';

/** Everything one can do or go to from here. */
export function useCommands(): Command[] {
  const navigate = useNavigate();
  const { name } = useParams({ strict: false });
  const { data } = useQuery({ ...applicationsQuery, enabled: false });
  const { sync, refresh } = useAppActions();

  return useMemo(() => {
    const here: Command[] = name
      ? [
          {
            id: 'sync',
            label: `Sync ${name}…`,
            group: 'This application',
            keys: 's',
            run: () =>
              void navigate({
                to: '/applications/$name',
                params: { name },
                search: { dialog: 'sync' },
              }),
          },
          {
            id: 'sync-now',
            label: `Sync ${name} now`,
            group: 'This application',
            run: () => sync.mutate({ name }),
          },
          {
            id: 'refresh',
            label: `Refresh ${name}`,
            group: 'This application',
            keys: 'r',
            run: () => refresh.mutate({ name }),
          },
          {
            id: 'hard',
            label: `Hard refresh ${name}`,
            group: 'This application',
            run: () => refresh.mutate({ name, kind: 'hard' }),
          },
          {
            id: 'diff',
            label: 'Show the diff',
            group: 'This application',
            keys: 'd',
            run: () =>
              void navigate({ to: '/applications/$name', params: { name }, search: { view: 'diff' } }),
          },
          {
            id: 'history',
            label: 'Show the history',
            group: 'This application',
            keys: 'h',
            run: () =>
              void navigate({ to: '/applications/$name', params: { name }, search: { view: 'history' } }),
          },
          {
            id: 'delete',
            label: `Delete ${name}…`,
            group: 'This application',
            run: () =>
              void navigate({
                to: '/applications/$name',
                params: { name },
                search: { dialog: 'delete' },
              }),
          },
        ]
      : [];
    const apps: Command[] = (data?.items ?? []).map((app) => {
      const row = toRow(app);
      return {
        id: `app:${row.name}`,
        label: row.name,
        group: 'Applications',
        detail: `${row.project} · ${row.health} · ${syncLabel(row.sync)}`,
        run: () => void navigate({ to: '/applications/$name', params: { name: row.name } }),
      };
    });
    const places: Command[] = PLACES.map(({ to, label, keys }) => ({
      id: to,
      label,
      group: 'Go to',
      keys,
      run: () => void navigate({ to }),
    }));
    const filters: Command[] = HEALTH_STATUSES.map((health) => ({
      id: `filter:${health}`,
      label: `${health} applications`,
      group: 'Filters',
      run: () => void navigate({ to: '/applications', search: { health: [health] } }),
    }));
    const actions: Command[] = [
      {
        id: 'create',
        label: 'New application…',
        group: 'Actions',
        keys: 'n',
        run: () => void navigate({ to: '/applications', search: { create: true } }),
      },
      {
        id: 'repo',
        label: 'Add a repository…',
        group: 'Actions',
        run: () => void navigate({ to: '/settings', search: { section: 'repositories', add: true } }),
      },
      ...THEMES.map((theme) => ({
        id: `theme:${theme}`,
        label: `Theme: ${theme}`,
        group: 'Actions',
        run: () => setTheme(theme),
      })),
    ];
    return [...here, ...places, ...actions, ...filters, ...apps];
    // The mutations' functions are stable; their states do not matter here.
  }, [name, data, navigate, sync.mutate, refresh.mutate]);
}
