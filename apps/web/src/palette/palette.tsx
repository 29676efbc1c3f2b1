import { CornerDownLeft, Search } from 'lucide-react';
import { useEffect, useId, useMemo, useRef, useState } from 'react';
import { Kbd } from '../kit/kbd.js';
import s from './palette.module.css';
import { rankCommands } from './rank-commands.js';
import { useCommands } from './use-commands.js';

/** One field for everything: applications, pages, actions. */
export function Palette({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  const commands = useCommands();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const results = useMemo(() => rankCommands(commands, text), [commands, text]);
  const chosen = results[Math.min(at, results.length - 1)];

  useEffect(() => {
    const element = dialog.current;
    const opener = document.activeElement;
    if (element && !element.open) element.showModal();
    return () => {
      element?.close();
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
    };
  }, []);
  useEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);

  const run = (index: number) => {
    const command = results[index];
    if (!command) return;
    onClose();
    command.run();
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (by !== 0 && results.length > 0) {
      event.preventDefault();
      setAt((was) => (Math.min(was, results.length - 1) + by + results.length) % results.length);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      run(Math.min(at, results.length - 1));
    }
  };

  return (
    <dialog
      ref={dialog}
      className={s.dialog}
      aria-label="Search and commands"
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onMouseDown={(event) => event.target === dialog.current && onClose()}
    >
      <div className={s.box}>
        <div className={s.head}>
          <Search size={16} />
          <input
            className={s.input}
            autoFocus
            role="combobox"
            aria-label="Search applications, pages and actions"
            aria-expanded="true"
            aria-controls={`${id}-list`}
            aria-activedescendant={chosen ? `${id}-${chosen.id}` : undefined}
            placeholder="Go to or do…"
            spellCheck={false}
            autoComplete="off"
            value={text}
            onChange={(event) => {
              setText(event.target.value);
              setAt(0);
            }}
            onKeyDown={onKeyDown}
          />
          <Kbd keys="Esc" />
        </div>
        <div ref={list} id={`${id}-list`} role="listbox" aria-label="Results" className={s.list}>
          {results.map((command, index) => (
            <div key={command.id}>
              {command.group !== results[index - 1]?.group ? (
                <div className={s.group} aria-hidden="true">
                  {command.group}
                </div>
              ) : null}
              <div
                id={`${id}-${command.id}`}
                role="option"
                aria-selected={command === chosen}
                className={s.option}
                onMouseMove={() => setAt(index)}
                onClick={() => run(index)}
              >
                <span className={s.label}>{command.label}</span>
                <span className={s.detail}>{command.detail}</span>
                {command.keys ? (
                  <Kbd keys={command.keys} />
                ) : command === chosen ? (
                  <CornerDownLeft size={13} />
                ) : null}
              </div>
            </div>
          ))}
        </div>
        {results.length === 0 ? <p className={s.none}>Nothing is called that.</p> : null}
      </div>
    </dialog>
  );
}
