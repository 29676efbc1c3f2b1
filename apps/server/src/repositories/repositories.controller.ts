import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { ChecksAccess, CurrentPrincipal } from '../auth/access.js';
import { Authorizer } from '../auth/authorizer.js';
import type { PolicyAction } from '../auth/policy/policy.js';
import type { Principal } from '../auth/principal.js';
import { ChartReach } from './chart-reach.js';
import { RepositoryRegistry } from './registry.service.js';
import { type RepositoryInput, type RepositoryView, repositorySchema } from './repository.schemas.js';
import { RepositoryService } from './repository.service.js';

const upsertSchema = z.object({ upsert: z.enum(['true', 'false']).default('false') });
/** `forceRefresh` asks the Git server again first. */
const refreshSchema = z.object({ forceRefresh: z.enum(['true', 'false']).default('false') });
type Upsert = z.output<typeof upsertSchema>;

/** Repositories. Addresses in paths are percent-encoded. The policy object is the address, or `project/address`. */
@ApiTags('repositories')
@Controller('api/v1/repositories')
export class RepositoriesController {
  constructor(
    private readonly registry: RepositoryRegistry,
    private readonly repositories: RepositoryService,
    private readonly authorizer: Authorizer,
    private readonly charts: ChartReach,
  ) {}

  @Get()
  @ChecksAccess()
  async list(@CurrentPrincipal() principal: Principal): Promise<{ items: RepositoryView[] }> {
    const views = await this.registry.list();
    const visible = await Promise.all(
      views.map((view) => this.authorizer.allows(principal, 'repositories', 'get', objectOf(view))),
    );
    return { items: views.filter((_, index) => visible[index]) };
  }

  @Post()
  @ChecksAccess()
  @HttpCode(200)
  async create(
    @CurrentPrincipal() principal: Principal,
    @Query({ schema: upsertSchema }) query: Upsert,
    @Body({ schema: repositorySchema }) input: RepositoryInput,
  ): Promise<RepositoryView> {
    await this.authorizer.enforce(principal, 'repositories', 'create', objectOf(input));
    if (query.upsert === 'true') {
      await this.authorizer.enforce(principal, 'repositories', 'update', objectOf(input));
      // what is there may be another project's
      const existing = await this.registry.registered(input.repo);
      if (existing) await this.authorizer.enforce(principal, 'repositories', 'update', objectOf(existing));
    }
    const view = await this.registry.create(input, query.upsert === 'true');
    // Its status says whether it can be reached; a server that is down now is no reason to refuse the entry.
    await this.#test(view);
    return this.registry.get(view.repo);
  }

  @Get(':repo')
  @ChecksAccess()
  async get(
    @CurrentPrincipal() principal: Principal,
    @Param('repo') repo: string,
    @Query({ schema: refreshSchema }) query: z.output<typeof refreshSchema>,
  ): Promise<RepositoryView> {
    const view = await this.#allowed(principal, repo, 'get');
    if (query.forceRefresh !== 'true') return view;
    await this.#test(view);
    return this.registry.get(repo);
  }

  @Put(':repo')
  @ChecksAccess()
  async update(
    @CurrentPrincipal() principal: Principal,
    @Param('repo') repo: string,
    @Body({ schema: repositorySchema }) input: RepositoryInput,
  ): Promise<RepositoryView> {
    await this.#allowed(principal, repo, 'update');
    await this.authorizer.enforce(principal, 'repositories', 'update', objectOf(input));
    await this.#test(await this.registry.update(repo, input));
    return this.registry.get(repo);
  }

  @Delete(':repo')
  @ChecksAccess()
  async remove(
    @CurrentPrincipal() principal: Principal,
    @Param('repo') repo: string,
  ): Promise<Record<string, never>> {
    await this.#allowed(principal, repo, 'delete');
    await this.registry.remove(repo, false);
    return {};
  }

  @Get(':repo/refs')
  @ChecksAccess()
  async refs(
    @CurrentPrincipal() principal: Principal,
    @Param('repo') repo: string,
  ): Promise<{ branches: string[]; tags: string[] }> {
    const { project } = await this.#allowed(principal, repo, 'get');
    return this.repositories.refs({ url: repo, project });
  }

  /** Asks the server again, now. */
  @Post(':repo/validate')
  @ChecksAccess()
  @HttpCode(200)
  async validate(
    @CurrentPrincipal() principal: Principal,
    @Param('repo') repo: string,
  ): Promise<RepositoryView> {
    await this.#test(await this.#allowed(principal, repo, 'get'));
    return this.registry.get(repo);
  }

  /** Its status says how that went. */
  async #test({ repo, project, type }: RepositoryView): Promise<void> {
    const test =
      type === 'git' ? this.repositories.test({ url: repo, project }) : this.charts.test(repo, project);
    await test.catch(() => undefined);
  }

  async #allowed(principal: Principal, repo: string, action: PolicyAction): Promise<RepositoryView> {
    const view = await this.registry.get(repo);
    await this.authorizer.enforce(principal, 'repositories', action, objectOf(view));
    return view;
  }
}

function objectOf({ repo, project }: { readonly repo: string; readonly project: string }): string {
  return project === '' ? repo : `${project}/${repo}`;
}
