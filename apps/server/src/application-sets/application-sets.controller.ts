import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { ApplicationSetSpec } from '@lotse/gitops';
import type { KubeObject } from '@lotse/manifests';
import type { z } from 'zod';
import { ChecksAccess, CurrentPrincipal } from '../auth/access.js';
import { Authorizer } from '../auth/authorizer.js';
import type { Principal } from '../auth/principal.js';
import {
  applicationSetSchema,
  createQuerySchema,
  generateSchema,
  type ApplicationSetInput,
  type CreateQuery,
} from './application-set.schemas.js';
import { ApplicationSetService, policyObjectOf, setNotFound } from './application-set.service.js';
import { fixedProject } from './fixed-project.js';

/** ApplicationSets: generators and a template that make applications. */
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

  /** `dryRun=true` only says whether it could be made. */
  @Post()
  @ChecksAccess()
  @HttpCode(200)
  async create(
    @CurrentPrincipal() principal: Principal,
    @Query({ schema: createQuerySchema }) query: CreateQuery,
    @Body({ schema: applicationSetSchema }) input: ApplicationSetInput,
  ): Promise<KubeObject> {
    await this.#mayMake(principal, 'create', input);
    const existing = this.sets.find(input.metadata.name);
    if (query.upsert === 'true') {
      await this.#mayMake(principal, 'update', input);
      if (existing)
        await this.authorizer.enforce(principal, 'applicationsets', 'update', policyObjectOf(existing));
    }
    if (query.dryRun === 'true') {
      await this.sets.generate(input);
      return input as unknown as KubeObject;
    }
    return this.sets.create(input, query.upsert === 'true');
  }

  /** The applications that a set would make, without making anything. */
  @Post('generate')
  @ChecksAccess()
  @HttpCode(200)
  async generate(
    @CurrentPrincipal() principal: Principal,
    @Body({ schema: generateSchema }) body: z.output<typeof generateSchema>,
  ): Promise<{ applications: readonly KubeObject[] }> {
    await this.#mayMake(principal, 'create', body.applicationSet);
    return { applications: await this.sets.generate(body.applicationSet) };
  }

  @Get(':name')
  @ChecksAccess()
  async get(@CurrentPrincipal() principal: Principal, @Param('name') name: string): Promise<KubeObject> {
    return this.#need(principal, name);
  }

  @Put(':name')
  @ChecksAccess()
  async replace(
    @CurrentPrincipal() principal: Principal,
    @Param('name') name: string,
    @Body({ schema: applicationSetSchema }) input: ApplicationSetInput,
  ): Promise<KubeObject> {
    const existing = await this.#need(principal, name);
    await this.authorizer.enforce(principal, 'applicationsets', 'update', policyObjectOf(existing));
    await this.#mayMake(principal, 'update', input);
    return this.sets.replace(name, input);
  }

  @Delete(':name')
  @ChecksAccess()
  async remove(
    @CurrentPrincipal() principal: Principal,
    @Param('name') name: string,
  ): Promise<Record<string, never>> {
    const set = await this.#need(principal, name);
    await this.authorizer.enforce(principal, 'applicationsets', 'delete', policyObjectOf(set));
    await this.sets.remove(name);
    return {};
  }

  /** What may not be seen is not there. */
  async #need(principal: Principal, name: string): Promise<KubeObject> {
    const set = this.sets.find(name);
    if (!set || !(await this.authorizer.allows(principal, 'applicationsets', 'get', policyObjectOf(set))))
      throw setNotFound(name);
    return set;
  }

  async #mayMake(
    principal: Principal,
    action: 'create' | 'update',
    input: ApplicationSetInput,
  ): Promise<void> {
    const project = fixedProject(input.spec as unknown as ApplicationSetSpec);
    await this.authorizer.enforce(principal, 'applicationsets', action, `${project}/${input.metadata.name}`);
  }
}
