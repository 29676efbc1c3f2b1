import { useId } from 'react';
import { Button } from './button.js';
import { classNames } from './class-names.js';
import { Dialog, type DialogProps } from './dialog.js';
import s from './form-dialog.module.css';
import { InlineError } from './inline-error.js';

interface FormDialogProps extends Omit<DialogProps, 'foot'> {
  /** The words on the button that does it. */
  action: React.ReactNode;
  look?: 'primary' | 'danger';
  isReady: boolean;
  onSubmit: () => void;
  /** What came of it when it failed. */
  error: unknown;
}

/** A dialog that is filled in: the button or Enter does it, and what goes wrong is said below the fields. */
export function FormDialog({
  action,
  look = 'primary',
  isReady,
  onSubmit,
  error,
  className,
  children,
  ...dialog
}: FormDialogProps) {
  const id = useId();
  return (
    <Dialog
      {...dialog}
      foot={
        <>
          <Button onClick={dialog.onClose}>Cancel</Button>
          <Button type="submit" form={id} look={look} disabled={!isReady}>
            {action}
          </Button>
        </>
      }
    >
      <form
        id={id}
        // What is missing is said beside the fields, in the words of the page.
        noValidate
        className={classNames(s.form, className)}
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady) onSubmit();
        }}
      >
        {children}
      </form>
      <div className={s.error}>
        <InlineError error={error} />
      </div>
    </Dialog>
  );
}
