import { isJsonObject, type JsonValue } from '@lotse/manifests';
import { projectOfTemplate, type ApplicationSetSpec } from '@lotse/gitops';
import { CodedError } from '@lotse/manifests';

/**
 * The one project all applications of a set are in. Sets that come in over REST must say it in plain text, in their
 * template and in those of their generators: rights are given for projects, and parameters come from whoever can
 * write to a repository.
 * @throws CodedError `applicationset_project_invalid`.
 */
export function fixedProject(spec: ApplicationSetSpec): string {
  const project = projectOfTemplate(spec);
  if (project === undefined)
    throw new CodedError(
      'applicationset_project_invalid',
      'spec.template.spec.project has a template in it. Write the name of one project there; sets with a project for each application are applied with kubectl by an administrator.',
    );
  for (const other of projectsOfGenerators(spec.generators ?? []))
    if (other !== project)
      throw new CodedError(
        'applicationset_project_invalid',
        `A generator's template names the project ${JSON.stringify(other)}, the set's template ${JSON.stringify(project)}. They must be the same.`,
      );
  return project;
}

function projectsOfGenerators(value: JsonValue): JsonValue[] {
  if (Array.isArray(value)) return value.flatMap(projectsOfGenerators);
  if (!isJsonObject(value)) return [];
  return Object.values(value).flatMap((generator) => {
    if (!isJsonObject(generator)) return [];
    const { template, generators } = generator;
    const spec = isJsonObject(template) ? template['spec'] : undefined;
    const project = isJsonObject(spec) ? spec['project'] : undefined;
    return [
      ...(project === undefined || project === null || project === '' ? [] : [project]),
      ...projectsOfGenerators(generators ?? []),
    ];
  });
}
