import { Injectable } from '@nestjs/common';
import {
  generateApplications,
  sanitizeName,
  sourceAllowed,
  type AppProject,
  type ApplicationSet,
  type Generation,
  type GeneratorSources,
} from '@lotse/gitops';
import { textRenderer } from '@lotse/helm';
import { CodedError } from '@lotse/manifests';
import { CONTROL_NAMESPACE, ClusterHost } from '../cluster/cluster-host.js';
import { SignaturePolicy } from '../gpg-keys/signature-policy.js';
import { findProject } from '../projects/find-project.js';
import { seededChance } from '../rendering/seeded-chance.js';
import type { Interest } from '../repositories/repository-interests.js';
import { RepositoryService } from '../repositories/repository.service.js';
import { generatorClusters } from './generator-clusters.js';

/** A generation, and the repositories that were looked at for it. */
export interface SetGeneration {
  readonly generation: Generation;
  readonly interests: readonly Interest[];
}

/** Runs the generators of sets with the server's repositories and clusters. */
@Injectable()
export class SetGenerator {
  constructor(
    private readonly host: ClusterHost,
    private readonly repositories: RepositoryService,
    private readonly signatures: SignaturePolicy,
  ) {}

  async generate(set: ApplicationSet, refresh: boolean): Promise<SetGeneration> {
    const interests: Interest[] = [];
    // the same numbers at every look, or every look would make other applications
    const chance = seededChance(set.metadata.uid ?? set.metadata.name ?? '');
    const render = (missingKey: 'error' | 'default'): ReturnType<typeof textRenderer> =>
      textRenderer({
        missingKey,
        functions: { normalize: sanitizeName, slugify: (text) => sanitizeName(text).slice(0, 50) },
        random: chance,
        now: Date.now,
      });
    const renderers = { error: render('error'), default: render('default') };
    const sources: GeneratorSources = {
      tree: async (repoURL, revision, project) => {
        interests.push({ url: repoURL, revision, ...(project !== undefined && { project }) });
        return this.#tree(repoURL, revision, project, refresh);
      },
      clusters: async () =>
        generatorClusters(await this.host.client.list({ group: '', kind: 'Secret' }, CONTROL_NAMESPACE)),
      goTemplate: (text, data, missingKey) => renderers[missingKey](text, data),
    };
    return { generation: await generateApplications(set, sources, CONTROL_NAMESPACE), interests };
  }

  /** What a project may not deliver from, its sets may not read either. */
  async #tree(
    url: string,
    revision: string,
    projectName: string | undefined,
    refresh: boolean,
  ): ReturnType<RepositoryService['tree']> {
    const project = projectName === undefined ? undefined : this.#project(projectName);
    if (project && !sourceAllowed(project, url))
      throw new CodedError(
        'project_denied',
        `The repository ${url} is not permitted in project '${projectName ?? ''}'. Add it to the project's sourceRepos.`,
      );
    const where = projectName === undefined ? url : { url, project: projectName };
    const { commit } = await this.repositories.resolve(where, revision, { refresh });
    if (project) await this.signatures.assertSigned(project, [{ repoURL: url, revision, commit }]);
    return this.repositories.tree(where, commit);
  }

  #project(name: string): AppProject {
    const project = findProject(this.host.client, name);
    if (!project)
      throw new CodedError(
        'project_not_found',
        `There is no project ${JSON.stringify(name)}. Create it first.`,
      );
    return project;
  }
}
