import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { createToken, deleteToken } from '../../api/administration.js';
import { accountsQuery } from '../../api/system.js';
import type { Account } from '../../api/types.js';
import { Ago } from '../../kit/ago.js';
import { Button, IconButton } from '../../kit/button.js';
import { CopyButton } from '../../kit/copy-button.js';
import { Dialog } from '../../kit/dialog.js';
import { Field, Input, Select } from '../../kit/field.js';
import { InlineError } from '../../kit/inline-error.js';
import s from './settings-page.module.css';

const LIFETIMES = [7, 30, 90, 365];

/** The tokens of an account: programs show them instead of a password. */
export function TokensDialog({ account, onClose }: { account: Account; onClose: () => void }) {
  const client = useQueryClient();
  const [label, setLabel] = useState('');
  const [days, setDays] = useState(90);
  const reload = () => void client.invalidateQueries({ queryKey: accountsQuery.queryKey });
  const create = useMutation({
    mutationFn: createToken,
    onSuccess: () => {
      setLabel('');
      reload();
    },
  });
  const remove = useMutation({ mutationFn: deleteToken, onSuccess: reload });
  const { name, tokens = [] } = account;
  return (
    <Dialog title={`Tokens of ${name}`} onClose={onClose} foot={<Button onClick={onClose}>Close</Button>}>
      <form
        className={s.form}
        onSubmit={(event) => {
          event.preventDefault();
          create.mutate({ name, label: label.trim(), days });
        }}
      >
        <Field label="What it is for" hint="Shown in this list">
          {(control) => (
            <Input
              {...control}
              value={label}
              maxLength={128}
              onChange={(event) => setLabel(event.target.value)}
            />
          )}
        </Field>
        <Field label="Valid for">
          {(control) => (
            <Select {...control} value={days} onChange={(event) => setDays(Number(event.target.value))}>
              {LIFETIMES.map((each) => (
                <option key={each} value={each}>
                  {each} days
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Button type="submit" look="primary" disabled={create.isPending}>
          {create.isPending ? 'Creating…' : 'Create a token'}
        </Button>
        {create.data ? (
          <div className={s.secret} role="status">
            <p className={s.sub}>This is shown only now. Copy it to where it is used.</p>
            <div className={s.secretLine}>
              <code>{create.data.token}</code>
              <CopyButton text={create.data.token} label="Copy the token" />
            </div>
          </div>
        ) : null}
        <InlineError error={create.error ?? remove.error} />
      </form>
      {tokens.length === 0 ? (
        <p className={`${s.sub} ${s.below}`}>There are none.</p>
      ) : (
        <ul className={`${s.cards} ${s.below}`}>
          {tokens.map((token) => (
            <li key={token.id} className={s.row}>
              <div className={s.main}>
                <p className={s.name}>{token.label || 'without a name'}</p>
                <p className={s.sub}>
                  made <Ago time={timeOf(token.issuedAt)} long /> · ends {dayOf(token.expiresAt)}
                </p>
              </div>
              <IconButton
                size="s"
                label={`Revoke ${token.label || token.id}`}
                disabled={remove.isPending}
                onClick={() => remove.mutate({ name, id: token.id })}
              >
                <Trash2 size={14} />
              </IconButton>
            </li>
          ))}
        </ul>
      )}
    </Dialog>
  );
}

const timeOf = (seconds = 0) => new Date(seconds * 1_000).toISOString();
const dayOf = (seconds = 0) =>
  new Date(seconds * 1_000).toLocaleDateString(undefined, { dateStyle: 'medium' });
