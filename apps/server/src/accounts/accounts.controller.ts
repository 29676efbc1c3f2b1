import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Access, ChecksAccess, CurrentPrincipal, SignedIn } from '../auth/access.js';
import { Authorizer } from '../auth/authorizer.js';
import { POLICY_RESOURCES, type PolicyAction, type PolicyResource } from '../auth/policy/policy.js';
import type { Principal } from '../auth/principal.js';
import {
  type AccountView,
  type NewAccount,
  enabledSchema,
  newAccountSchema,
  passwordSchema,
  tokenSchema,
} from './account.schemas.js';
import { AccountService } from './account.service.js';

/** Accounts. Everybody may see themselves, change their own password and manage their own tokens. */
@ApiTags('accounts')
@Controller('api/v1/account')
export class AccountsController {
  constructor(
    private readonly accounts: AccountService,
    private readonly authorizer: Authorizer,
  ) {}

  @Get()
  @ChecksAccess()
  async list(@CurrentPrincipal() principal: Principal): Promise<{ items: AccountView[] }> {
    const items = await this.accounts.list();
    const visible = await Promise.all(items.map(({ name }) => this.#may(principal, 'get', name)));
    return { items: items.filter((_, index) => visible[index]) };
  }

  @Post()
  @Access('accounts', 'create')
  @HttpCode(200)
  async create(@Body({ schema: newAccountSchema }) account: NewAccount): Promise<AccountView> {
    return this.accounts.create(account);
  }

  @Put('password')
  @SignedIn()
  async changePassword(
    @CurrentPrincipal() principal: Principal,
    @Body({ schema: passwordSchema }) body: z.output<typeof passwordSchema>,
  ): Promise<Record<string, never>> {
    const name = body.name ?? principal.subject;
    if (name !== principal.subject) await this.authorizer.enforce(principal, 'accounts', 'update', name);
    await this.accounts.changePassword(principal.subject, body.currentPassword, name, body.newPassword);
    return {};
  }

  /** May the one who asks do something? `yes` or `no`. */
  @Get('can-i/:resource/:action/*object')
  @SignedIn()
  async canI(
    @CurrentPrincipal() principal: Principal,
    @Param('resource') resource: string,
    @Param('action') action: string,
    @Param('object') object: string | string[],
  ): Promise<{ value: 'yes' | 'no' }> {
    const known = POLICY_RESOURCES.find((name): name is PolicyResource => name === resource);
    const target = Array.isArray(object) ? object.join('/') : object;
    return {
      value:
        known !== undefined &&
        (await this.authorizer.allows(principal, known, action as PolicyAction, target))
          ? 'yes'
          : 'no',
    };
  }

  @Get(':name')
  @ChecksAccess()
  async get(@CurrentPrincipal() principal: Principal, @Param('name') name: string): Promise<AccountView> {
    await this.#enforce(principal, 'get', name);
    return this.accounts.get(name);
  }

  @Put(':name')
  @Access('accounts', 'update', (request) => String(request.params['name']))
  async setEnabled(
    @Param('name') name: string,
    @Body({ schema: enabledSchema }) body: z.output<typeof enabledSchema>,
  ): Promise<AccountView> {
    return this.accounts.setEnabled(name, body.enabled);
  }

  @Delete(':name')
  @Access('accounts', 'delete', (request) => String(request.params['name']))
  async remove(@Param('name') name: string): Promise<Record<string, never>> {
    await this.accounts.remove(name);
    return {};
  }

  @Post(':name/token')
  @ChecksAccess()
  @HttpCode(200)
  async createToken(
    @CurrentPrincipal() principal: Principal,
    @Param('name') name: string,
    @Body({ schema: tokenSchema }) body: z.output<typeof tokenSchema>,
  ): Promise<{ token: string; id: string; expiresAt: string }> {
    await this.#enforce(principal, 'update', name);
    const issued = await this.accounts.createToken(
      name,
      body.id,
      body.expiresIn === undefined ? undefined : body.expiresIn * 1_000,
    );
    return { token: issued.token, id: issued.id, expiresAt: issued.expiresAt.toISOString() };
  }

  @Delete(':name/token/:id')
  @ChecksAccess()
  async removeToken(
    @CurrentPrincipal() principal: Principal,
    @Param('name') name: string,
    @Param('id') id: string,
  ): Promise<Record<string, never>> {
    await this.#enforce(principal, 'update', name);
    await this.accounts.removeToken(name, id);
    return {};
  }

  async #may(principal: Principal, action: PolicyAction, name: string): Promise<boolean> {
    return principal.subject === name || this.authorizer.allows(principal, 'accounts', action, name);
  }

  async #enforce(principal: Principal, action: PolicyAction, name: string): Promise<void> {
    if (principal.subject !== name) await this.authorizer.enforce(principal, 'accounts', action, name);
  }
}
