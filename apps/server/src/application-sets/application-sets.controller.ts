import { Controller, Delete, Get, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { KubeObject } from '@lotse/manifests';
import { ChecksAccess, CurrentPrincipal } from '../auth/access.js';
import { Authorizer } from '../auth/authorizer.js';
import type { Principal } from '../auth/principal.js';
import { ApplicationSetService, policyObjectOf } from './application-set.service.js';

/** ApplicationSets as they are kept: accepted from kubectl unmodified, listed, shown and deleted here. */
@ApiTags('applicationsets')
@Controller('api/v1/applicationsets')
export class ApplicationSetsController {
  constructor(
    private readonly sets: ApplicationSetService,
    private readonly authorizer: Authorizer,
  ) {}

  @Get()
  @ChecksAccess()
  async list(@CurrentPrincipal() principal: Principal): Promise<{ items: KubeObject[] }> {
    const items = await this.sets.list();
    const visible = await Promise.all(
      items.map((set) => this.authorizer.allows(principal, 'applicationsets', 'get', policyObjectOf(set))),
    );
    return { items: items.filter((_, index) => visible[index]) };
  }

  @Get(':name')
  @ChecksAccess()
  async get(@CurrentPrincipal() principal: Principal, @Param('name') name: string): Promise<KubeObject> {
    const set = await this.sets.get(name);
    await this.authorizer.enforce(principal, 'applicationsets', 'get', policyObjectOf(set));
    return set;
  }

  @Delete(':name')
  @ChecksAccess()
  async remove(
    @CurrentPrincipal() principal: Principal,
    @Param('name') name: string,
  ): Promise<Record<string, never>> {
    const set = await this.sets.get(name);
    await this.authorizer.enforce(principal, 'applicationsets', 'delete', policyObjectOf(set));
    await this.sets.remove(name);
    return {};
  }
}
