import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { AllowedButton } from '../../access/allowed-button.js';
import { useRight } from '../../access/use-right.js';
import { changePolicy, policyQuery, type Policy } from '../../api/administration.js';
import { toast } from '../../app/toasts.js';
import { Field, Input, TextArea } from '../../kit/field.js';
import { InlineError } from '../../kit/inline-error.js';
import { ErrorNotice } from '../../kit/notice.js';
import { SkeletonLines } from '../../kit/skeleton.js';
import s from './settings-page.module.css';

/** The policy of the server: who may do what. */
export function Access() {
  const policy = useQuery(policyQuery);
  if (policy.isError && !policy.data)
    return (
      <ErrorNotice
        what="The policy could not be read"
        error={policy.error}
        onRetry={() => void policy.refetch()}
      />
    );
  if (!policy.data) return <SkeletonLines count={4} height={52} />;
  return <PolicyForm key={JSON.stringify(policy.data)} policy={policy.data} />;
}

function PolicyForm({ policy }: { policy: Policy }) {
  const client = useQueryClient();
  const [csv, setCsv] = useState(policy.csv);
  const [role, setRole] = useState(policy.default);
  const right = { resource: 'settings', action: 'update', object: '*' } as const;
  const { isAllowed } = useRight(right);
  const save = useMutation({
    mutationFn: changePolicy,
    onSuccess: (saved) => {
      toast('good', 'Policy saved');
      client.setQueryData(policyQuery.queryKey, saved);
      void client.invalidateQueries({ queryKey: ['can-i'] });
    },
  });
  const isSame = csv === policy.csv && role === policy.default;
  return (
    <form
      className={s.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (isAllowed && !isSame) save.mutate({ csv, default: role.trim() });
      }}
    >
      <p className={s.intro}>
        The lines Argo CD uses. <code>role:admin</code> may do everything and <code>role:readonly</code> see
        everything; projects have roles of their own.
      </p>
      <Field
        label="Policy"
        hint={
          <>
            <code>p, ann, applications, sync, team/*, allow</code> or <code>g, ann, role:readonly</code>, one
            on each line
          </>
        }
      >
        {(control) => (
          <TextArea
            {...control}
            rows={14}
            readOnly={!isAllowed}
            className={s.code}
            value={csv}
            onChange={(event) => setCsv(event.target.value)}
          />
        )}
      </Field>
      <Field label="Role of everybody who is signed in" hint="Such as role:readonly; empty for none">
        {(control) => (
          <Input
            {...control}
            mono
            readOnly={!isAllowed}
            value={role}
            onChange={(event) => setRole(event.target.value)}
          />
        )}
      </Field>
      <InlineError error={save.error} />
      <div className={s.acts}>
        <AllowedButton right={right} type="submit" look="primary" disabled={isSame || save.isPending}>
          {save.isPending ? 'Saving…' : 'Save'}
        </AllowedButton>
      </div>
    </form>
  );
}
