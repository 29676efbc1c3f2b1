import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { createProject, updateProject } from '../../api/administration.js';
import { projectsQuery } from '../../api/system.js';
import type { Project } from '../../api/types.js';
import { toast } from '../../app/toasts.js';
import { Button, IconButton } from '../../kit/button.js';
import { Dialog } from '../../kit/dialog.js';
import { Field, Input, TextArea } from '../../kit/field.js';
import { InlineError } from '../../kit/inline-error.js';
import {
  KIND_LISTS,
  problemOf,
  toForm,
  toSpec,
  type DestinationRow,
  type ProjectForm,
} from './project-form.js';
import { ProjectRoles } from './project-roles.js';
import s from './settings-page.module.css';
import t from './project-dialog.module.css';

/** Makes a project, or changes one: what it may deliver from where to where, and who may do what in it. */
export function ProjectDialog({ project, onClose }: { project?: Project | undefined; onClose: () => void }) {
  const client = useQueryClient();
  const [form, setForm] = useState<ProjectForm>(() => toForm(project));
  const change = (patch: Partial<ProjectForm>) => setForm((was) => ({ ...was, ...patch }));
  const problem = problemOf(form);
  const save = useMutation({
    mutationFn: () => {
      const spec = toSpec(form, project?.spec);
      const resourceVersion = project?.metadata.resourceVersion;
      return project
        ? updateProject({
            metadata: { name: form.name, ...(resourceVersion ? { resourceVersion } : {}) },
            spec,
          })
        : createProject({ metadata: { name: form.name }, spec });
    },
    onSuccess: () => {
      toast('good', project ? 'Project saved' : 'Project created');
      void client.invalidateQueries({ queryKey: projectsQuery.queryKey });
      onClose();
    },
  });
  return (
    <Dialog
      side
      title={project ? `Project ${form.name}` : 'New project'}
      onClose={onClose}
      foot={
        <>
          {problem && form.name !== '' ? <span className={t.problem}>{problem}</span> : null}
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="primary"
            disabled={problem !== undefined || save.isPending}
            onClick={() => save.mutate()}
          >
            {save.isPending ? 'Saving…' : project ? 'Save' : 'Create'}
          </Button>
        </>
      }
    >
      <form className={s.form} onSubmit={(event) => event.preventDefault()}>
        {project ? null : (
          <Field label="Name">
            {(control) => (
              <Input
                {...control}
                mono
                value={form.name}
                onChange={(event) => change({ name: event.target.value })}
              />
            )}
          </Field>
        )}
        <Field label="Description">
          {(control) => (
            <Input
              {...control}
              value={form.description}
              onChange={(event) => change({ description: event.target.value })}
            />
          )}
        </Field>
        <Lines
          label="Repositories"
          hint="One address on each line; * stands for anything, ! refuses"
          value={form.sources}
          onChange={(sources) => change({ sources })}
        />
        <Destinations rows={form.destinations} onChange={(destinations) => change({ destinations })} />
        <div className={t.pairs}>
          {KIND_LISTS.map(({ field, label, hint }) => (
            <Lines
              key={field}
              label={label}
              hint={hint ?? 'group/Kind, one on each line'}
              value={form.kinds[field]}
              onChange={(value) => change({ kinds: { ...form.kinds, [field]: value } })}
            />
          ))}
        </div>
        <Lines
          label="Keys that must sign commits"
          hint="Ids of GPG keys, one on each line; none asks for no signature"
          value={form.signatureKeys}
          onChange={(signatureKeys) => change({ signatureKeys })}
        />
        <ProjectRoles project={form.name} rows={form.roles} onChange={(roles) => change({ roles })} />
        <InlineError error={save.error} />
      </form>
    </Dialog>
  );
}

interface LinesProps {
  label: string;
  hint: string;
  value: string;
  onChange: (value: string) => void;
}

function Lines({ label, hint, value, onChange }: LinesProps) {
  return (
    <Field label={label} hint={hint}>
      {(control) => (
        <TextArea
          {...control}
          rows={Math.min(Math.max(value.split('\n').length, 2), 8)}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

function Destinations({
  rows,
  onChange,
}: {
  rows: DestinationRow[];
  onChange: (rows: DestinationRow[]) => void;
}) {
  const set = (index: number, patch: Partial<DestinationRow>) =>
    onChange(rows.map((row, at) => (at === index ? { ...row, ...patch } : row)));
  return (
    <fieldset className={t.group}>
      <legend className={t.legend}>Destinations</legend>
      {rows.length === 0 ? <p className={s.sub}>None: nothing can be delivered.</p> : null}
      {rows.map((row, index) => (
        <div key={index} className={t.row}>
          <Input
            mono
            aria-label={`Cluster of destination ${index + 1}`}
            placeholder="https://kubernetes.default.svc"
            value={row.cluster}
            onChange={(event) => set(index, { cluster: event.target.value })}
          />
          <Input
            mono
            aria-label={`Namespace of destination ${index + 1}`}
            placeholder="namespace"
            value={row.namespace}
            onChange={(event) => set(index, { namespace: event.target.value })}
          />
          <IconButton
            label={`Remove destination ${index + 1}`}
            onClick={() => onChange(rows.filter((_, at) => at !== index))}
          >
            <Trash2 size={14} />
          </IconButton>
        </div>
      ))}
      <Button size="s" onClick={() => onChange([...rows, { cluster: '*', namespace: '*' }])}>
        <Plus size={13} /> Add a destination
      </Button>
    </fieldset>
  );
}
