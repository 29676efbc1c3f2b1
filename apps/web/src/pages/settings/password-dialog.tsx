import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { changePassword } from '../../api/system.js';
import { toast } from '../../app/toasts.js';
import { FormDialog } from '../../kit/form-dialog.js';
import { PasswordField } from '../../kit/password-field.js';

interface PasswordDialogProps {
  name: string;
  /** Somebody else's: whoever sets it shows their own password first. */
  isOther?: boolean;
  onClose: () => void;
}

export function PasswordDialog({ name, isOther = false, onClose }: PasswordDialogProps) {
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [again, setAgain] = useState('');
  const change = useMutation({
    mutationFn: () => changePassword({ name, currentPassword: current, newPassword: next }),
    onSuccess: () => {
      toast('good', 'Password changed');
      onClose();
    },
  });
  const differs = again !== '' && again !== next;
  const isReady = current !== '' && next !== '' && next === again;
  return (
    <FormDialog
      title={isOther ? `Set the password of ${name}` : 'Change password'}
      onClose={onClose}
      action={'Change'}
      isReady={isReady && !change.isPending}
      onSubmit={() => change.mutate()}
      error={change.error}
    >
      <PasswordField
        label={isOther ? 'Your own password' : 'Current password'}
        isCurrent
        value={current}
        onChange={setCurrent}
      />
      <PasswordField label="New password" value={next} onChange={setNext} />
      <PasswordField
        label="New password again"
        error={differs ? 'The two are not the same.' : undefined}
        value={again}
        onChange={setAgain}
      />
    </FormDialog>
  );
}
