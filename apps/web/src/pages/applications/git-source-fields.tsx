import { useQuery } from '@tanstack/react-query';
import { repositoriesQuery } from '../../api/system.js';
import { Field, Input } from '../../kit/field.js';
import type { SourceFieldsProps } from './create-form.js';
import { RepositoryField } from './repository-field.js';

/** A directory of a Git repository. */
export function GitSourceFields({ form, problems, set }: SourceFieldsProps) {
  const repositories = useQuery(repositoriesQuery);
  return (
    <>
      <RepositoryField
        label="Repository"
        hint="https, ssh or, on this machine, a path"
        error={problems.repoURL}
        name="repoURL"
        placeholder="https://github.com/argoproj/argocd-example-apps.git"
        value={form.repoURL}
        onChange={(repoURL) => set({ repoURL })}
        known={(repositories.data ?? []).filter(({ type }) => type !== 'helm')}
      />
      <Field
        label="Path"
        error={problems.path}
        hint="Directory, Kustomize or Helm is found out from what is there"
      >
        {(control) => (
          <Input
            {...control}
            name="path"
            mono
            required
            value={form.path}
            onChange={(event) => set({ path: event.target.value })}
            placeholder="guestbook"
          />
        )}
      </Field>
      <Field label="Revision" hint="A branch, tag, commit or version range">
        {(control) => (
          <Input
            {...control}
            name="targetRevision"
            mono
            value={form.revision}
            onChange={(event) => set({ revision: event.target.value })}
            placeholder="HEAD"
          />
        )}
      </Field>
    </>
  );
}
