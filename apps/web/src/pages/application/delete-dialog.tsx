import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { applicationsQuery, deleteApplication } from '../../api/applications.js';
import type { Application } from '../../api/types.js';
import { toast } from '../../app/toasts.js';
import { FormDialog } from '../../kit/form-dialog.js';
import { Field, Input } from '../../kit/field.js';
import { lastApplicationsSearch } from '../applications/applications-search.js';
import s from './delete-dialog.module.css';

const WAYS = [
  { value: 'foreground', label: 'Delete it and everything it made', hint: 'Waits until all of it is gone' },
  {
    value: 'background',
    label: 'Delete it, the rest in the background',
    hint: 'The application goes at once',
  },
  { value: 'orphan', label: 'Delete only the application', hint: 'What it made stays in the cluster' },
] as const;

/** Deleting asks for the name: this is the one thing here that cannot be rolled back. */
export function DeleteDialog({ app, onClose }: { app: Application; onClose: () => void }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const { name } = app.metadata;
  const [way, setWay] = useState<(typeof WAYS)[number]['value']>('foreground');
  const [typed, setTyped] = useState('');
  const count = app.status?.resources?.length ?? 0;
  const remove = useMutation({
    mutationFn: () => deleteApplication(name, way !== 'orphan', way),
    onSuccess: () => {
      toast('good', `${name} is being deleted`);
      void client.invalidateQueries({ queryKey: applicationsQuery.queryKey });
      void navigate({ to: '/applications', search: lastApplicationsSearch.get() });
    },
  });

  return (
    <FormDialog
      title={`Delete ${name}?`}
      onClose={onClose}
      action={remove.isPending ? 'Deleting…' : 'Delete'}
      look={'danger'}
      isReady={typed === name && !remove.isPending}
      onSubmit={() => remove.mutate()}
      error={remove.error}
    >
      <div role="radiogroup" aria-label="What is deleted" className={s.ways}>
        {WAYS.map(({ value, label, hint }) => (
          <label key={value} className={s.way} data-chosen={way === value || undefined}>
            <input
              type="radio"
              name="way"
              checked={way === value}
              onChange={() => setWay(value)}
              className={s.radio}
            />
            <span>
              <span className={s.label}>{label}</span>
              <span className={s.hint}>
                {hint}
                {value !== 'orphan' && count > 0 ? ` (${count} objects and what they own)` : ''}
              </span>
            </span>
          </label>
        ))}
      </div>
      <Field label={`Type ${name} to confirm`}>
        {(control) => (
          <Input {...control} autoFocus value={typed} onChange={(event) => setTyped(event.target.value)} />
        )}
      </Field>
    </FormDialog>
  );
}
