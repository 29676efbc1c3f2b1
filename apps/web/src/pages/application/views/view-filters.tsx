import { Search } from 'lucide-react';
import { useMemo, useRef } from 'react';
import type { Application, TreeNode } from '../../../api/types.js';
import { Select } from '../../../kit/field.js';
import { SearchInput } from '../../../kit/search-input.js';
import { useSettledText } from '../../../kit/use-settled-text.js';
import { useShortcut } from '../../../keyboard/use-shortcut.js';
import { HEALTH_STATUSES, toHealth } from '../../../status/health.js';
import type { ApplicationSearch } from '../application-search.js';
import s from './view-filters.module.css';

interface ViewFiltersProps {
  app: Application;
  nodes: readonly TreeNode[];
  search: ApplicationSearch;
  onChange: (patch: Partial<ApplicationSearch>) => void;
}

/** Narrows tree and list; all of it is in the address. */
export function ViewFilters({ app, nodes, search, onChange }: ViewFiltersProps) {
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useSettledText(search.q ?? '', (q) => onChange({ q: q || undefined }));
  useShortcut('/', 'Find an object', 'This application', () => field.current?.focus());

  const kinds = useMemo(
    () => [...new Set([...nodes, ...(app.status?.resources ?? [])].map(({ kind }) => kind))].sort(),
    [nodes, app.status?.resources],
  );
  return (
    <div className={s.filters}>
      <SearchInput
        ref={field}
        label="Find an object"
        placeholder="Find"
        icon={<Search size={14} />}
        keys="/"
        value={text}
        onChange={setText}
        className={s.find}
      />
      <Select
        dense
        aria-label="Kind"
        className={s.select}
        value={search.kind ?? ''}
        onChange={(event) => onChange({ kind: event.target.value || undefined })}
      >
        <option value="">All kinds</option>
        {kinds.map((kind) => (
          <option key={kind}>{kind}</option>
        ))}
      </Select>
      <Select
        dense
        aria-label="Health"
        className={s.select}
        value={search.health?.[0] ?? ''}
        onChange={(event) =>
          onChange({ health: event.target.value ? [toHealth(event.target.value)] : undefined })
        }
      >
        <option value="">Any health</option>
        {HEALTH_STATUSES.map((health) => (
          <option key={health}>{health}</option>
        ))}
      </Select>
    </div>
  );
}
