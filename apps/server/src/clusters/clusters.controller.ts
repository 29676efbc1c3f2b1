import { Controller, Get, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CodedError } from '@lotse/manifests';
import { Access, ChecksAccess, CurrentPrincipal } from '../auth/access.js';
import { Authorizer } from '../auth/authorizer.js';
import type { Principal } from '../auth/principal.js';
import { ClusterService, type Cluster } from './cluster.service.js';

const address = (request: { params: Record<string, string | string[]> }): string =>
  String(request.params['server']);

/** Where applications can be delivered to. */
@ApiTags('clusters')
@Controller('api/v1/clusters')
export class ClustersController {
  constructor(
    private readonly clusters: ClusterService,
    private readonly authorizer: Authorizer,
  ) {}

  @Get()
  @ChecksAccess()
  async list(@CurrentPrincipal() principal: Principal): Promise<{ items: readonly Cluster[] }> {
    const items = await this.clusters.list();
    const visible = await Promise.all(
      items.map(({ server }) => this.authorizer.allows(principal, 'clusters', 'get', server)),
    );
    return { items: items.filter((_, index) => visible[index]) };
  }

  /** One, by its address or its name. */
  @Get(':server')
  @Access('clusters', 'get', address)
  async get(@Param('server') server: string): Promise<Cluster> {
    const found = (await this.clusters.list()).find(
      (cluster) => cluster.server === server || cluster.name === server,
    );
    if (!found)
      throw new CodedError(
        'cluster_not_found',
        `There is no cluster ${JSON.stringify(server.slice(0, 253))}.`,
      );
    return found;
  }
}
