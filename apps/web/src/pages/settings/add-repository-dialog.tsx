import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { addRepository, repositoriesQuery, type RepositoryInput } from '../../api/system.js';
import { toast } from '../../app/toasts.js';
import { FormDialog } from '../../kit/form-dialog.js';
import { Field, Input, TextArea } from '../../kit/field.js';
import { PasswordField } from '../../kit/password-field.js';
import { Segmented } from '../../kit/segmented.js';

type Way = 'none' | 'password' | 'ssh';

export function AddRepositoryDialog({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const [repo, setRepo] = useState('');
  const [way, setWay] = useState<Way>('none');
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const [key, setKey] = useState('');
  const add = useMutation({
    mutationFn: addRepository,
    onSuccess: () => {
      toast('good', 'Repository added');
      void client.invalidateQueries({ queryKey: repositoriesQuery.queryKey });
      onClose();
    },
  });
  const submit = () => {
    const input: RepositoryInput = {
      repo: repo.trim(),
      type: 'git',
      ...(way === 'password' ? { username, password } : {}),
      ...(way === 'ssh' ? { sshPrivateKey: key } : {}),
    };
    add.mutate(input);
  };
  return (
    <FormDialog
      title="Add a repository"
      onClose={onClose}
      action={add.isPending ? 'Connecting…' : 'Connect'}
      isReady={repo.trim() !== '' && !add.isPending}
      onSubmit={submit}
      error={add.error}
    >
      <Field label="Address" hint="https, ssh or, on this machine, a path">
        {(control) => (
          <Input
            {...control}
            mono
            autoFocus
            value={repo}
            placeholder="https://github.com/acme/shop.git"
            onChange={(event) => setRepo(event.target.value)}
          />
        )}
      </Field>
      <Segmented
        label="Credentials"
        value={way}
        onChange={setWay}
        options={[
          { value: 'none', label: 'Public' },
          { value: 'password', label: 'Password or token' },
          { value: 'ssh', label: 'SSH key' },
        ]}
      />
      {way === 'password' ? (
        <>
          <Field label="Username">
            {(control) => (
              <Input {...control} value={username} onChange={(event) => setUsername(event.target.value)} />
            )}
          </Field>
          <PasswordField label="Password or token" value={password} onChange={setPassword} />
        </>
      ) : null}
      {way === 'ssh' ? (
        <Field label="Private key" hint="Kept encrypted, never shown again">
          {(control) => (
            <TextArea
              {...control}
              rows={6}
              value={key}
              placeholder="-----BEGIN OPENSSH PRIVATE KEY-----"
              onChange={(event) => setKey(event.target.value)}
            />
          )}
        </Field>
      ) : null}
    </FormDialog>
  );
}
