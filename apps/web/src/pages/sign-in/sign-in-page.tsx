import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { ApiError } from '../../api/api-error.js';
import { signIn, userInfoQuery } from '../../api/system.js';
import { Logo } from '../../app/logo.js';
import { Button } from '../../kit/button.js';
import { Field, Input } from '../../kit/field.js';
import { InlineError } from '../../kit/inline-error.js';
import s from './sign-in-page.module.css';

const route = getRouteApi('/sign-in');

/** Only addresses of this site are followed after signing in. */
const isOurs = (next: string) => /^\/(?![/\\])/.test(next);

export function SignInPage() {
  const { next } = route.useSearch();
  const router = useRouter();
  const client = useQueryClient();
  const [username, setUsername] = useState('admin');
  const [password, setPassword] = useState('');

  const enter = useMutation({
    mutationFn: signIn,
    onSuccess: () => {
      client.removeQueries({ queryKey: userInfoQuery.queryKey });
      router.history.push(next && isOurs(next) ? next : '/applications');
    },
  });
  const isWrong = enter.error instanceof ApiError && enter.error.status === 401;

  useEffect(() => {
    document.title = 'Sign in · Lotse';
  }, []);

  return (
    <main className={s.page}>
      <form
        className={s.card}
        onSubmit={(event) => {
          event.preventDefault();
          enter.mutate({ username, password });
        }}
      >
        <div className={s.head}>
          <Logo size={34} />
          <h1 className={s.title}>Sign in to Lotse</h1>
        </div>
        <Field label="Username">
          {(control) => (
            <Input
              {...control}
              name="username"
              autoComplete="username"
              required
              value={username}
              onChange={(event) => setUsername(event.target.value)}
            />
          )}
        </Field>
        <Field label="Password" error={isWrong ? 'Username or password is not right.' : undefined}>
          {(control) => (
            <Input
              {...control}
              name="password"
              type="password"
              autoComplete="current-password"
              required
              autoFocus
              value={password}
              onChange={(event) => setPassword(event.target.value)}
            />
          )}
        </Field>
        {enter.error && !isWrong ? <InlineError error={enter.error} /> : null}
        <Button type="submit" look="primary" disabled={enter.isPending} className={s.submit}>
          {enter.isPending ? 'Signing in…' : 'Sign in'}
        </Button>
        <p className={s.hint}>
          The first start prints a link that signs you in once, and where the admin password is kept (
          <code>.lotse/admin-password</code>).
        </p>
      </form>
    </main>
  );
}
