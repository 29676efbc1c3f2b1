import { DropdownMenu } from 'radix-ui';
import { Kbd } from './kbd.js';
import s from './menu.module.css';

interface MenuProps {
  trigger: React.ReactNode;
  align?: 'start' | 'end';
  children: React.ReactNode;
}

/** A menu of actions below its trigger. Not modal: the modal kind injects style tags, which the CSP refuses. */
export function Menu({ trigger, align = 'end', children }: MenuProps) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      {/* Inside the page's main landmark, where people who jump between landmarks find it. */}
      <DropdownMenu.Portal container={document.getElementById('main')}>
        <DropdownMenu.Content className={s.content} align={align} sideOffset={5} collisionPadding={8}>
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

interface MenuItemProps {
  icon?: React.ReactNode;
  keys?: string;
  danger?: boolean;
  disabled?: boolean;
  onSelect: () => void;
  children: React.ReactNode;
}

export function MenuItem({ icon, keys, danger, disabled, onSelect, children }: MenuItemProps) {
  return (
    <DropdownMenu.Item
      className={s.item}
      data-danger={danger || undefined}
      disabled={disabled ?? false}
      onSelect={onSelect}
    >
      {icon}
      {children}
      {keys ? (
        <span className={s.keys}>
          <Kbd keys={keys} />
        </span>
      ) : null}
    </DropdownMenu.Item>
  );
}

export const MenuSeparator = () => <DropdownMenu.Separator className={s.separator} />;
