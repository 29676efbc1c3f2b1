import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { accountsQuery, userInfoQuery } from '../../api/system.js';
import { Button } from '../../kit/button.js';
import { ErrorNotice } from '../../kit/notice.js';
import { SkeletonLines } from '../../kit/skeleton.js';
import { Glyph } from '../../status/glyph.js';
import { PasswordDialog } from './password-dialog.js';
import s from './settings-page.module.css';

export function Accounts() {
  const accounts = useQuery(accountsQuery);
  const user = useQuery(userInfoQuery);
  const [changing, setChanging] = useState<string>();
  if (accounts.isError && !accounts.data)
    return (
      <ErrorNotice
        what="The accounts could not be read"
        error={accounts.error}
        onRetry={() => void accounts.refetch()}
      />
    );
  if (!accounts.data) return <SkeletonLines count={2} height={52} />;
  return (
    <>
      <ul className={s.cards}>
        {accounts.data.map((account) => (
          <li key={account.name} className={s.row}>
            <span className={s.state}>
              <Glyph
                shape={account.enabled === false ? 'pause' : 'check'}
                tone={account.enabled === false ? 'mute' : 'good'}
                size={15}
              />
              {account.enabled === false ? 'Disabled' : 'Enabled'}
            </span>
            <div className={s.main}>
              <p className={s.name}>
                {account.name}{' '}
                {account.name === user.data?.username ? <span className={s.tag}>you</span> : null}
              </p>
              <p className={s.sub}>
                {account.capabilities?.join(', ') || 'no capabilities'}
                {account.tokens?.length
                  ? ` · ${account.tokens.length} ${account.tokens.length === 1 ? 'token' : 'tokens'}`
                  : ''}
              </p>
            </div>
            {account.name === user.data?.username ? (
              <Button size="s" onClick={() => setChanging(account.name)}>
                Change password
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
      {changing ? <PasswordDialog name={changing} onClose={() => setChanging(undefined)} /> : null}
    </>
  );
}
