import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { LayoutGrid, Plus, Rows3 } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import { applicationsQuery } from '../../api/applications.js';
import { lazyComponent } from '../../app/lazy-component.js';
import { PageBar } from '../../app/page-bar.js';
import { whenIdle } from '../../app/when-idle.js';
import { useShortcut } from '../../keyboard/use-shortcut.js';
import { Button } from '../../kit/button.js';
import { Select } from '../../kit/field.js';
import { ErrorNotice } from '../../kit/notice.js';
import { Segmented } from '../../kit/segmented.js';
import { toRow } from './app-row.js';
import { AppTable } from './app-table.js';
import { AppTiles } from './app-tiles.js';
import s from './applications-page.module.css';
import {
  lastApplicationsSearch,
  SORT_ORDERS,
  type ApplicationsSearch,
  type SortOrder,
} from './applications-search.js';
import { BulkBar } from './bulk-bar.js';
import { filterApps, healthCounts, syncCounts } from './filter-apps.js';
import { FilterBar } from './filter-bar.js';
import { HealthBar } from './health-bar.js';
import { ListLoading } from './list-loading.js';
import { NoApplications } from './no-applications.js';

const route = getRouteApi('/app/applications');
const CreateDialog = lazyComponent(async () => (await import('./create-dialog.js')).CreateDialog);

const SORT_WORDS: Record<SortOrder, string> = { name: 'Name', worst: 'Worst first', recent: 'Last deployed' };

export function ApplicationsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const list = useQuery(applicationsQuery);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());

  useEffect(() => lastApplicationsSearch.set(search), [search]);
  useEffect(() => whenIdle(CreateDialog.preload), []);

  const items = list.data?.items;
  const rows = useMemo(() => items?.map(toRow) ?? [], [items]);
  const shown = useMemo(() => filterApps(rows, search), [rows, search]);
  const healths = useMemo(() => healthCounts(rows, search), [rows, search]);
  const syncs = useMemo(() => syncCounts(rows, search), [rows, search]);

  const change = (patch: Partial<ApplicationsSearch>) =>
    void navigate({ search: (was) => ({ ...was, ...patch }), replace: true });
  const openCreate = () => void navigate({ search: (was) => ({ ...was, create: true as const }) });
  const toggle = (name: string) =>
    setSelected((was) => {
      const next = new Set(was);
      if (!next.delete(name)) next.add(name);
      return next;
    });

  useShortcut('n', 'New application', 'Applications', openCreate);
  useShortcut('v', 'Switch between tiles and table', 'Applications', () =>
    change({ view: search.view ? undefined : 'table' }),
  );

  const body = () => {
    if (list.isPending) return <ListLoading />;
    if (list.isError && !items)
      return (
        <ErrorNotice
          what="The applications could not be read"
          error={list.error}
          onRetry={() => void list.refetch()}
        />
      );
    if (shown.length === 0)
      return (
        <NoApplications
          isEmpty={rows.length === 0}
          onCreate={openCreate}
          onClear={() => void navigate({ search: (was) => onlyView(was) })}
        />
      );
    const View = search.view === 'table' ? AppTable : AppTiles;
    return (
      <View
        rows={shown}
        selected={selected}
        onToggle={toggle}
        onSelectAll={(all) => setSelected(new Set(all ? shown.map(({ name }) => name) : []))}
      />
    );
  };

  return (
    <>
      <PageBar
        title="Applications"
        after={rows.length > 0 ? <span className={s.count}>{rows.length.toLocaleString()}</span> : null}
      >
        <Button look="primary" onClick={openCreate} aria-keyshortcuts="n">
          <Plus size={15} />
          New application
        </Button>
      </PageBar>
      {rows.length > 0 ? (
        <div className={s.tools}>
          <HealthBar
            healths={healths}
            syncs={syncs}
            chosenHealth={search.health ?? []}
            chosenSync={search.sync ?? []}
            onHealth={(health) => change({ health })}
            onSync={(sync) => change({ sync })}
          />
          <div className={s.filters}>
            <FilterBar rows={rows} search={search} onChange={change} />
            <div className={s.views}>
              <Select
                dense
                aria-label="Order"
                className={s.sort}
                value={search.sort ?? 'name'}
                onChange={(event) => {
                  const sort = SORT_ORDERS.find((order) => order === event.target.value);
                  change({ sort: sort === 'name' ? undefined : sort });
                }}
              >
                {SORT_ORDERS.map((order) => (
                  <option key={order} value={order}>
                    {SORT_WORDS[order]}
                  </option>
                ))}
              </Select>
              <Segmented
                label="View"
                value={search.view ?? 'tiles'}
                onChange={(view) => change({ view: view === 'table' ? 'table' : undefined })}
                options={[
                  { value: 'tiles', label: 'Tiles', icon: <LayoutGrid size={14} />, hideLabel: true },
                  { value: 'table', label: 'Table', icon: <Rows3 size={14} />, hideLabel: true },
                ]}
              />
            </div>
          </div>
        </div>
      ) : null}
      {body()}
      {selected.size > 0 ? (
        <BulkBar
          rows={rows.filter(({ name }) => selected.has(name))}
          onClear={() => setSelected(new Set())}
        />
      ) : null}
      {search.create ? (
        <CreateDialog onClose={() => void navigate({ search: ({ create: _create, ...was }) => was })} />
      ) : null}
    </>
  );
}

const onlyView = ({ view, sort }: ApplicationsSearch): ApplicationsSearch => ({
  ...(view ? { view } : {}),
  ...(sort ? { sort } : {}),
});
