import { classNames } from './class-names.js';
import s from './button.module.css';

export interface ButtonProps extends React.ComponentProps<'button'> {
  look?: 'primary' | 'plain' | 'quiet' | 'danger' | undefined;
  size?: 's' | 'm' | undefined;
}

export function Button({ look = 'plain', size = 'm', className, type = 'button', ...rest }: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      data-look={look}
      data-size={size}
      className={classNames(s.button, className)}
    />
  );
}

interface IconButtonProps extends ButtonProps {
  /** What the button does: its accessible name, and its tooltip. */
  label: string;
}

export function IconButton({ label, look = 'quiet', ...rest }: IconButtonProps) {
  return <Button {...rest} look={look} aria-label={label} title={rest.title ?? label} data-icon-only="" />;
}
