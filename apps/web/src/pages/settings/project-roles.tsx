import { Plus, Trash2 } from 'lucide-react';
import { Button, IconButton } from '../../kit/button.js';
import { Field, Input, TextArea } from '../../kit/field.js';
import { policyExample, type RoleRow } from './project-form.js';
import t from './project-dialog.module.css';

interface ProjectRolesProps {
  project: string;
  rows: RoleRow[];
  onChange: (rows: RoleRow[]) => void;
}

/** Who may do what in a project: each role with its policy lines and the accounts or groups that have it. */
export function ProjectRoles({ project, rows, onChange }: ProjectRolesProps) {
  const set = (index: number, patch: Partial<RoleRow>) =>
    onChange(rows.map((row, at) => (at === index ? { ...row, ...patch } : row)));
  return (
    <fieldset className={t.group}>
      <legend className={t.legend}>Roles</legend>
      {rows.map((row, index) => (
        <div key={index} className={t.role}>
          <div className={t.row}>
            <Input
              mono
              aria-label={`Name of role ${index + 1}`}
              placeholder="name"
              value={row.name}
              onChange={(event) => set(index, { name: event.target.value })}
            />
            <Input
              aria-label={`Description of role ${index + 1}`}
              placeholder="description"
              value={row.description}
              onChange={(event) => set(index, { description: event.target.value })}
            />
            <IconButton
              label={`Remove role ${row.name || index + 1}`}
              onClick={() => onChange(rows.filter((_, at) => at !== index))}
            >
              <Trash2 size={14} />
            </IconButton>
          </div>
          <Field label={`Policies of ${row.name || 'the role'}`} hint={policyExample(project, row.name)}>
            {(control) => (
              <TextArea
                {...control}
                rows={3}
                value={row.policies}
                onChange={(event) => set(index, { policies: event.target.value })}
              />
            )}
          </Field>
          <Field label={`Accounts and groups with ${row.name || 'the role'}`} hint="One on each line">
            {(control) => (
              <TextArea
                {...control}
                rows={2}
                value={row.groups}
                onChange={(event) => set(index, { groups: event.target.value })}
              />
            )}
          </Field>
        </div>
      ))}
      <Button
        size="s"
        onClick={() => onChange([...rows, { name: '', description: '', policies: '', groups: '' }])}
      >
        <Plus size={13} /> Add a role
      </Button>
    </fieldset>
  );
}
