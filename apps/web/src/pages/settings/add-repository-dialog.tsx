import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { addRepository, repositoriesQuery, type RepositoryInput } from '../../api/system.js';
import { toast } from '../../app/toasts.js';
import { Button } from '../../kit/button.js';
import { Dialog } from '../../kit/dialog.js';
import { Field, Input, TextArea } from '../../kit/field.js';
import { InlineError } from '../../kit/inline-error.js';
import { PasswordField } from '../../kit/password-field.js';
import { Segmented } from '../../kit/segmented.js';
import s from './settings-page.module.css';

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
    <Dialog
      title="Add a repository"
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" disabled={!repo.trim() || add.isPending} onClick={submit}>
            {add.isPending ? 'Connecting…' : 'Connect'}
          </Button>
        </>
      }
    >
      <form
        className={s.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (repo.trim()) submit();
        }}
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
        <InlineError error={add.error} />
      </form>
    </Dialog>
  );
}
