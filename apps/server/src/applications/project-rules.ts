import { CodedError, groupVersionKind, type KubeObject } from '@lotse/manifests';
import {
  destinationAllowed,
  kindAllowed,
  projectRefusals,
  type Application,
  type ApplicationSource,
  type AppProject,
} from '@lotse/gitops';
import type { InProcessClusterClient } from '../cluster/in-process-cluster-client.js';
import { findProject } from '../projects/find-project.js';

/** The project of an application, as it is now. @throws CodedError `project_not_found`. */
export function projectOf(application: Application, client: InProcessClusterClient): AppProject {
  const name = application.spec.project || 'default';
  const project = findProject(client, name);
  if (!project)
    throw new CodedError(
      'project_not_found',
      `Application referencing project ${name} which does not exist. Create the project, or use default.`,
    );
  return project;
}

/**
 * Nothing of a repository is read for an application whose project doesn't allow it, whoever asks and whatever for.
 * `source` is one that an operation names in place of the application's own.
 * @throws CodedError `project_denied` with every reason, `project_not_found`.
 */
export function assertPermitted(
  application: Application,
  client: InProcessClusterClient,
  source?: ApplicationSource,
): void {
  const project = projectOf(application, client);
  const refusals = projectRefusals(project, application);
  if (source) {
    const { sources: _, ...spec } = application.spec;
    refusals.push(...projectRefusals(project, { ...application, spec: { ...spec, source } }));
  }
  if (refusals.length > 0) throw new CodedError('project_denied', [...new Set(refusals)].join('; '));
}

/**
 * Nothing is shown of an object that the application could not manage.
 * @throws CodedError `project_denied`.
 */
export function assertDeliverable(
  target: KubeObject,
  { spec }: Application,
  project: AppProject,
  client: InProcessClusterClient,
): void {
  const { group, version, kind } = groupVersionKind(target);
  const { name = '', namespace = '' } = target.metadata;
  const namespaced = client.kindNow(group, kind, version)?.namespaced ?? true;
  if (
    kindAllowed(project, group, kind, namespaced) &&
    (!namespaced || destinationAllowed(project, spec.destination, namespace))
  )
    return;
  throw new CodedError(
    'project_denied',
    `The project ${spec.project} does not permit ${kind} ${namespace ? `${namespace}/` : ''}${name}.`,
  );
}
