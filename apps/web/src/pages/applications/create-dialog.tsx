import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { GitBranch, Package } from 'lucide-react';
import { useState } from 'react';
import { applicationsQuery, createApplication } from '../../api/applications.js';
import { projectsQuery } from '../../api/system.js';
import { toast } from '../../app/toasts.js';
import { FormDialog } from '../../kit/form-dialog.js';
import { Checkbox, Field, Input, Select } from '../../kit/field.js';
import { Group } from '../../kit/group.js';
import { Segmented } from '../../kit/segmented.js';
import { ChartSourceFields } from './chart-source-fields.js';
import { EMPTY_FORM, problemsOf, toApplication, type CreateForm } from './create-form.js';
import { GitSourceFields } from './git-source-fields.js';
import s from './create-dialog.module.css';

export function CreateDialog({ onClose }: { onClose: () => void }) {
  const navigate = useNavigate();
  const client = useQueryClient();
  const projects = useQuery(projectsQuery);
  const [form, setForm] = useState<CreateForm>(EMPTY_FORM);
  const [wasTried, setTried] = useState(false);
  const problems = wasTried ? problemsOf(form) : {};
  const set = (patch: Partial<CreateForm>) => setForm((was) => ({ ...was, ...patch }));

  const create = useMutation({
    mutationFn: createApplication,
    onSuccess: (app) => {
      toast('good', `${app.metadata.name} created`);
      void client.invalidateQueries({ queryKey: applicationsQuery.queryKey });
      void navigate({ to: '/applications/$name', params: { name: app.metadata.name } });
    },
  });

  const submit = () => {
    setTried(true);
    if (Object.keys(problemsOf(form)).length === 0) create.mutate(toApplication(form));
  };

  return (
    <FormDialog
      title="New application"
      subtitle="One directory of a repository or one chart, delivered into one namespace."
      onClose={onClose}
      width="wide"
      action={create.isPending ? 'Creating…' : 'Create'}
      isReady={!create.isPending}
      onSubmit={submit}
      error={create.error}
      className={s.form}
    >
      <Field label="Name" error={problems.name}>
        {(control) => (
          <Input
            {...control}
            name="name"
            autoFocus
            required
            value={form.name}
            onChange={(event) => set({ name: event.target.value })}
            placeholder="storefront"
          />
        )}
      </Field>
      <Field label="Project">
        {(control) => (
          <Select
            {...control}
            name="project"
            value={form.project}
            onChange={(event) => set({ project: event.target.value })}
          >
            {[...new Set(['default', ...(projects.data ?? []).map(({ metadata }) => metadata.name)])].map(
              (name) => (
                <option key={name}>{name}</option>
              ),
            )}
          </Select>
        )}
      </Field>
      <div className={s.whole}>
        <Segmented
          label="Source"
          value={form.source}
          onChange={(source) => set({ source })}
          options={[
            { value: 'git', label: 'Git repository', icon: <GitBranch size={13} /> },
            { value: 'chart', label: 'Helm chart', icon: <Package size={13} /> },
          ]}
        />
      </div>
      {form.source === 'git' ? (
        <GitSourceFields form={form} problems={problems} set={set} />
      ) : (
        <ChartSourceFields form={form} problems={problems} set={set} />
      )}
      <Field
        label="Namespace"
        error={problems.namespace}
        hint="Where objects without a namespace of their own go"
      >
        {(control) => (
          <Input
            {...control}
            name="namespace"
            value={form.namespace}
            onChange={(event) => set({ namespace: event.target.value })}
            placeholder="default"
          />
        )}
      </Field>
      <div className={s.checks}>
        <Checkbox
          label="Create the namespace"
          checked={form.createNamespace}
          onChange={(event) => set({ createNamespace: event.target.checked })}
        />
      </div>
      <Group legend="Delivery" className={s.policy}>
        <Checkbox
          label="Sync automatically"
          hint="Every new commit or version is delivered without asking"
          checked={form.automated}
          onChange={(event) => set({ automated: event.target.checked })}
        />
        <Checkbox
          label="Prune"
          hint="Delete what is no longer in the source"
          disabled={!form.automated}
          checked={form.automated && form.prune}
          onChange={(event) => set({ prune: event.target.checked })}
        />
        <Checkbox
          label="Self-heal"
          hint="Undo changes made in the cluster by hand"
          disabled={!form.automated}
          checked={form.automated && form.selfHeal}
          onChange={(event) => set({ selfHeal: event.target.checked })}
        />
      </Group>
    </FormDialog>
  );
}
