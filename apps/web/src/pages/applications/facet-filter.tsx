import { ChevronDown, Search } from 'lucide-react';
import { Popover } from 'radix-ui';
import { useState } from 'react';
import { Checkbox } from '../../kit/field.js';
import { SearchInput } from '../../kit/search-input.js';
import type { AppRow } from './app-row.js';
import type { ApplicationsSearch } from './applications-search.js';
import s from './facet-filter.module.css';
import { facetCounts, type Facet } from './filter-apps.js';

interface FacetFilterProps {
  name: string;
  facet: Facet;
  rows: readonly AppRow[];
  search: ApplicationsSearch;
  onChange: (values: string[] | undefined) => void;
  render?: ((value: string) => React.ReactNode) | undefined;
}

/** A list this long needs a field to find something in it. */
const FIND_FROM = 9;
/** More values than this are found by typing, not by scrolling. */
const MOST = 200;

/** One filter: a button that says what is chosen, and a list of values with what each would give. */
export function FacetFilter({ name, facet, rows, search, onChange, render }: FacetFilterProps) {
  const chosen: readonly string[] = search[facet] ?? [];
  return (
    <Popover.Root>
      <Popover.Trigger asChild>
        <button type="button" className={s.trigger} data-chosen={chosen.length > 0 || undefined}>
          {name}
          {chosen.length > 0 ? (
            <span className={s.value}>{chosen.length === 1 ? chosen[0] : chosen.length}</span>
          ) : (
            <ChevronDown size={12} />
          )}
        </button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className={s.content}
          align="start"
          sideOffset={5}
          collisionPadding={8}
          aria-label={`Filter by ${name.toLowerCase()}`}
        >
          <Values
            facet={facet}
            rows={rows}
            search={search}
            chosen={chosen}
            onChange={onChange}
            render={render}
            name={name}
          />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function Values({
  name,
  facet,
  rows,
  search,
  chosen,
  onChange,
  render,
}: FacetFilterProps & { chosen: readonly string[] }) {
  const [find, setFind] = useState('');
  const all = facetCounts(rows, search, facet);
  const shown = all.filter(({ value }) => value.toLowerCase().includes(find.toLowerCase()));
  return (
    <>
      {all.length >= FIND_FROM ? (
        <SearchInput
          label={`Find ${name.toLowerCase()}`}
          icon={<Search size={13} />}
          placeholder="Find"
          value={find}
          onChange={setFind}
          className={s.find}
        />
      ) : null}
      <div className={s.list}>
        {shown.slice(0, MOST).map(({ value, count }) => (
          <label key={value} className={s.row}>
            <Checkbox
              checked={chosen.includes(value)}
              onChange={(event) => {
                const next = event.target.checked
                  ? [...chosen, value]
                  : chosen.filter((each) => each !== value);
                onChange(next.length > 0 ? next : undefined);
              }}
            />
            <span className={s.name}>{render ? render(value) : value}</span>
            <span className={s.count}>{count.toLocaleString()}</span>
          </label>
        ))}
        {shown.length === 0 ? <p className={s.none}>Nothing here has one.</p> : null}
        {shown.length > MOST ? <p className={s.none}>{shown.length - MOST} more: type to find one.</p> : null}
      </div>
      {chosen.length > 0 ? (
        <button type="button" className={s.clear} onClick={() => onChange(undefined)}>
          Clear
        </button>
      ) : null}
    </>
  );
}
