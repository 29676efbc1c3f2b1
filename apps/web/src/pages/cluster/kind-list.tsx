import { Search } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { ApiResource } from '../../api/types.js';
import { SearchInput } from '../../kit/search-input.js';
import { KindIcon } from '../../status/kind-icon.js';
import { kindAddress } from './kind-address.js';
import s from './kind-list.module.css';

interface KindListProps {
  kinds: readonly ApiResource[];
  chosen: string;
  onChoose: (address: string) => void;
}

/** The kinds by group, the core group first. */
export function KindList({ kinds, chosen, onChoose }: KindListProps) {
  const [find, setFind] = useState('');
  const groups = useMemo(() => {
    const byGroup = new Map<string, ApiResource[]>();
    for (const kind of kinds) {
      if (!`${kind.kind} ${kind.group ?? ''}`.toLowerCase().includes(find.toLowerCase())) continue;
      const members = byGroup.get(kind.group ?? '') ?? [];
      members.push(kind);
      byGroup.set(kind.group ?? '', members);
    }
    return [...byGroup].sort(([a], [b]) => (a < b ? -1 : 1));
  }, [kinds, find]);

  return (
    <nav className={s.list} aria-label="Kinds">
      <div className={s.find}>
        <SearchInput
          label="Find a kind"
          placeholder="Find a kind"
          icon={<Search size={13} />}
          value={find}
          onChange={setFind}
        />
      </div>
      <div className={s.scroller}>
        {groups.map(([group, members]) => (
          <section key={group}>
            <h2 className={s.group}>{group || 'core'}</h2>
            <ul>
              {members
                .sort((a, b) => a.kind.localeCompare(b.kind))
                .map((kind) => {
                  const address = kindAddress(kind);
                  return (
                    <li key={address}>
                      <button
                        type="button"
                        className={s.kind}
                        aria-current={address === chosen ? 'true' : undefined}
                        onClick={() => onChoose(address)}
                      >
                        <KindIcon kind={kind.kind} size={14} />
                        <span className={s.name}>{kind.kind}</span>
                        {kind.count ? <span className={s.count}>{kind.count.toLocaleString()}</span> : null}
                      </button>
                    </li>
                  );
                })}
            </ul>
          </section>
        ))}
      </div>
    </nav>
  );
}
