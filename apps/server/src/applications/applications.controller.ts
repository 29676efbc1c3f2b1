import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Param,
  Patch,
  Post,
  Put,
  Query,
  UseInterceptors,
} from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Application } from '@lotse/gitops';
import { ChecksAccess, CurrentPrincipal } from '../auth/access.js';
import { Authorizer } from '../auth/authorizer.js';
import type { Principal } from '../auth/principal.js';
import { ClusterHost } from '../cluster/cluster-host.js';
import { MaskAddresses } from './mask-addresses.js';
import { ApplicationAccess, policyObject } from './application-access.js';
import { ApplicationReconciler } from './application-reconciler.js';
import {
  applicationSchema,
  createQuerySchema,
  deleteQuerySchema,
  getQuerySchema,
  listQuerySchema,
  patchSchema,
  replaceQuerySchema,
  type ApplicationInput,
  type CreateQuery,
  type DeleteQuery,
  type GetQuery,
  type ListQuery,
  type PatchInput,
  type ReplaceQuery,
} from './application.schemas.js';
import { ApplicationService } from './application.service.js';
import { ApplicationStore } from './application-store.js';
import { filterApplications } from './filter-applications.js';

/** A page of applications. */
interface ApplicationList {
  readonly metadata: {
    readonly resourceVersion: string;
    readonly continue?: string;
    readonly remainingItemCount?: number;
  };
  readonly items: readonly Application[];
}

/** Applications: create, read, change, delete. */
@ApiTags('applications')
@Controller('api/v1/applications')
@UseInterceptors(MaskAddresses)
export class ApplicationsController {
  constructor(
    private readonly service: ApplicationService,
    private readonly store: ApplicationStore,
    private readonly access: ApplicationAccess,
    private readonly authorizer: Authorizer,
    private readonly reconciler: ApplicationReconciler,
    private readonly host: ClusterHost,
  ) {}

  @Get()
  @ChecksAccess()
  async list(
    @CurrentPrincipal() principal: Principal,
    @Query({ schema: listQuerySchema }) query: ListQuery,
  ): Promise<ApplicationList> {
    const resourceVersion = String(this.host.cluster.store.revision);
    const visible = await this.access.visible(principal, await this.store.list());
    const { items, next, remaining } = filterApplications(visible, query);
    return {
      metadata: {
        resourceVersion,
        ...(next !== undefined && { continue: next, remainingItemCount: remaining }),
      },
      items,
    };
  }

  @Post()
  @ChecksAccess()
  @HttpCode(200)
  async create(
    @CurrentPrincipal() principal: Principal,
    @Query({ schema: createQuerySchema }) query: CreateQuery,
    @Body({ schema: applicationSchema }) input: ApplicationInput,
  ): Promise<Application> {
    const object = policyObject(input as unknown as Application);
    await this.authorizer.enforce(principal, 'applications', 'create', object);
    // an operation that comes along is a sync
    if (input['operation'] !== undefined)
      await this.authorizer.enforce(principal, 'applications', 'sync', object);
    if (query.upsert === 'true') {
      await this.authorizer.enforce(principal, 'applications', 'update', object);
      await this.#mayChange(principal, input.metadata.name);
    }
    return this.service.create(input, {
      upsert: query.upsert === 'true',
      validate: query.validate === 'true',
    });
  }

  @Get(':name')
  @ChecksAccess()
  async get(
    @CurrentPrincipal() principal: Principal,
    @Param('name') name: string,
    @Query({ schema: getQuerySchema }) query: GetQuery,
  ): Promise<Application> {
    const application = await this.access.need(principal, name, 'get');
    if (query.refresh === undefined) return application;
    await this.reconciler.refresh(name, query.refresh === 'hard' ? 'hard' : 'normal');
    return this.store.need(name);
  }

  @Put(':name')
  @ChecksAccess()
  async replace(
    @CurrentPrincipal() principal: Principal,
    @Param('name') name: string,
    @Query({ schema: replaceQuerySchema }) { validate }: ReplaceQuery,
    @Body({ schema: applicationSchema }) input: ApplicationInput,
  ): Promise<Application> {
    await this.access.need(principal, name, 'update');
    await this.authorizer.enforce(
      principal,
      'applications',
      'update',
      policyObject(input as unknown as Application),
    );
    return this.service.replace(name, input, { validate: validate === 'true' });
  }

  /** Argo CD's command line changes the specification alone. */
  @Put(':name/spec')
  @ChecksAccess()
  async replaceSpec(
    @CurrentPrincipal() principal: Principal,
    @Param('name') name: string,
    @Query({ schema: replaceQuerySchema }) { validate }: ReplaceQuery,
    @Body({ schema: applicationSchema.shape.spec }) spec: Record<string, unknown>,
  ): Promise<unknown> {
    const { metadata } = await this.access.need(principal, name, 'update');
    const input = { metadata, spec };
    await this.authorizer.enforce(
      principal,
      'applications',
      'update',
      policyObject(input as unknown as Application),
    );
    return (await this.service.replace(name, input, { validate: validate === 'true' })).spec;
  }

  @Patch(':name')
  @ChecksAccess()
  async patch(
    @CurrentPrincipal() principal: Principal,
    @Param('name') name: string,
    @Body({ schema: patchSchema }) input: PatchInput,
  ): Promise<Application> {
    const before = await this.access.need(principal, name, 'update');
    // moving to another project needs the right there too
    const after = this.service.preview(name, input);
    if (after.spec.project !== before.spec.project) {
      await this.authorizer.enforce(principal, 'applications', 'update', policyObject(after));
    }
    return this.service.replace(name, after);
  }

  @Delete(':name')
  @ChecksAccess()
  async remove(
    @CurrentPrincipal() principal: Principal,
    @Param('name') name: string,
    @Query({ schema: deleteQuerySchema }) query: DeleteQuery,
  ): Promise<Record<string, never>> {
    await this.access.need(principal, name, 'delete');
    await this.service.remove(name, query);
    return {};
  }

  async #mayChange(principal: Principal, name: string): Promise<void> {
    const existing = this.store.get(name);
    if (existing) await this.authorizer.enforce(principal, 'applications', 'update', policyObject(existing));
  }
}
