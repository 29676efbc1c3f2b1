import type { Right } from '../api/access.js';
import { Button, IconButton, type ButtonProps } from '../kit/button.js';
import { useRight } from './use-right.js';

interface AllowedButtonProps extends ButtonProps {
  right: Right;
  /** Given for a button that is only an icon: its accessible name. */
  label?: string;
}

/** A button for people with a right. For others it stays where it is, does nothing, and says why. */
export function AllowedButton({ right, label, onClick, title, ...rest }: AllowedButtonProps) {
  const { isAllowed, reason } = useRight(right);
  const props = {
    ...rest,
    'aria-disabled': isAllowed ? undefined : true,
    title: reason ?? title,
    onClick: isAllowed ? onClick : undefined,
  };
  return label === undefined ? <Button {...props} /> : <IconButton {...props} label={label} />;
}
