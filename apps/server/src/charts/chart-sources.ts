import { Injectable } from '@nestjs/common';
import { CodedError } from '@lotse/manifests';
import { sourceAllowed } from '@lotse/gitops';
import { DataSource } from 'typeorm';
import { ClusterHost } from '../cluster/cluster-host.js';
import { findProject } from '../projects/find-project.js';
import { RepositoryRecord } from '../repositories/repository.entity.js';

/** Which repositories the charts of a project may come from: the same `sourceRepos` as for everything else. */
@Injectable()
export class ChartSources {
  constructor(
    private readonly host: ClusterHost,
    private readonly source: DataSource,
  ) {}

  /**
   * The address itself; for `@name` and `alias:name`, as `Chart.yaml` may have it, that of the repository registered by
   * the name. @throws CodedError `repository_not_found`.
   */
  async address(repoURL: string, project: string): Promise<string> {
    const [, name] = /^(?:@|alias:)(.+)$/.exec(repoURL) ?? [];
    return name === undefined ? repoURL : this.#registered(name, project);
  }

  /** @throws CodedError `project_denied`. */
  assertPermitted(repoURL: string, project: string): void {
    const found = findProject(this.host.client, project);
    if (found && sourceAllowed(found, repoURL)) return;
    throw new CodedError(
      'project_denied',
      `charts of ${repoURL} are not permitted in project '${project}'. Add it to the project's sourceRepos.`,
    );
  }

  async #registered(name: string, project: string): Promise<string> {
    const records = await this.source
      .getRepository(RepositoryRecord)
      .find({ where: { name, template: false } });
    const found = records
      .filter((record) => record.project === '' || record.project === project)
      .sort((a, b) => Number(b.project !== '') - Number(a.project !== ''))[0];
    if (found) return found.url;
    throw new CodedError(
      'repository_not_found',
      `No repository is registered by the name ${JSON.stringify(name.slice(0, 200))}. Register one with that name, or write its address.`,
    );
  }
}
