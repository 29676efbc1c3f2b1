import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { ChevronsUpDown, Keyboard, LogOut, Monitor, Moon, Sun } from 'lucide-react';
import { signOut, userInfoQuery } from '../api/system.js';
import { Menu, MenuItem, MenuSeparator } from '../kit/menu.js';
import s from './account-menu.module.css';
import { setTheme, THEMES, useTheme, type Theme } from './theme.js';

const ICONS: Record<Theme, typeof Sun> = { system: Monitor, light: Sun, dark: Moon };
const LABELS: Record<Theme, string> = {
  system: 'Theme of the system',
  light: 'Light theme',
  dark: 'Dark theme',
};

export function AccountMenu({ onHelp }: { onHelp: () => void }) {
  const { data: user } = useQuery(userInfoQuery);
  const client = useQueryClient();
  const navigate = useNavigate();
  const theme = useTheme();
  const name = user?.username ?? 'Account';

  const leave = async () => {
    await signOut().catch(() => undefined);
    client.clear();
    await navigate({ to: '/sign-in' });
  };

  return (
    <Menu
      align="start"
      trigger={
        <button type="button" className={s.account}>
          <span className={s.face} data-letter={name.slice(0, 1).toUpperCase()} aria-hidden="true" />
          <span className={s.name}>{name}</span>
          <ChevronsUpDown size={13} className={s.chevrons} />
        </button>
      }
    >
      {THEMES.map((option) => {
        const Icon = ICONS[option];
        return (
          <MenuItem key={option} icon={<Icon size={15} />} onSelect={() => setTheme(option)}>
            {LABELS[option]}
            {theme === option ? <span className={s.tick}>✓</span> : null}
          </MenuItem>
        );
      })}
      <MenuSeparator />
      <MenuItem icon={<Keyboard size={15} />} keys="?" onSelect={onHelp}>
        Keyboard shortcuts
      </MenuItem>
      <MenuSeparator />
      <MenuItem icon={<LogOut size={15} />} onSelect={() => void leave()}>
        Sign out
      </MenuItem>
    </Menu>
  );
}
