import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { applicationsQuery } from '../../api/applications.js';
import { projectsQuery } from '../../api/system.js';
import { ErrorNotice, Notice } from '../../kit/notice.js';
import { SkeletonLines } from '../../kit/skeleton.js';
import s from './settings-page.module.css';
import t from './projects.module.css';

/** Which applications may come from where and go where. */
export function Projects() {
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
  if (projects.data.length === 0) return <Notice title="No projects" />;
  const countOf = (project: string) =>
    (applications.data?.items ?? []).filter(({ spec }) => (spec.project || 'default') === project).length;
  return (
    <ul className={s.cards}>
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
          </li>
        );
      })}
    </ul>
  );
}

const anything = (word: string) => (value: string) => (value === '*' ? word : value);
