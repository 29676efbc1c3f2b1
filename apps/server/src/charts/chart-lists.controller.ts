import { Controller, Get, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ChecksAccess, CurrentPrincipal } from '../auth/access.js';
import { Authorizer } from '../auth/authorizer.js';
import type { Principal } from '../auth/principal.js';
import { RepositoryRegistry } from '../repositories/registry.service.js';
import type { RepositoryView } from '../repositories/repository.schemas.js';
import { ChartService } from './chart.service.js';
import type { ListedChart } from './index-protocol.js';

/** What pickers offer of a repository of charts. Who may see the repository may see what is in it. */
@ApiTags('repositories')
@Controller('api/v1/repositories')
export class ChartListsController {
  constructor(
    private readonly registry: RepositoryRegistry,
    private readonly charts: ChartService,
    private readonly authorizer: Authorizer,
  ) {}

  /** The charts of a Helm repository with their versions, newest first. A registry doesn't tell: its list is empty. */
  @Get(':repo/helmcharts')
  @ChecksAccess()
  async helmCharts(
    @CurrentPrincipal() principal: Principal,
    @Param('repo') repo: string,
  ): Promise<{ items: readonly ListedChart[] }> {
    const { repo: url, project } = await this.#allowed(principal, repo);
    return { items: await this.charts.charts(url, project) };
  }

  /** The versions of one chart, in a registry or a Helm repository. */
  @Get(':repo/helmcharts/:chart/versions')
  @ChecksAccess()
  async versions(
    @CurrentPrincipal() principal: Principal,
    @Param('repo') repo: string,
    @Param('chart') chart: string,
  ): Promise<{ versions: readonly string[] }> {
    const { repo: url, project } = await this.#allowed(principal, repo);
    return { versions: await this.charts.versions(url, project, chart) };
  }

  async #allowed(principal: Principal, repo: string): Promise<RepositoryView> {
    const view = await this.registry.get(repo);
    const object = view.project === '' ? view.repo : `${view.project}/${view.repo}`;
    await this.authorizer.enforce(principal, 'repositories', 'get', object);
    return view;
  }
}
