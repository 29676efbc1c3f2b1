import { Outlet } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useKeyListener } from '../keyboard/use-key-listener.js';
import { useShortcut } from '../keyboard/use-shortcut.js';
import { live } from '../live/live-connection.js';
import { useLiveApplications } from '../live/use-live-applications.js';
import { ConnectionBanner } from './connection-banner.js';
import { lazyComponent } from './lazy-component.js';
import { Rail } from './rail.js';
import s from './shell.module.css';
import { whenIdle } from './when-idle.js';

const HelpDialog = lazyComponent(async () => (await import('../keyboard/help-dialog.js')).HelpDialog);
const Palette = lazyComponent(async () => (await import('../palette/palette.js')).Palette);

/** The frame around every page of a signed-in person. */
export function Shell() {
  const [open, setOpen] = useState<'help' | 'palette' | undefined>();
  useKeyListener();
  useLiveApplications();
  useShortcut(
    'mod+k',
    'Search and commands',
    'Anywhere',
    () => setOpen((was) => (was === 'palette' ? undefined : 'palette')),
    true,
  );
  useShortcut('?', 'This help', 'Anywhere', () => setOpen('help'));

  useEffect(() => {
    live.open();
    return () => live.close();
  }, []);
  useEffect(() => whenIdle(Palette.preload), []);

  return (
    <div className={s.shell}>
      <a href="#main" className={s.skip}>
        Skip to content
      </a>
      <Rail onSearch={() => setOpen('palette')} onHelp={() => setOpen('help')} />
      <div className={s.column}>
        <ConnectionBanner />
        <main id="main" className={s.main} tabIndex={-1}>
          <Outlet />
        </main>
      </div>
      {open === 'help' ? <HelpDialog onClose={() => setOpen(undefined)} /> : null}
      {open === 'palette' ? <Palette onClose={() => setOpen(undefined)} /> : null}
    </div>
  );
}
