import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { KeyRound, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { AllowedButton } from '../../access/allowed-button.js';
import { deleteAccount, setAccountEnabled } from '../../api/administration.js';
import { describeError } from '../../api/api-error.js';
import { accountsQuery, userInfoQuery } from '../../api/system.js';
import type { Account } from '../../api/types.js';
import { toast } from '../../app/toasts.js';
import { Button } from '../../kit/button.js';
import { ErrorNotice } from '../../kit/notice.js';
import { SkeletonLines } from '../../kit/skeleton.js';
import { Glyph } from '../../status/glyph.js';
import { AccountDialog } from './account-dialog.js';
import { ConfirmDialog } from './confirm-dialog.js';
import { PasswordDialog } from './password-dialog.js';
import { TokensDialog } from './tokens-dialog.js';
import s from './settings-page.module.css';

interface AccountsProps {
  isAdding: boolean;
  onAdd: (isAdding: boolean) => void;
}

type Open = { what: 'password' | 'tokens' | 'delete'; name: string };

/** The accounts of people and programs. */
export function Accounts({ isAdding, onAdd }: AccountsProps) {
  const client = useQueryClient();
  const accounts = useQuery(accountsQuery);
  const user = useQuery(userInfoQuery);
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  const reload = () => void client.invalidateQueries({ queryKey: accountsQuery.queryKey });
  const enable = useMutation({
    mutationFn: setAccountEnabled,
    onSuccess: ({ name }, { enabled }) => {
      toast('good', enabled ? `${name} can sign in again` : `${name} is disabled and signed out`);
      reload();
    },
    onError: (error) => toast('bad', 'The account was not changed', describeError(error).message),
  });
  const remove = useMutation({
    mutationFn: deleteAccount,
    onSuccess: () => {
      toast('good', 'Account deleted');
      close();
      reload();
    },
  });
  if (accounts.isError && !accounts.data)
    return (
      <ErrorNotice
        what="The accounts could not be read"
        error={accounts.error}
        onRetry={() => void accounts.refetch()}
      />
    );
  if (!accounts.data) return <SkeletonLines count={2} height={52} />;
  const tokensOf = accounts.data.find(({ name }) => open?.what === 'tokens' && name === open.name);
  return (
    <>
      <div className={s.head}>
        <p className={s.intro}>People and programs. What each may do is under Access.</p>
        <AllowedButton
          right={{ resource: 'accounts', action: 'create', object: '*' }}
          look="primary"
          onClick={() => onAdd(true)}
        >
          <Plus size={15} /> New account
        </AllowedButton>
      </div>
      <ul className={s.cards}>
        {accounts.data.map((account) => (
          <AccountRow
            key={account.name}
            account={account}
            isSelf={account.name === user.data?.username}
            isBusy={enable.isPending && enable.variables.name === account.name}
            onEnable={(enabled) => enable.mutate({ name: account.name, enabled })}
            onOpen={(what) => setOpen({ what, name: account.name })}
          />
        ))}
      </ul>
      {isAdding ? <AccountDialog onClose={() => onAdd(false)} /> : null}
      {open?.what === 'password' ? (
        <PasswordDialog name={open.name} isOther={open.name !== user.data?.username} onClose={close} />
      ) : null}
      {tokensOf ? <TokensDialog account={tokensOf} onClose={close} /> : null}
      {open?.what === 'delete' ? (
        <ConfirmDialog
          title="Delete the account?"
          action="Delete"
          isBusy={remove.isPending}
          error={remove.error}
          onConfirm={() => remove.mutate(open.name)}
          onClose={() => {
            remove.reset();
            close();
          }}
        >
          <strong>{open.name}</strong> is signed out everywhere, and its tokens stop working.
        </ConfirmDialog>
      ) : null}
    </>
  );
}

interface AccountRowProps {
  account: Account;
  isSelf: boolean;
  isBusy: boolean;
  onEnable: (enabled: boolean) => void;
  onOpen: (what: Open['what']) => void;
}

function AccountRow({ account, isSelf, isBusy, onEnable, onOpen }: AccountRowProps) {
  const { name, enabled = true, tokens = [] } = account;
  const update = { resource: 'accounts', action: 'update', object: name } as const;
  return (
    <li className={s.row}>
      <span className={s.state}>
        <Glyph shape={enabled ? 'check' : 'pause'} tone={enabled ? 'good' : 'mute'} size={15} />
        {enabled ? 'Enabled' : 'Disabled'}
      </span>
      <div className={s.main}>
        <p className={s.name}>
          {name} {isSelf ? <span className={s.tag}>you</span> : null}
        </p>
        <p className={s.sub}>{account.capabilities?.join(', ') || 'no capabilities'}</p>
      </div>
      <div className={s.acts}>
        {isSelf ? (
          <Button size="s" onClick={() => onOpen('tokens')}>
            <KeyRound size={13} /> {countText(tokens.length)}
          </Button>
        ) : (
          <AllowedButton right={update} size="s" onClick={() => onOpen('tokens')}>
            <KeyRound size={13} /> {countText(tokens.length)}
          </AllowedButton>
        )}
        {isSelf ? (
          <Button size="s" onClick={() => onOpen('password')}>
            Change password
          </Button>
        ) : (
          <AllowedButton right={update} size="s" onClick={() => onOpen('password')}>
            Set password
          </AllowedButton>
        )}
        {name === 'admin' ? null : (
          <>
            <AllowedButton right={update} size="s" disabled={isBusy} onClick={() => onEnable(!enabled)}>
              {enabled ? 'Disable' : 'Enable'}
            </AllowedButton>
            <AllowedButton
              right={{ resource: 'accounts', action: 'delete', object: name }}
              size="s"
              label={`Delete ${name}`}
              onClick={() => onOpen('delete')}
            >
              <Trash2 size={14} />
            </AllowedButton>
          </>
        )}
      </div>
    </li>
  );
}

const countText = (count: number) => (count === 0 ? 'Tokens' : count === 1 ? '1 token' : `${count} tokens`);
