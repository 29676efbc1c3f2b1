import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { AllowedButton } from '../../access/allowed-button.js';
import { deleteProject } from '../../api/administration.js';
import { applicationsQuery } from '../../api/applications.js';
import { projectsQuery } from '../../api/system.js';
import { toast } from '../../app/toasts.js';
import { ErrorNotice, Notice } from '../../kit/notice.js';
import { SkeletonLines } from '../../kit/skeleton.js';
import { ConfirmDialog } from './confirm-dialog.js';
import { ProjectDialog } from './project-dialog.js';
import s from './settings-page.module.css';
import t from './projects.module.css';

interface ProjectsProps {
  isAdding: boolean;
  /** The project whose form is open. */
  editing: string | undefined;
  onOpen: (form: { add?: true; edit?: string }) => void;
}

/** Which applications may come from where and go where. */
export function Projects({ isAdding, editing, onOpen }: ProjectsProps) {
  const client = useQueryClient();
  const [leaving, setLeaving] = useState<string>();
  const remove = useMutation({
    mutationFn: deleteProject,
    onSuccess: () => {
      toast('good', 'Project deleted');
      setLeaving(undefined);
      void client.invalidateQueries({ queryKey: projectsQuery.queryKey });
    },
  });
  const projects = useQuery(projectsQuery);
  const applications = useQuery({ ...applicationsQuery, enabled: false });
  if (projects.isError && !projects.data)
    return (
      <ErrorNotice
        what="The projects could not be read"
        error={projects.error}
        onRetry={() => void projects.refetch()}
      />
    );
  if (!projects.data) return <SkeletonLines count={4} height={52} />;
  const edited = projects.data.find(({ metadata }) => metadata.name === editing);
  const countOf = (project: string) =>
    (applications.data?.items ?? []).filter(({ spec }) => (spec.project || 'default') === project).length;
  return (
    <>
      <div className={s.head}>
        <p className={s.intro}>What applications may deliver, from where to where, and who may do what.</p>
        <AllowedButton
          right={{ resource: 'projects', action: 'create', object: '*' }}
          look="primary"
          onClick={() => onOpen({ add: true })}
        >
          <Plus size={15} /> New project
        </AllowedButton>
      </div>
      {projects.data.length === 0 ? <Notice title="No projects you may see" /> : null}
      <ul className={s.cards} hidden={projects.data.length === 0}>
        {projects.data.map((project) => {
          const { name } = project.metadata;
          const spec = project.spec ?? {};
          const count = countOf(name);
          return (
            <li key={name} className={s.row}>
              <div className={s.main}>
                <p className={s.name}>{name}</p>
                <p className={s.sub}>
                  {spec.description ||
                    (name === 'default' ? 'Applications without a project of their own' : '')}
                </p>
                <dl className={t.rules}>
                  <div>
                    <dt>from</dt>
                    <dd>{spec.sourceRepos?.map(anything('any repository')).join(', ') || 'nowhere'}</dd>
                  </div>
                  <div>
                    <dt>to</dt>
                    <dd>
                      {spec.destinations
                        ?.map(({ namespace }) => anything('any namespace')(namespace ?? '*'))
                        .join(', ') || 'nowhere'}
                    </dd>
                  </div>
                  {spec.roles?.length ? (
                    <div>
                      <dt>roles</dt>
                      <dd>{spec.roles.map((role) => role.name).join(', ')}</dd>
                    </div>
                  ) : null}
                  {spec.syncWindows?.length ? (
                    <div>
                      <dt>windows</dt>
                      <dd>
                        {spec.syncWindows
                          .map(({ kind, schedule }) => `${kind ?? ''} ${schedule ?? ''}`)
                          .join(', ')}
                      </dd>
                    </div>
                  ) : null}
                </dl>
              </div>
              <Link to="/applications" search={{ project: [name] }} className={t.link}>
                {count} {count === 1 ? 'application' : 'applications'}
              </Link>
              <AllowedButton
                right={{ resource: 'projects', action: 'update', object: name }}
                size="s"
                aria-label={`Edit ${name}`}
                onClick={() => onOpen({ edit: name })}
              >
                Edit
              </AllowedButton>
              {name === 'default' ? null : (
                <AllowedButton
                  right={{ resource: 'projects', action: 'delete', object: name }}
                  size="s"
                  label={`Delete ${name}`}
                  onClick={() => setLeaving(name)}
                >
                  <Trash2 size={14} />
                </AllowedButton>
              )}
            </li>
          );
        })}
      </ul>
      {isAdding ? <ProjectDialog onClose={() => onOpen({})} /> : null}
      {edited ? <ProjectDialog key={editing} project={edited} onClose={() => onOpen({})} /> : null}
      {leaving ? (
        <ConfirmDialog
          title="Delete the project?"
          action="Delete"
          isBusy={remove.isPending}
          error={remove.error}
          onConfirm={() => remove.mutate(leaving)}
          onClose={() => {
            remove.reset();
            setLeaving(undefined);
          }}
        >
          The rules of <strong>{leaving}</strong> and its roles are gone with it. It can only be deleted while
          no application is in it.
        </ConfirmDialog>
      ) : null}
    </>
  );
}

const anything = (word: string) => (value: string) => (value === '*' ? word : value);
