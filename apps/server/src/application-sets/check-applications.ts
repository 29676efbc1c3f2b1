import { type KubeObject } from '@lotse/manifests';
import { asApplication, projectRefusals, validateApplication } from '@lotse/gitops';
import type { InProcessClusterClient } from '../cluster/in-process-cluster-client.js';
import { findProject } from '../projects/find-project.js';

/** Applications of a set that can be kept, and what is wrong with the others. */
export interface CheckedApplications {
  readonly valid: readonly KubeObject[];
  readonly problems: readonly string[];
}

/** Looks at generated applications as if somebody sent them: their form, their project, and what that allows. */
export function checkApplications(
  applications: readonly KubeObject[],
  client: InProcessClusterClient,
): CheckedApplications {
  const valid: KubeObject[] = [];
  const problems: string[] = [];
  for (const each of applications) {
    const reason = problemOf(each, client);
    if (reason === undefined) valid.push(each);
    else problems.push(`${each.metadata.name ?? '(no name)'}: ${reason}`);
  }
  return { valid, problems };
}

function problemOf(object: KubeObject, client: InProcessClusterClient): string | undefined {
  const problems = validateApplication(object);
  if (problems.length > 0)
    return problems.map(({ field, message }) => (field ? `${field}: ${message}` : message)).join('; ');
  const application = asApplication(object);
  const name = application.spec.project || 'default';
  const project = findProject(client, name);
  if (!project) return `there is no project ${JSON.stringify(name)}`;
  const refusals = projectRefusals(project, application);
  return refusals.length > 0 ? refusals.join('; ') : undefined;
}
