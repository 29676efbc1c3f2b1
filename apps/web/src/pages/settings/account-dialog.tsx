import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { createAccount } from '../../api/administration.js';
import { accountsQuery } from '../../api/system.js';
import { toast } from '../../app/toasts.js';
import { FormDialog } from '../../kit/form-dialog.js';
import { Field, Input } from '../../kit/field.js';
import { PasswordField } from '../../kit/password-field.js';

/** The server asks for at least so many characters. */
const MIN_PASSWORD = 8;

export function AccountDialog({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const create = useMutation({
    mutationFn: () => createAccount({ name: name.trim(), ...(password ? { password } : {}) }),
    onSuccess: () => {
      toast('good', 'Account created');
      void client.invalidateQueries({ queryKey: accountsQuery.queryKey });
      onClose();
    },
  });
  const isShort = password !== '' && password.length < MIN_PASSWORD;
  const isReady = name.trim() !== '' && !isShort && !create.isPending;
  return (
    <FormDialog
      title="New account"
      onClose={onClose}
      action={create.isPending ? 'Creating…' : 'Create'}
      isReady={isReady}
      onSubmit={() => create.mutate()}
      error={create.error}
    >
      <Field label="Name" hint="It may do nothing until a rule under Access names it">
        {(control) => (
          <Input {...control} mono value={name} onChange={(event) => setName(event.target.value)} />
        )}
      </Field>
      <PasswordField
        label="Password"
        hint="Leave it empty for a program: it gets tokens only"
        error={isShort ? `At least ${MIN_PASSWORD} characters.` : undefined}
        value={password}
        onChange={setPassword}
      />
    </FormDialog>
  );
}
