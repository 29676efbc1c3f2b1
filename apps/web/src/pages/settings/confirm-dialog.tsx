import { Button } from '../../kit/button.js';
import { Dialog } from '../../kit/dialog.js';
import { InlineError } from '../../kit/inline-error.js';

interface ConfirmDialogProps {
  title: string;
  action: string;
  isBusy: boolean;
  error: unknown;
  onConfirm: () => void;
  onClose: () => void;
  children: React.ReactNode;
}

/** Asks once more before something is gone. */
export function ConfirmDialog({
  title,
  action,
  isBusy,
  error,
  onConfirm,
  onClose,
  children,
}: ConfirmDialogProps) {
  return (
    <Dialog
      title={title}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="danger" disabled={isBusy} onClick={onConfirm}>
            {isBusy ? 'Working…' : action}
          </Button>
        </>
      }
    >
      <p>{children}</p>
      <InlineError error={error} />
    </Dialog>
  );
}
