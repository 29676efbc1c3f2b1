import { X } from 'lucide-react';
import { useEffect, useId, useRef } from 'react';
import { IconButton } from './button.js';
import { classNames } from './class-names.js';
import s from './dialog.module.css';

export interface DialogProps {
  title: string;
  subtitle?: React.ReactNode;
  onClose: () => void;
  /** Fills the right edge of the window instead of floating in its middle. */
  side?: boolean;
  width?: 'normal' | 'wide';
  foot?: React.ReactNode;
  className?: string | undefined;
  children: React.ReactNode;
}

const FIRST_FIELD = 'input:not([type=checkbox]):not([type=radio]), textarea';

/**
 * A modal dialog on the browser's own `<dialog>`: it traps focus, makes the page behind inert, closes on Escape and
 * gives focus back, without injecting styles that the content-security policy would refuse.
 */
export function Dialog({
  title,
  subtitle,
  onClose,
  side = false,
  width = 'normal',
  foot,
  className,
  children,
}: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const titleId = useId();

  useEffect(() => {
    const dialog = ref.current;
    const opener = document.activeElement;
    if (dialog && !dialog.open) {
      dialog.showModal();
      // The browser would choose the close button, the first in the document; people come for the fields.
      (
        dialog.querySelector<HTMLElement>(FIRST_FIELD) ?? dialog.querySelector<HTMLElement>(`.${s.body}`)
      )?.focus();
    }
    return () => {
      dialog?.close();
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
    };
  }, []);

  return (
    <dialog
      ref={ref}
      aria-labelledby={titleId}
      className={classNames(s.dialog, className)}
      data-side={side || undefined}
      data-width={width}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onMouseDown={(event) => {
        if (event.target === ref.current && isOutside(event, ref.current)) onClose();
      }}
    >
      <header className={s.head}>
        <div className={s.titles}>
          <h2 id={titleId} className={s.title}>
            {title}
          </h2>
          {subtitle ? <div className={s.subtitle}>{subtitle}</div> : null}
        </div>
        <IconButton label="Close" onClick={onClose}>
          <X size={16} />
        </IconButton>
      </header>
      <div className={s.body} tabIndex={-1}>
        {children}
      </div>
      {foot ? <footer className={s.foot}>{foot}</footer> : null}
    </dialog>
  );
}

function isOutside(event: React.MouseEvent, dialog: HTMLDialogElement): boolean {
  const box = dialog.getBoundingClientRect();
  return (
    event.clientX < box.left ||
    event.clientX > box.right ||
    event.clientY < box.top ||
    event.clientY > box.bottom
  );
}
