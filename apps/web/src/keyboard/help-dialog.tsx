import { useSyncExternalStore } from 'react';
import { Dialog } from '../kit/dialog.js';
import { Kbd } from '../kit/kbd.js';
import s from './help-dialog.module.css';
import { shortcuts, type Shortcut } from './shortcut-registry.js';

/** Every shortcut that works on this page right now. */
export function HelpDialog({ onClose }: { onClose: () => void }) {
  const all = useSyncExternalStore(shortcuts.onChange, shortcuts.all);
  const groups = new Map<string, Map<string, Shortcut>>();
  for (const shortcut of all) {
    const group = groups.get(shortcut.group) ?? new Map<string, Shortcut>();
    group.set(shortcut.keys, shortcut);
    groups.set(shortcut.group, group);
  }
  return (
    <Dialog title="Keyboard" onClose={onClose}>
      <div className={s.groups}>
        {[...groups].map(([name, group]) => (
          <section key={name}>
            <h3 className={s.name}>{name}</h3>
            <dl className={s.list}>
              {[...group.values()].map(({ keys, label }) => (
                <div key={keys} className={s.row}>
                  <dt>{label}</dt>
                  <dd>
                    <Kbd keys={keys} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
