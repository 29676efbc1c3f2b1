import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { applicationsQuery } from '../../api/applications.js';
import { useShortcut } from '../../keyboard/use-shortcut.js';
import { toRow } from '../applications/app-row.js';
import { lastApplicationsSearch } from '../applications/applications-search.js';
import { filterApps } from '../applications/filter-apps.js';
import { useAppActions } from '../applications/use-app-actions.js';
import type { ApplicationSearch } from './application-search.js';

interface AppKeys {
  name: string;
  search: ApplicationSearch;
  change: (patch: Partial<ApplicationSearch>, replace?: boolean) => void;
  openDialog: (dialog: ApplicationSearch['dialog']) => void;
}

const GROUP = 'This application';

/** The keys of an application's page; the letters are those of k9s where the browser leaves them free. */
export function useAppKeys({ name, search, change, openDialog }: AppKeys): void {
  const client = useQueryClient();
  const navigate = useNavigate();
  const { refresh } = useAppActions();

  /** The next or previous application of the list as it was left, filters and order included. */
  const go = (by: number) => {
    const items = client.getQueryData(applicationsQuery.queryKey)?.items ?? [];
    const rows = filterApps(items.map(toRow), lastApplicationsSearch.get());
    const next = rows[rows.findIndex((row) => row.name === name) + by];
    if (next)
      void navigate({
        to: '/applications/$name',
        params: { name: next.name },
        search: search.view ? { view: search.view } : {},
      });
  };

  useShortcut('s', 'Sync…', GROUP, () => openDialog('sync'));
  useShortcut('r', 'Refresh: compare with Git now', GROUP, () => refresh.mutate({ name }));
  useShortcut('t', 'Tree', GROUP, () => change({ view: 'tree' }));
  useShortcut('i', 'List', GROUP, () => change({ view: 'list' }));
  useShortcut('p', 'Pods by node', GROUP, () => change({ view: 'pods' }));
  useShortcut('d', 'Diff', GROUP, () => change({ view: 'diff' }));
  useShortcut('h', 'History', GROUP, () => change({ view: 'history' }));
  useShortcut('l', 'Logs of the open object', GROUP, () => search.node && change({ tab: 'logs' }));
  useShortcut('y', 'YAML of the open object', GROUP, () => search.node && change({ tab: 'live' }));
  useShortcut(
    'Escape',
    'Close the side panel',
    GROUP,
    () => search.node && change({ node: undefined, tab: undefined }),
  );
  useShortcut('J', 'Next application of the list', GROUP, () => go(1));
  useShortcut('K', 'Previous application of the list', GROUP, () => go(-1));
}
