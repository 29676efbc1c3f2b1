import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CodedError } from '@lotse/manifests';
import type { z } from 'zod';
import { Access } from '../auth/access.js';
import { roleTokenSchema } from './project.schemas.js';
import { RoleTokenService, type RoleTokenView } from './role-token.service.js';

const named = (request: { params: Record<string, string | string[]> }): string =>
  String(request.params['project']);

/** Tokens of the roles of projects, at Argo CD's addresses. */
@ApiTags('projects')
@Controller('api/v1/projects/:project/roles/:role/token')
export class RoleTokensController {
  constructor(private readonly tokens: RoleTokenService) {}

  /** The token is shown this once. */
  @Post()
  @Access('projects', 'update', named)
  @HttpCode(200)
  async create(
    @Param('project') project: string,
    @Param('role') role: string,
    @Body({ schema: roleTokenSchema }) { id, expiresIn }: z.output<typeof roleTokenSchema>,
  ): Promise<{ token: string; id: string; expiresAt: string }> {
    const lifetimeMs = expiresIn === 0 ? undefined : expiresIn * 1_000;
    const issued = await this.tokens.create({ project, role }, id, lifetimeMs);
    return { token: issued.token, id: id || issued.id, expiresAt: issued.expiresAt.toISOString() };
  }

  @Get()
  @Access('projects', 'get', named)
  async list(
    @Param('project') project: string,
    @Param('role') role: string,
  ): Promise<{ items: RoleTokenView[] }> {
    return { items: await this.tokens.list({ project, role }) };
  }

  @Delete('id/:id')
  @Access('projects', 'update', named)
  async removeById(
    @Param('project') project: string,
    @Param('role') role: string,
    @Param('id') id: string,
  ): Promise<Record<string, never>> {
    await this.tokens.remove({ project, role }, { id });
    return {};
  }

  /** By the second in which it was made, as Argo CD names tokens. */
  @Delete(':iat')
  @Access('projects', 'update', named)
  async remove(
    @Param('project') project: string,
    @Param('role') role: string,
    @Param('iat') iat: string,
  ): Promise<Record<string, never>> {
    if (!/^\d{1,12}$/.test(iat))
      throw new CodedError(
        'token_invalid',
        'A token is named by the second in which it was made, or by id/…',
      );
    await this.tokens.remove({ project, role }, { iat: Number(iat) });
    return {};
  }
}
