import { Injectable } from '@nestjs/common';
import { CodedError } from '@lotse/manifests';
import { ARGO_GROUP, sourceAllowed, type AppProject } from '@lotse/gitops';
import { DataSource } from 'typeorm';
import { ClusterHost, CONTROL_NAMESPACE } from '../cluster/cluster-host.js';
import { RepositoryRecord } from '../repositories/repository.entity.js';

/** Which repositories the charts of a project may come from: the same `sourceRepos` as for everything else. */
@Injectable()
export class ChartSources {
  constructor(
    private readonly host: ClusterHost,
    private readonly source: DataSource,
  ) {}

  /**
   * The address, when the project allows it; `@name` and `alias:name`, as `Chart.yaml` may have it, are the address of
   * the repository registered by that name. @throws CodedError `project_denied`, `repository_not_found`.
   */
  async permitted(repoURL: string, project: string): Promise<string> {
    const [, name] = /^(?:@|alias:)(.+)$/.exec(repoURL) ?? [];
    const address = name === undefined ? repoURL : await this.#registered(name, project);
    const object = this.host.client.getNow({
      group: ARGO_GROUP,
      kind: 'AppProject',
      namespace: CONTROL_NAMESPACE,
      name: project,
    });
    if (object && sourceAllowed(object as unknown as AppProject, address)) return address;
    throw new CodedError(
      'project_denied',
      `charts of ${address} are not permitted in project '${project}'. Add it to the project's sourceRepos.`,
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
