import { Body, Controller, Delete, HttpCode, Param, Post, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Application } from '@lotse/gitops';
import { ChecksAccess, CurrentPrincipal } from '../auth/access.js';
import type { Principal } from '../auth/principal.js';
import { MaskAddresses } from './mask-addresses.js';
import { ApplicationAccess } from './application-access.js';
import { rollbackSchema, syncSchema, type RollbackInput, type SyncInput } from './application.schemas.js';
import { ApplicationService } from './application.service.js';

/** What is done with an application. Answers come at once; the application's `status.operationState` tells how it goes. */
@ApiTags('applications')
@Controller('api/v1/applications/:name')
@UseInterceptors(MaskAddresses)
export class OperationsController {
  constructor(
    private readonly service: ApplicationService,
    private readonly access: ApplicationAccess,
  ) {}

  @Post('sync')
  @ChecksAccess()
  @HttpCode(200)
  async sync(
    @CurrentPrincipal() principal: Principal,
    @Param('name') name: string,
    @Body({ schema: syncSchema }) input: SyncInput,
  ): Promise<Application> {
    await this.access.need(principal, name, 'sync');
    return this.service.sync(name, input, principal.subject);
  }

  @Post('rollback')
  @ChecksAccess()
  @HttpCode(200)
  async rollback(
    @CurrentPrincipal() principal: Principal,
    @Param('name') name: string,
    @Body({ schema: rollbackSchema }) input: RollbackInput,
  ): Promise<Application> {
    await this.access.need(principal, name, 'sync');
    return this.service.rollback(name, input, principal.subject);
  }

  @Delete('operation')
  @ChecksAccess()
  async terminate(
    @CurrentPrincipal() principal: Principal,
    @Param('name') name: string,
  ): Promise<Record<string, never>> {
    await this.access.need(principal, name, 'sync');
    await this.service.terminate(name);
    return {};
  }

  /** Lets automation go on after a rollback. */
  @Delete('hold')
  @ChecksAccess()
  async release(@CurrentPrincipal() principal: Principal, @Param('name') name: string): Promise<Application> {
    await this.access.need(principal, name, 'sync');
    return this.service.release(name);
  }
}
