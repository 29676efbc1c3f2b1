import { Link, useNavigate } from '@tanstack/react-router';
import { Search } from 'lucide-react';
import { Kbd } from '../kit/kbd.js';
import { useShortcut } from '../keyboard/use-shortcut.js';
import { AccountMenu } from './account-menu.js';
import { ConnectionMark } from './connection-mark.js';
import { Logo } from './logo.js';
import { PLACES } from './navigation.js';
import s from './rail.module.css';

/** The rail on the left: where one can go, who one is, and whether the data is live. */
export function Rail({ onSearch, onHelp }: { onSearch: () => void; onHelp: () => void }) {
  return (
    <aside className={s.rail} aria-label="Main">
      <Link to="/applications" className={s.brand}>
        <Logo />
        <span className={s.name}>Lotse</span>
      </Link>
      <button type="button" className={s.search} onClick={onSearch}>
        <Search size={14} />
        <span className={s.searchText}>Search</span>
        <Kbd keys="mod+k" />
      </button>
      <nav className={s.nav} aria-label="Pages">
        {PLACES.map((place) => (
          <Place key={place.to} place={place} />
        ))}
      </nav>
      <div className={s.foot}>
        <ConnectionMark />
        <AccountMenu onHelp={onHelp} />
      </div>
    </aside>
  );
}

function Place({ place }: { place: (typeof PLACES)[number] }) {
  const navigate = useNavigate();
  useShortcut(
    place.keys,
    `Go to ${place.label.toLowerCase()}`,
    'Anywhere',
    () => void navigate({ to: place.to }),
  );
  const Icon = place.icon;
  return (
    <Link
      to={place.to}
      className={s.link}
      activeProps={{ 'data-current': '' }}
      activeOptions={{ includeSearch: false }}
      aria-keyshortcuts={place.keys}
      title={place.label}
    >
      <Icon size={16} />
      <span>{place.label}</span>
    </Link>
  );
}
