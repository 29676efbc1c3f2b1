import { Search, X } from 'lucide-react';
import { useRef } from 'react';
import { useShortcut } from '../../keyboard/use-shortcut.js';
import { Button } from '../../kit/button.js';
import { SearchInput } from '../../kit/search-input.js';
import { useSettledText } from '../../kit/use-settled-text.js';
import { HEALTH_STATUSES } from '../../status/health.js';
import { SYNC_STATUSES, syncLabel, toSync } from '../../status/sync.js';
import { HealthGlyph, SyncGlyph } from '../../status/status-label.js';
import { toHealth } from '../../status/health.js';
import type { AppRow } from './app-row.js';
import type { ApplicationsSearch } from './applications-search.js';
import { FacetFilter } from './facet-filter.js';
import { FACETS, isFiltered, type Facet } from './filter-apps.js';
import s from './filter-bar.module.css';

interface FilterBarProps {
  rows: readonly AppRow[];
  search: ApplicationsSearch;
  onChange: (patch: Partial<ApplicationsSearch>) => void;
}

const NAMES: Record<Facet, string> = {
  health: 'Health',
  sync: 'Sync',
  project: 'Project',
  namespace: 'Namespace',
  labels: 'Labels',
};

export function FilterBar({ rows, search, onChange }: FilterBarProps) {
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useSettledText(search.q ?? '', (q) => onChange({ q: q || undefined }));

  useShortcut('/', 'Find in the list', 'Applications', () => field.current?.focus());

  const choose = (facet: Facet, values: string[] | undefined) => {
    switch (facet) {
      case 'health':
        return onChange({ health: values && HEALTH_STATUSES.filter((each) => values.includes(each)) });
      case 'sync':
        return onChange({ sync: values && SYNC_STATUSES.filter((each) => values.includes(each)) });
      case 'project':
      case 'namespace':
      case 'labels':
        return onChange({ [facet]: values });
    }
  };

  return (
    <div className={s.bar} role="search">
      <SearchInput
        ref={field}
        icon={<Search size={14} />}
        label="Find applications"
        placeholder="Find by name, project, path, label"
        keys="/"
        value={text}
        onChange={setText}
        className={s.find}
      />
      {FACETS.map((facet) => (
        <FacetFilter
          key={facet}
          name={NAMES[facet]}
          rows={rows}
          search={search}
          facet={facet}
          onChange={(values) => choose(facet, values)}
          render={
            facet === 'health'
              ? (value) => (
                  <>
                    <HealthGlyph health={toHealth(value)} size={13} /> {value}
                  </>
                )
              : facet === 'sync'
                ? (value) => (
                    <>
                      <SyncGlyph sync={toSync(value)} size={13} /> {syncLabel(toSync(value))}
                    </>
                  )
                : undefined
          }
        />
      ))}
      {isFiltered(search) ? (
        <Button
          look="quiet"
          size="s"
          onClick={() => {
            setText('');
            onChange({
              q: undefined,
              health: undefined,
              sync: undefined,
              project: undefined,
              namespace: undefined,
              labels: undefined,
            });
          }}
        >
          <X size={13} /> Clear
        </Button>
      ) : null}
    </div>
  );
}
